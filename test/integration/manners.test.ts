import { diag, DiagLogLevel } from '@opentelemetry/api';
import type { ExportResult } from '../../src/otel/core.js';
import { type HoneyHiveOptions, HoneyHiveSessionExporter } from '../../src/index.js';
import { type Hive, startHive } from '../support/hive.js';
import { exportOf, rootSpan } from '../support/otel.js';

let hive: Hive;
let exporter: HoneyHiveSessionExporter;
const unhandled: unknown[] = [];
const note = (reason: unknown): unknown => unhandled.push(reason);

function make(options: HoneyHiveOptions = {}): HoneyHiveSessionExporter {
  exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url: hive.url, ...options });
  return exporter;
}

const root = (index: number): ReturnType<typeof rootSpan> => rootSpan({ traceId: index.toString(16).padStart(32, '0') });

beforeEach(async () => {
  process.on('unhandledRejection', note);
  hive = await startHive();
});
afterEach(async () => {
  await exporter.shutdown();
  await hive.close();
  await new Promise(setImmediate);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

describe('export', () => {
  it('answers and does not throw when what it is given is no span at all', async () => {
    make();
    expect(await exportOf(exporter, [{} as never, rootSpan()])).toEqual({ code: 0 });
    expect(exporter.stats()).toMatchObject({ unreadableSpans: 1, delivered: 1 });
  });

  it.each([[undefined], [null], [5], ['spans'], [{}], [[undefined, null, 5, 'span', []]], [new Map()], [() => {}]])('answers once when it is given %p', async (odd) => {
    make();
    const done = jest.fn();
    exporter.export(odd as never, done);
    expect(done.mock.calls).toEqual([[{ code: 0 }]]);
  });

  it.each([[undefined], [null], ['done'], [{}]])('sends all the same when its callback is %p', async (done) => {
    make();
    exporter.export([rootSpan()], done as never);
    await hive.waitForSessions(1);
  });

  it('is not harmed by a callback that throws, nor by a logger that does', async () => {
    make();
    let isFull = false;
    const fail = (): void => {
      if (isFull) throw new Error('disk full');
    };
    diag.setLogger({ warn: fail, error: fail, info: fail, debug: fail, verbose: fail }, DiagLogLevel.ALL);
    isFull = true;
    exporter.export([root(1), {} as never], () => {
      throw new Error('callback');
    });
    exporter.export([], () => {
      throw new Error('callback');
    });
    await exporter.forceFlush();
    isFull = false;
    diag.disable();
    expect(exporter.stats()).toMatchObject({ delivered: 1, unreadableSpans: 1 });
  });

  it('may be called within its own callback', async () => {
    make();
    const results: ExportResult[] = [];
    await new Promise<void>((resolve) => {
      const again = (result: ExportResult): void => {
        results.push(result);
        if (results.length < 20) exporter.export(results.length % 3 === 0 ? [] : [root(results.length)], again);
        else resolve();
      };
      exporter.export([root(0)], again);
    });
    expect(results).toEqual(Array.from({ length: 20 }, () => ({ code: 0 })));
  });

  it('may be called while others run, with a flush and a shutdown among them: each answers once', async () => {
    make();
    const calls = Array.from({ length: 50 }, () => jest.fn());
    const ends: Promise<void>[] = [];
    for (const [index, done] of calls.entries()) {
      exporter.export([root(index)], done);
      if (index % 10 === 0) ends.push(exporter.forceFlush(), exporter.forceFlush());
      if (index === 40) ends.push(exporter.shutdown(), exporter.forceFlush());
    }
    await Promise.all(ends);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const done of calls) expect(done).toHaveBeenCalledTimes(1);
    expect(calls.slice(0, 41).every(({ mock }) => mock.calls[0]![0].code === 0)).toBe(true);
    expect(calls.slice(41).every(({ mock }) => mock.calls[0]![0].error.name === 'ExporterShutdownError')).toBe(true);
    expect(hive.sessions()).toHaveLength(41);
  });

  it('may shut down within its own callback', async () => {
    make();
    await new Promise<void>((resolve) => exporter.export([root(1)], () => void exporter.shutdown().then(resolve)));
    expect((await exportOf(exporter, [root(2)])).error?.name).toBe('ExporterShutdownError');
  });

  it('calls back once for each of many batches that never reach anyone', async () => {
    exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url: 'http://127.0.0.1:1', exportTimeoutMillis: 200, shutdownTimeoutMillis: 100 });
    const calls = Array.from({ length: 20 }, () => jest.fn());
    for (const [index, done] of calls.entries()) exporter.export([root(index)], done);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await exporter.shutdown();
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const done of calls) {
      expect(done).toHaveBeenCalledTimes(1);
      expect(done.mock.calls[0]![0].code).toBe(1);
    }
  });
});

describe('an application that goes on with what it gave us', () => {
  it('may change its options afterwards: nothing comes of it', async () => {
    const options = { headers: { 'x-team': 'a' }, apiKey: 'hh_test', url: hive.url, sessionFilter: 'all' as const };
    exporter = new HoneyHiveSessionExporter(options);
    options.headers['x-team'] = 'broken\nheader';
    options.apiKey = '';
    options.url = 'http://127.0.0.1:1';
    expect(await exportOf(exporter, [rootSpan()])).toEqual({ code: 0 });
  });

  it('may give frozen options', async () => {
    make(Object.freeze({ headers: Object.freeze({ 'x-team': 'a' }) }) as HoneyHiveOptions);
    expect(await exportOf(exporter, [rootSpan()])).toEqual({ code: 0 });
  });

  it('may empty the array of spans after the call', async () => {
    make();
    const spans = [root(1), root(2)];
    const done = exportOf(exporter, spans);
    spans.length = 0;
    await done;
    expect(exporter.stats()).toMatchObject({ delivered: 2 });
  });

  it('gets a picture of the counters, not the counters', async () => {
    make();
    const before = exporter.stats();
    Object.assign(before, { delivered: 99, dropped: { queue_full: 99 } });
    expect(exporter.stats()).toMatchObject({ delivered: 0, dropped: {} });
  });
});
