import { SpanKind } from '@opentelemetry/api';
import { resolveConfig } from '../../dist/modules/config/resolve.js';
import { SessionIntake } from '../../dist/modules/trace/session-intake.js';
import { amountAtMost } from './bars.mjs';
import { collectGarbage, emptyNursery, median } from './rounds.mjs';

const CHILDREN = 9;
/** Traces folded between two looks at the clock, and how often in a round. */
const PART = 10;
const PARTS = 30;
const CONTENT = 'x'.repeat(400);

/**
 * The children of a web request with one model call below it, in the order in which they end:
 * what instrumentations of Express, pg, undici, redis and a GenAI client write.
 */
export const SPANS = [
  ['middleware - query', SpanKind.INTERNAL, { 'express.name': 'query', 'express.type': 'middleware' }],
  ['middleware - session', SpanKind.INTERNAL, { 'express.name': 'session', 'express.type': 'middleware' }],
  ['redis-GET', SpanKind.CLIENT, { 'db.system': 'redis', 'db.statement': 'GET ?', 'net.peer.name': 'cache', 'net.peer.port': 6379 }],
  ['pg-pool.connect', SpanKind.CLIENT, { 'db.system': 'postgresql', 'db.name': 'shop', 'net.peer.name': 'db', 'net.peer.port': 5432 }],
  ['pg.query:SELECT shop', SpanKind.CLIENT, { 'db.system': 'postgresql', 'db.name': 'shop', 'db.statement': 'SELECT * FROM orders WHERE id = $1', 'net.peer.name': 'db', 'net.peer.port': 5432 }],
  ['POST', SpanKind.CLIENT, { 'http.request.method': 'POST', 'url.full': 'https://api.openai.com/v1/chat/completions', 'server.address': 'api.openai.com', 'server.port': 443, 'http.response.status_code': 200 }],
  [
    'chat gpt-4o',
    SpanKind.CLIENT,
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.request.temperature': 0.2,
      'gen_ai.input.messages': CONTENT,
      'gen_ai.output.messages': CONTENT,
      'gen_ai.response.model': 'gpt-4o-2024-11-20',
      'gen_ai.usage.input_tokens': 27,
      'gen_ai.usage.output_tokens': 14,
    },
  ],
  ['pg.query:UPDATE shop', SpanKind.CLIENT, { 'db.system': 'postgresql', 'db.name': 'shop', 'db.statement': 'UPDATE orders SET seen = now() WHERE id = $1', 'net.peer.name': 'db', 'net.peer.port': 5432 }],
  ['request handler - /chat', SpanKind.INTERNAL, { 'express.name': '/chat', 'express.type': 'request_handler' }],
];

const MOST_NANOS = 300;
const MOST_BYTES = 1_200;
const nanos = (value) => `${value.toFixed(0)} ns`;
const bytes = (value) => `${value.toFixed(0)} B`;

export function section({ quick }) {
  // Code that has run but for a moment is not what a service has.
  fold({ openTraces: 1_000, rounds: quick ? 3 : 10 });
  const rows = [100, 10_000].map((openTraces) => fold({ openTraces, rounds: quick ? 3 : 30 }));
  const most = rows.at(-1);
  return {
    title: 'Folding children',
    text: `Ten-span traces of a web request with one model call; the root has not ended. What a child costs, and what an open trace holds, content not
counted.`,
    tables: [
      {
        head: ['open traces', 'per child', 'least', 'bytes per trace'],
        rows: rows.map((row) => [String(row.openTraces), nanos(row.perChild), nanos(row.least), row.bytesPerTrace.toFixed(0)]),
      },
    ],
    bars: [
      amountAtMost('folding a child, 10,000 open traces', nanos(most.perChild), most.perChild, MOST_NANOS, nanos),
      amountAtMost('held per open trace', bytes(most.bytesPerTrace), most.bytesPerTrace, MOST_BYTES, bytes),
    ],
  };
}

/** What folding a child costs while so many traces are open (in nanoseconds), and what each open trace holds: content, which the spans share, is not counted, ids are. */
export function fold({ openTraces, rounds }) {
  const { config } = resolveConfig({ apiKey: 'bench-key', url: 'http://127.0.0.1', maxOpenTraces: 2 * openTraces }, {});
  const intake = new SessionIntake(config);

  // In half of the traces the spans are folded in advance: those of the other half are measured among them.
  for (let index = 0; index < openTraces; index += 1) for (const span of childrenOf(index)) intake.fold(span);
  const perChild = [];
  for (let round = 0; round < rounds; round += 1) {
    emptyNursery();
    let millis = 0;
    // Few at a time: a span that has just ended is still in the processor's cache, and thousands of them are not.
    for (let part = 0; part < PARTS; part += 1) {
      const spans = Array.from({ length: PART }, (_, index) => childrenOf(openTraces + (round * PARTS + part) * PART + index)).flat();
      const start = performance.now();
      for (const span of spans) intake.fold(span);
      millis += performance.now() - start;
    }
    perChild.push((millis * 1e6) / (PARTS * PART * CHILDREN));
  }
  return { openTraces, perChild: median(perChild), least: Math.min(...perChild), bytesPerTrace: bytesPerTrace(config) };
}

/** Of traces of ten spans whose root has not ended. */
function bytesPerTrace(config) {
  const traces = 10_000;
  const intake = new SessionIntake({ ...config, maxOpenTraces: traces });
  const measure = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = measure();
  for (let index = 0; index < traces; index += 1) for (const span of childrenOf(index)) intake.fold(span);
  const held = measure() - before;
  if (intake.counts().openTraces !== traces) throw new Error('traces were forgotten');
  return held / traces;
}

export function childrenOf(trace) {
  const traceId = idOf(trace, 16);
  const root = idOf(trace * 10 + CHILDREN, 8);
  return SPANS.slice(0, CHILDREN).map(([name, kind, attributes], index) => {
    const spanContext = { traceId, spanId: idOf(trace * 10 + index, 8), traceFlags: 1 };
    return {
      name,
      kind,
      attributes,
      events: [],
      spanContext: () => spanContext,
      parentSpanContext: { traceId, spanId: root, traceFlags: 1 },
      startTime: [1_795_000_000, index * 1_000],
      endTime: [1_795_000_001, index * 1_000],
      duration: [1, 0],
      status: { code: 0 },
      resource: { attributes: {} },
      droppedAttributesCount: 0,
    };
  });
}

/** Ids as the SDK makes them: one flat string each, not one put together of others. */
function idOf(number, bytes) {
  const id = Buffer.alloc(bytes, 0x5a);
  id.writeUInt32BE(number, bytes - 4);
  return id.toString('hex');
}
