import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { HoneyHiveSessionExporter, HoneyHiveSessionProcessor } from '../../src/index.js';
import { sessionIdOf } from '../../src/session/identity.js';
import { until } from './support/drive.js';
import { answer, type Fault, FaultServer } from './support/fault-server.js';
import { afterStoring, answering, HUGE_HTML, LOST_ANSWERS, NEVER_ANSWERED, onRequest, RESET_ON_CONNECT, SILENT } from './support/faults.js';
import { pooled } from './support/pool.js';
import { report, table, versionOf } from './support/report.js';
import { chatAttributes } from './support/spans.js';

const SPANS = 20;
const LASTING_MILLIS = 15_000;
/** What an export may still need after a fault is over: OTLP's limit is 10 s. */
const SETTLING_MILLIS = 20_000;
const AT_A_TIME = 40;

const REFUSED: Fault = { name: 'refuses connections' };
const SHORT_MILLIS = 2_000;

const FAULTS: readonly Fault[] = [
  REFUSED,
  RESET_ON_CONNECT,
  SILENT,
  onRequest('reset before the body is read', ({ socket }) => void socket.resetAndDestroy()),
  NEVER_ANSWERED,
  ...LOST_ANSWERS.filter(({ name }) => /in place|within the answer|then closed|HTML|cut off/.test(name)),
  afterStoring('answered after 11 s', ({ socket }, stored) => void setTimeout(() => answer(socket, 200, stored), 11_000).unref()),
  HUGE_HTML,
  ...[401, 403, 408, 429, 500, 502, 503, 504].map((status) => answering(status)),
  answering(200, '<html>please sign in</html>', { 'content-type': 'text/html' }, '200 with HTML, nothing taken'),
  answering(429, '{}', { 'retry-after': '5' }, 'HTTP 429, Retry-After of 5 s'),
  answering(503, '{}', { 'retry-after': '60' }, 'HTTP 503, Retry-After of 60 s'),
];

interface Outcome {
  readonly lost: number;
  readonly attempts: number;
  readonly again: number;
  readonly success: number;
  readonly failed: number;
  /** SUCCESS for spans that the server did not hold at that moment. */
  readonly untrue: number;
}

interface Subject {
  readonly name: string;
  readonly make: (url: string, seen: (exporter: SpanExporter) => SpanExporter) => { processor: SpanProcessor; isDone: () => boolean };
  readonly idOf: (traceId: string) => string;
}

const sessionId = (traceId: string): string => sessionIdOf({ traceId, spanId: '', hasParent: false });
const BATCH = { scheduledDelayMillis: 100 };

const SUBJECTS: readonly Subject[] = [
  {
    name: 'OTLP',
    make: (url, seen) => ({ processor: new BatchSpanProcessor(seen(new OTLPTraceExporter({ url: `${url}/v1/traces` })), BATCH), isDone: () => true }),
    idOf: (traceId) => traceId,
  },
  {
    name: 'our exporter',
    make: (url, seen) => {
      const exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url, api: 'session-start' });
      return { processor: new BatchSpanProcessor(seen(exporter as SpanExporter), BATCH), isDone: () => exporter.stats().queued === 0 };
    },
    idOf: sessionId,
  },
  {
    name: 'our processor',
    make: (url) => {
      const processor = new HoneyHiveSessionProcessor({ apiKey: 'hh_test', url, api: 'session-start' });
      return { processor: processor as SpanProcessor, isDone: () => processor.stats().queued === 0 };
    },
    idOf: sessionId,
  },
];

/** Twenty roots meet a fault once, or for a while; then all is well, and the service flushes and ends. */
async function run({ make, idOf }: Subject, fault: Fault, lasting: boolean): Promise<Outcome> {
  const server = await FaultServer.start();
  if (fault === REFUSED) await server.down();
  else server.play(fault, lasting ? Infinity : 1);

  const told = { success: 0, failed: 0, untrue: 0, open: 0 };
  const { processor, isDone } = make(server.url, (exporter) => ({
    export(spans, done) {
      told.open += 1;
      exporter.export(spans, (result) => {
        told.open -= 1;
        const isSuccess = result.code === ExportResultCode.SUCCESS;
        told[isSuccess ? 'success' : 'failed'] += 1;
        if (isSuccess && !spans.every((span) => server.stored.has(idOf(span.spanContext().traceId)))) told.untrue += 1;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  }));
  const provider = new BasicTracerProvider({ spanProcessors: [processor] });
  const tracer = provider.getTracer('comparison');
  const ids = Array.from({ length: SPANS }, () => {
    const span = tracer.startSpan('chat', { root: true, attributes: chatAttributes(100) });
    span.end();
    return idOf(span.spanContext().traceId);
  });

  if (lasting || fault === REFUSED) await new Promise((resolve) => setTimeout(resolve, lasting ? LASTING_MILLIS : SHORT_MILLIS));
  else await until(() => server.played > 0, SETTLING_MILLIS);
  server.recover();
  if (fault === REFUSED) await server.up();
  await processor.forceFlush().catch(() => {});
  await until(() => isDone() && told.open === 0, SETTLING_MILLIS);
  await provider.shutdown().catch(() => {});
  const outcome: Outcome = {
    lost: ids.filter((id) => !server.stored.has(id)).length,
    attempts: server.requests + (fault.connection === undefined ? 0 : server.played),
    again: ids.reduce((sum, id) => sum + Math.max(0, (server.stored.get(id) ?? 0) - 1), 0),
    success: told.success,
    failed: told.failed,
    untrue: told.untrue,
  };
  await server.close();
  return outcome;
}

describe('the same faults, OTLP beside ours', () => {
  const cases = FAULTS.flatMap((fault) => [false, true].map((lasting) => ({ fault, lasting })));
  let outcomes: Outcome[][];

  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const work = cases.flatMap((one) => SUBJECTS.map((subject) => ({ ...one, subject })));
    const all = await Promise.all(pooled(work, AT_A_TIME, ({ subject, fault, lasting }) => run(subject, fault, lasting)));
    outcomes = cases.map((_, index) => all.slice(index * SUBJECTS.length, (index + 1) * SUBJECTS.length));
    jest.restoreAllMocks();
  });

  afterAll(() => {
    const total = (subject: number, of: keyof Outcome): number => outcomes.reduce((sum, row) => sum + row[subject]![of], 0);
    const names = SUBJECTS.map(({ name }) => name);
    report('comparison', [
      `${SPANS} root spans meet each fault once, or for ${LASTING_MILLIS / 1_000} s; then the server works, and the provider is flushed and shut down. ` +
        `OTLP: @opentelemetry/exporter-trace-otlp-http ${versionOf('@opentelemetry/exporter-trace-otlp-http')} (JSON), options at their defaults, under BatchSpanProcessor. ` +
        'Of 20 spans lost; in brackets requests, and what export answered: S(UCCESS), F(AILED). A processor of ours has no answer to give. What is refused at the port makes no request.',
      '',
      ...table(
        ['fault', 'lasts', ...names.map((name) => `${name}: lost`)],
        cases.map(({ fault, lasting }, index) => [fault.name, lasting ? '15 s' : fault === REFUSED ? '2 s' : 'once', ...outcomes[index]!.map(cell)]),
      ),
      '',
      ...table(['in all', ...names], [
        ['spans lost', ...names.map((_, subject) => `${total(subject, 'lost')} of ${cases.length * SPANS}`)],
        ['SUCCESS that was not true', ...names.map((_, subject) => total(subject, 'untrue'))],
        ['sent again though the server had them', ...names.map((_, subject) => total(subject, 'again'))],
        ['requests', ...names.map((_, subject) => total(subject, 'attempts'))],
      ]),
    ]);
  });

  it('costs us no session', () => {
    const lost = cases.flatMap(({ fault, lasting }, index) => outcomes[index]!.slice(1).flatMap((outcome) => (outcome.lost > 0 ? [[fault.name, lasting, outcome]] : [])));
    expect(lost).toEqual([]);
  });

  it('has us say SUCCESS only of what has arrived', () => {
    for (const row of outcomes) for (const { untrue } of row.slice(1)) expect(untrue).toBe(0);
  });
});

function cell({ lost, attempts, success, failed, untrue }: Outcome): string {
  const said = [success > 0 ? `${success} S` : '', failed > 0 ? `${failed} F` : ''].filter(Boolean).join(', ');
  return `${lost} (${attempts}${said === '' ? '' : `; ${said}${untrue > 0 ? ', untrue' : ''}`})`;
}
