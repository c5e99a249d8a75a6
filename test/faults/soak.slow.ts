import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { type ExporterStats, type HoneyHiveOptions, HoneyHiveSessionExporter, HoneyHiveSessionProcessor } from '../../src/index.js';
import { sessionIdOf } from '../../src/session/identity.js';
import { until } from './support/drive.js';
import { type Choose, type Fault, FaultServer } from './support/fault-server.js';
import { answering, LATE_ANSWERS, LOST_ANSWERS, NEVER_ANSWERED, onRequest, RESET_ON_CONNECT, SILENT } from './support/faults.js';
import { Random, seedOfRun } from './support/random.js';
import { report, table, whole } from './support/report.js';
import { chatAttributes, endedRoots } from './support/spans.js';
import { endedIn, StatsWatch, total } from './support/stats-watch.js';

const SOAK_MILLIS = Number(process.env['FAULT_SECONDS'] ?? 60) * 1_000;
const END_MILLIS = 60_000;
const FEW = 50;

const CONNECTION_FAULTS: readonly Fault[] = [RESET_ON_CONNECT, RESET_ON_CONNECT, SILENT];
/** Each ends with its request. */
const COMMON: readonly Fault[] = [
  ...LOST_ANSWERS,
  ...[408, 500, 502, 503, 504].map((status) => answering(status)),
  onRequest('reset before the body is read', ({ socket }) => void socket.resetAndDestroy()),
];
/** These hold up a lane, or all of them. */
const RARE: readonly Fault[] = [
  ...LATE_ANSWERS,
  NEVER_ANSWERED,
  ...[401, 403, 429].map((status) => answering(status)),
  ...['0.2', '1', '86400'].map((seconds) => answering(503, '{}', { 'retry-after': seconds })),
];

function chooser(random: Random): Choose {
  return (level) => {
    if (level === 'connection') return random.chance(0.1) ? random.pick(CONNECTION_FAULTS) : undefined;
    if (random.chance(0.005)) return random.pick(RARE);
    return random.chance(0.2) ? random.pick(COMMON) : undefined;
  };
}

interface Watched {
  stats(): ExporterStats;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Sessions that one exporter or processor was given, and what it said of them. */
class Subject {
  readonly name: string;
  readonly given = new Set<string>();
  readonly answers = { success: 0, failed: 0, twice: 0, untrue: 0, open: 0 };
  readonly watch: StatsWatch;
  readonly #it: Watched;

  constructor(name: string, it: Watched) {
    this.name = name;
    this.#it = it;
    this.watch = new StatsWatch(() => it.stats());
  }

  stats(): ExporterStats {
    return this.#it.stats();
  }

  flush(): Promise<void> {
    return this.#it.forceFlush();
  }

  /** Once nothing goes wrong any more, all that waits arrives. */
  async finish(): Promise<void> {
    const end = performance.now() + END_MILLIS;
    while (this.stats().queued > 0 && performance.now() < end) await this.flush();
    await until(() => this.answers.open === 0, 5_000);
    await this.#it.shutdown();
    this.watch.stop();
  }

  give(span: ReadableSpan | { spanContext(): { traceId: string } }): string {
    const id = sessionIdOf({ traceId: span.spanContext().traceId, spanId: '', hasParent: false });
    this.given.add(id);
    return id;
  }

  /** Calls export, and holds it to what it answers. */
  export(exporter: HoneyHiveSessionExporter, count: number, questionLength: number, server: FaultServer): void {
    const spans = endedRoots(count, questionLength);
    const ids = spans.map((span) => this.give(span));
    let calls = 0;
    this.answers.open += 1;
    exporter.export(spans, ({ code }) => {
      calls += 1;
      if (calls > 1) this.answers.twice += 1;
      else this.answers.open -= 1;
      this.answers[code === 0 ? 'success' : 'failed'] += 1;
      if (code === 0 && !ids.every((id) => server.stored.has(id))) this.answers.untrue += 1;
    });
  }
}

describe('a minute of random load under random faults', () => {
  const seed = seedOfRun();
  const random = new Random(seed);
  const load = new Random(seed + 1);
  /** The server never takes these. */
  const isPoison = (id: string): boolean => Number.parseInt(id.slice(0, 2), 16) < 3;

  const subjects: Subject[] = [];
  let server: FaultServer;
  let outages = 0;

  beforeAll(async () => {
    process.stdout.write(`soak: seed ${seed}; FAULT_SEED=${seed} makes the same choices again\n`);
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    server = await FaultServer.start(chooser(random));
    server.refuses = isPoison;
    const options: HoneyHiveOptions = {
      apiKey: 'hh_test',
      url: server.url,
      api: 'session-start',
      timeoutMillis: 400,
      exportTimeoutMillis: 2_000,
      flushTimeoutMillis: 1_000,
      shutdownTimeoutMillis: 5_000,
      maxConcurrency: 8,
    };
    // Room for all that a minute brings, however long the pauses are.
    const roomy = { ...options, maxPendingSessions: 1_000_000, maxPendingBytes: 4_000_000_000 };
    const exporter = new HoneyHiveSessionExporter(roomy);
    const bounded = new HoneyHiveSessionExporter({ ...options, maxPendingSessions: FEW });
    const processor = new HoneyHiveSessionProcessor(roomy);
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('soak');
    const [ofExporter, ofBounded, ofProcessor] = [
      new Subject('exporter', exporter),
      new Subject(`exporter with maxPendingSessions ${FEW}`, bounded),
      new Subject('processor', processor),
    ];
    subjects.push(ofExporter, ofProcessor, ofBounded);

    const end = performance.now() + SOAK_MILLIS;
    while (performance.now() < end) {
      const questionLength = load.chance(0.02) ? load.between(10_000, 300_000) : load.between(0, 2_000);
      if (load.chance(0.6)) ofExporter.export(exporter, load.between(1, 30), questionLength, server);
      if (load.chance(0.4)) ofBounded.export(bounded, load.between(1, 15), 100, server);
      for (let left = load.between(0, 10); left > 0; left -= 1) {
        const span = tracer.startSpan('chat', { root: true, attributes: chatAttributes(questionLength) });
        ofProcessor.give(span);
        span.end();
      }
      // Without a flush, one 401 would be a pause for the rest of the minute.
      if (load.chance(0.02)) for (const subject of subjects) void subject.flush();
      if (load.chance(0.01)) {
        outages += 1;
        await server.down();
        await new Promise((resolve) => setTimeout(resolve, load.between(50, 500)));
        await server.up();
      }
      await new Promise((resolve) => setTimeout(resolve, load.between(0, 60)));
    }
    server.recover();
    await Promise.all(subjects.map((subject) => subject.finish()));
    await server.close();
    jest.restoreAllMocks();
  });

  afterAll(() => {
    const rows = subjects.map((subject) => {
      const { name, given, answers, watch } = subject;
      const { delivered, rejected, dropped } = subject.stats();
      const again = [...given].reduce((sum, id) => sum + Math.max(0, (server.stored.get(id) ?? 0) - 1), 0);
      const lost = [...given].filter((id) => !server.stored.has(id) && !isPoison(id)).length - total(dropped);
      return [name, given.size, delivered, total(rejected), total(dropped), Math.max(0, lost), again, `${answers.success} / ${answers.failed}`, answers.twice, answers.untrue, watch.polls];
    });
    report('soak', [
      `Seed ${seed}, ${SOAK_MILLIS / 1_000} s: ${whole(server.requests)} requests over ${whole(server.connections)} connections, ${whole(server.played)} faults, ${outages} outages.`,
      '',
      ...table(['', 'sessions', 'delivered', 'rejected (never taken by the server)', 'dropped, counted', 'lost, not counted', 'sent again after a lost answer', 'SUCCESS / FAILED', 'callbacks too many', 'SUCCESS that was not true', 'looks at the counters'], rows.map((row) => row.map((cell) => (typeof cell === 'number' ? whole(cell) : cell)))),
    ]);
  });

  it('ends with every session accounted for', () => {
    for (const subject of subjects) {
      const stats = subject.stats();
      expect(stats).toMatchObject({ accepted: subject.given.size, queued: 0, declined: 0, unreadableSpans: 0 });
      expect(endedIn(stats)).toBe(stats.accepted);
      expect(subject.watch.breaches).toEqual([]);
      expect(subject.given.size).toBeGreaterThan(100);
    }
  });

  it('has the server hold what was counted delivered', () => {
    for (const subject of subjects) {
      const { delivered, rejected, dropped } = subject.stats();
      const stored = [...subject.given].filter((id) => server.stored.has(id));
      const poison = [...subject.given].filter(isPoison);
      // A session that was dropped may have been stored before, its answer lost.
      expect(stored.length).toBeGreaterThanOrEqual(delivered);
      expect(stored.length).toBeLessThanOrEqual(delivered + total(dropped));
      expect(total(rejected)).toBeLessThanOrEqual(poison.length);
      expect(Object.keys(rejected)).toEqual(poison.length > 0 ? ['http_400'] : []);
      expect(Object.keys(dropped).filter((reason) => reason !== 'queue_full')).toEqual([]);
    }
  });

  it('drops nothing where there is room', () => {
    for (const subject of subjects.slice(0, 2)) {
      const { delivered, rejected, dropped } = subject.stats();
      expect(dropped).toEqual({});
      expect(subject.given.size).toBe(delivered + total(rejected));
      expect([...subject.given].filter((id) => !server.stored.has(id) !== isPoison(id))).toEqual([]);
    }
    expect(total(subjects[2]!.stats().dropped)).toBeGreaterThan(0);
  });

  it('answers every export once, and SUCCESS only for what has arrived', () => {
    for (const { answers } of subjects) expect(answers).toMatchObject({ twice: 0, untrue: 0, open: 0 });
    expect(subjects[0]!.answers.success).toBeGreaterThan(0);
    expect(subjects[0]!.answers.failed).toBeGreaterThan(0);
  });
});
