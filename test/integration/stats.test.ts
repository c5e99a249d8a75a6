import { context, trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { HoneyHiveSessionProcessor, type ProcessorStats } from '../../src/index.js';
import { startServer } from '../support/otel.js';

/** Numbers in [0, 1), the same in every run: a linear congruential generator. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Roots that have ended, by what the counters say has become of them. */
const rootsIn = (stats: ProcessorStats): number => stats.accepted + total(stats.filtered) + stats.heldRoots + stats.unreadableSpans;

function expectToAddUp(stats: ProcessorStats, ended: number): void {
  expect(rootsIn(stats)).toBe(ended);
  expect(stats.delivered + stats.declined + total(stats.rejected) + total(stats.dropped) + stats.queued).toBe(stats.accepted);
  expect(stats.deferred).toBeLessThanOrEqual(stats.queued);
  expect(stats.inFlight).toBeLessThanOrEqual(Math.min(stats.queued, 8));
  expect(stats.queued).toBeLessThanOrEqual(100);
  expect(stats.pendingBytes === 0).toBe(stats.queued === 0);
}

let server: Awaited<ReturnType<typeof startServer>>;
afterEach(() => server.close());

const COUNTERS = ['accepted', 'delivered', 'declined'] as const;

describe('stats', () => {
  it.each([1, 2, 3])('add up whenever they are asked for, with random work, answers and refusals (seed %i)', async (seed) => {
    const random = seeded(seed);
    const answers = [200, 200, 200, 200, 200, 400, 404, 413, 429, 500, 503, 401];
    server = await startServer((request, response) => {
      request.resume().on('end', () => {
        const status = answers[Math.floor(random() * answers.length)]!;
        setTimeout(() => {
          if (random() < 0.05) response.destroy();
          else response.writeHead(status, { 'content-type': 'application/json', ...(random() < 0.1 ? { 'retry-after': '1' } : {}) }).end('{}');
        }, random() * 10);
      });
    });
    let keys = 0;
    const processor = new HoneyHiveSessionProcessor({
      // Another one each time, so that a refusal does not always pause all.
      apiKey: async () => `hh_${(keys += 1)}`,
      url: server.url,
      api: 'session-start',
      maxConcurrency: 8,
      maxPendingSessions: 100,
      settleTimeoutMillis: 20,
      exportTimeoutMillis: 60,
      shutdownTimeoutMillis: 200,
      beforeSend: (session) => {
        if (session.session_name === 'declined') return null;
        if (session.session_name === 'broken') throw new Error('broken');
        return session;
      },
    });
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    const tracer = provider.getTracer('app');
    const names = ['work', 'work', 'work', 'declined', 'broken', 'probe', 'unreadable'];
    let ended = 0;
    let before = processor.stats();
    const check = (): void => {
      const stats = processor.stats();
      expectToAddUp(stats, ended);
      for (const counter of COUNTERS) expect(stats[counter]).toBeGreaterThanOrEqual(before[counter]);
      before = stats;
    };

    for (let round = 0; round < 300; round++) {
      for (let burst = random() * 6; burst > 0; burst--) {
        const name = names[Math.floor(random() * names.length)]!;
        const root = tracer.startSpan(name, { attributes: name === 'probe' ? { 'http.route': '/healthz', 'http.request.method': 'GET' } : {} });
        const child = tracer.startSpan('child', {}, trace.setSpan(context.active(), root));
        if (name === 'unreadable') Object.defineProperty(root, 'duration', { get: () => { throw new Error('broken'); } });
        if (random() < 0.5) child.end();
        root.end();
        ended += 1;
        check();
      }
      if (random() < 0.02) void processor.forceFlush().then(check);
      await new Promise((resolve) => setTimeout(resolve, random() * 4));
      check();
    }
    await processor.shutdown();
    check();
    expect(processor.stats()).toMatchObject({ queued: 0, inFlight: 0, deferred: 0, heldRoots: 0, pendingBytes: 0 });
    // The run meets all that it was made for.
    const { delivered, declined, rejected, dropped, filtered, unreadableSpans, lastError } = processor.stats();
    for (const count of [delivered, declined, total(rejected), dropped['before_send_failed'], total(filtered), unreadableSpans]) expect(count).toBeGreaterThan(0);
    expect(lastError).toEqual({ message: expect.any(String), at: expect.any(Number) });
  });

  it('say until when lanes pause, and what went wrong last', async () => {
    server = await startServer((request, response) => {
      request.resume().on('end', () => response.writeHead(429, { 'retry-after': '60' }).end());
    });
    const processor = new HoneyHiveSessionProcessor({ apiKey: 'hh_test', url: server.url, shutdownTimeoutMillis: 50 });
    new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('app').startSpan('work').end();
    for (let look = 0; processor.stats().pausedUntil === undefined && look < 500; look++) await new Promise((resolve) => setTimeout(resolve, 10));
    const { pausedUntil, lastError, queued, deferred, inFlight } = processor.stats();
    expect(Math.abs(pausedUntil! - Date.now() - 60_000)).toBeLessThan(10_000);
    expect(lastError?.message).toContain('HTTP 429');
    expect({ queued, deferred, inFlight }).toEqual({ queued: 1, deferred: 1, inFlight: 0 });
    await processor.shutdown();
    expect(processor.stats()).toMatchObject({ queued: 0, deferred: 0, dropped: { shutdown: 1 } });
  });
});
