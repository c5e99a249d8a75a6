import { Agent, request } from 'node:http';
import type { ExporterStats } from '../../src/index.js';
import { type Child, startChild } from './support/child.js';
import { FaultServer } from './support/fault-server.js';
import { SILENT } from './support/faults.js';
import { report, table, whole } from './support/report.js';
import { total } from './support/stats-watch.js';

const MIB = 1024 * 1024;
const HEAP_LIMIT_MIB = 128;
const MEASURED_MILLIS = 4_000;
const ROUNDS = 5;
const PING_EVERY_MILLIS = 10;
/** Memory may be this much more than was reckoned: collectors keep no exact books. */
const TOLERANCE = 1.25;

const children: Child[] = [];
const servers: FaultServer[] = [];

function start(...args: Parameters<typeof startChild>): Child {
  const child = startChild(...args);
  children.push(child);
  return child;
}

async function serve(): Promise<FaultServer> {
  const server = await FaultServer.start();
  servers.push(server);
  return server;
}

afterEach(async () => {
  for (const child of children.splice(0)) child.kill();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;

describe('what a waiting session holds', () => {
  it('is not more than what is reckoned for it', async () => {
    const rows = await start('heap-per-session.mjs', ['--expose-gc'], { HH_API_URL: 'http://127.0.0.1:1' }).next<{ session: string; held: number; reckoned: number }[]>(120_000);
    report('heap per session', table(['session of a root with', 'bytes held', 'bytes reckoned', 'held / reckoned'], rows.map(({ session, held, reckoned }) => [session, whole(held), whole(reckoned), (held / reckoned).toFixed(2)])));
    expect(rows.filter(({ held, reckoned }) => held > reckoned * TOLERANCE)).toEqual([]);
  });
});

interface OutageReport {
  readonly stats: ExporterStats;
  readonly peak: { heap: number; pendingBytes: number; queued: number };
  readonly unbalanced: number;
  readonly millis: number;
  readonly heapLimit: number;
  readonly rss: number;
}

describe('ten minutes of outage at 500 roots a second', () => {
  const lines: (string | number)[][] = [];

  afterAll(() => {
    report('outage', [
      `300,000 roots of 4 KB, half of them Latin text, half Chinese, in a process with --max-old-space-size=${HEAP_LIMIT_MIB}, options at their defaults:`,
      '',
      ...table(['HoneyHive', 'accepted', 'dropped (queue_full)', 'waiting at the end', 'delivered after it', 'lost, not counted', 'most reckoned', 'most heap used', 'resident at the end', 'took'], lines),
    ]);
  });

  it.each(['refuses connections', 'accepts and never answers'])('stay within the bounds while it %s, are counted, and what waited is delivered', async (how) => {
    const server = await serve();
    if (how === 'refuses connections') await server.down();
    else server.play(SILENT);
    const child = start('outage.mjs', [`--max-old-space-size=${HEAP_LIMIT_MIB}`], { HH_API_URL: server.url });

    const outage = await child.next<OutageReport>(200_000);
    expect(outage.stats).toMatchObject({ accepted: 300_000, delivered: 0, rejected: {} });
    expect(outage.stats.dropped).toEqual({ queue_full: 300_000 - outage.stats.queued });
    expect(outage.unbalanced).toBe(0);
    expect(outage.peak.pendingBytes).toBeLessThanOrEqual(64 * MIB);
    expect(outage.peak.queued).toBeLessThanOrEqual(20_000);
    expect(outage.stats.queued).toBeGreaterThan(1_000);

    server.recover();
    if (how === 'refuses connections') await server.up();
    child.tell('HoneyHive is up');
    const { stats, unbalanced } = await child.next<OutageReport>(150_000);
    lines.push([how, whole(stats.accepted), whole(total(stats.dropped)), whole(outage.stats.queued), whole(stats.delivered), whole(stats.delivered - server.stored.size), mib(outage.peak.pendingBytes), mib(outage.peak.heap), mib(outage.rss), `${(outage.millis / 1_000).toFixed(1)} s`]);
    expect(unbalanced).toBe(0);
    expect(stats).toMatchObject({ queued: 0, delivered: outage.stats.queued, dropped: outage.stats.dropped });
    expect(server.stored.size).toBe(stats.delivered);
    expect(await child.ended).toEqual({ code: 0, signal: null });
  });
});

type Delay = Record<'p50' | 'p99' | 'max', number>;

interface Situation {
  readonly name: string;
  readonly prepare: (server: FaultServer) => void | Promise<void>;
  readonly queuedBefore: number;
  readonly exports: boolean;
}

const SITUATIONS: readonly Situation[] = [
  { name: 'without our processor', prepare: () => {}, queuedBefore: 0, exports: false },
  { name: 'HoneyHive up', prepare: () => {}, queuedBefore: 0, exports: true },
  { name: 'HoneyHive refuses, queue full', prepare: (server) => server.down(), queuedBefore: 20_000, exports: true },
  { name: 'HoneyHive accepts and never answers, queue full', prepare: (server) => server.play(SILENT), queuedBefore: 20_000, exports: true },
];

/** Latencies of the handler at p50, p95, p99 and worst, and the event loop's delay at p50, p99 and worst. */
async function look({ prepare, queuedBefore, exports }: Situation): Promise<number[]> {
  const server = await serve();
  await prepare(server);
  const child = start('service.mjs', [], { HH_API_URL: server.url, QUEUED_BEFORE: String(queuedBefore), EXPORTS: exports ? 'yes' : 'no' });
  const { port } = await child.next<{ port: number }>(60_000);
  await pings(port, 1_000);
  child.tell('measure');
  const latencies = await pings(port, MEASURED_MILLIS);
  child.tell('end');
  const { stats, delay } = await child.next<{ stats?: ExporterStats; delay: Delay }>(10_000);
  if (queuedBefore > 0) expect(total(stats!.dropped)).toBeGreaterThan(0);
  else if (exports) expect(stats).toMatchObject({ dropped: {}, rejected: {} });
  expect((await child.ended).code).toBe(0);
  await server.close();
  return [...[0.5, 0.95, 0.99, 1].map((part) => percentile(latencies, part)), delay.p50, delay.p99, delay.max];
}

describe('the latency of a service', () => {
  it('is looked at with HoneyHive up, down and silent', async () => {
    const rounds = SITUATIONS.map((): number[][] => []);
    // In turns, so that whatever else the machine does concerns all of them.
    for (let round = 0; round < ROUNDS; round += 1) for (const [index, situation] of SITUATIONS.entries()) rounds[index]!.push(await look(situation));
    report('latency', [
      `500 roots a second with two children each, of 4 KB; a handler asked every ${PING_EVERY_MILLIS} ms. Medians of ${ROUNDS} rounds of ${MEASURED_MILLIS / 1_000} s:`,
      '',
      ...table(
        ['', 'handler p50', 'p95', 'p99', 'max', 'event loop p50', 'p99', 'max'],
        SITUATIONS.map(({ name }, index) => [name, ...rounds[index]![0]!.map((_, column) => ms(percentile(rounds[index]!.map((figures) => figures[column]!).sort((one, other) => one - other), 0.5)))]),
      ),
    ]);
  });
});

const ms = (millis: number): string => `${millis.toFixed(1)} ms`;

/** Asks the handler again and again; gives how long each took, in milliseconds, ascending. */
async function pings(port: number, forMillis: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const latencies: number[] = [];
  const end = performance.now() + forMillis;
  while (performance.now() < end) {
    const began = performance.now();
    await new Promise<void>((resolve, reject) => {
      request({ port, host: '127.0.0.1', agent }, (response) => response.resume().on('end', () => resolve()))
        .on('error', reject)
        .end();
    });
    latencies.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, PING_EVERY_MILLIS));
  }
  agent.destroy();
  return latencies.sort((a, b) => a - b);
}

function percentile(ascending: readonly number[], part: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * part))] ?? Number.NaN;
}
