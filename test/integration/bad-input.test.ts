import type { ServerResponse } from 'node:http';
import { HoneyHiveSessionExporter } from '../../src/index.js';
import { type Hive, startHive } from '../support/hive.js';
import { exportOf, rootSpan, startServer } from '../support/otel.js';

const exporters: HoneyHiveSessionExporter[] = [];

function exporterFor(url: string, more: object = {}): HoneyHiveSessionExporter {
  const exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url, timeoutMillis: 500, exportTimeoutMillis: 1_000, shutdownTimeoutMillis: 100, ...more });
  exporters.push(exporter);
  return exporter;
}

afterEach(async () => {
  await Promise.all(exporters.splice(0).map((exporter) => exporter.shutdown()));
});

describe('hostile spans give sound sessions', () => {
  let hive: Hive;
  beforeEach(async () => {
    hive = await startHive();
  });
  afterEach(() => hive.close());

  const attributes: [string, Record<string, unknown>][] = [
    ['NaN and Infinity', { 'honeyhive_outputs.nan': Number.NaN, 'honeyhive_outputs.inf': Infinity, n: [1, Number.NaN, -Infinity] }],
    ['lone surrogates', { 'honeyhive_inputs.text': 'a\ud800b', 'x\udc00': 'y\udfff' }],
    ['names of prototypes', Object.fromEntries([['__proto__', 'a'], ['constructor', 'b'], ['a.__proto__.b', 'c'], ['honeyhive_inputs.__proto__', 'd'], ['gen_ai.usage.constructor', 1]])],
    ['10,000 keys', Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key.${index}`, index]))],
    ['JSON nested 5,000 deep', { 'input.value': '['.repeat(5_000) + ']'.repeat(5_000), 'honeyhive_outputs.deep': '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000) }],
    ['2 MB of text', { 'input.value': 'x'.repeat(2 * 1024 * 1024) }],
  ];

  it.each(attributes)('%s', async (_name, given) => {
    const result = await exportOf(exporterFor(hive.url), [rootSpan({ attributes: given })]);
    expect(result).toEqual({ code: 0 });
    const [session] = await hive.waitForSessions(1);
    expect(session).toMatchObject({ event_name: 'work', metadata: { trace_id: 'a'.repeat(32) } });
  });

  it('keeps what was nested too deep as text', async () => {
    const deep = '['.repeat(5_000) + ']'.repeat(5_000);
    await exportOf(exporterFor(hive.url), [rootSpan({ attributes: { 'honeyhive_inputs.deep': deep } })]);
    const [session] = await hive.waitForSessions(1);
    expect(session!.inputs).toEqual({ deep });
  });

  it('a span that ends before it starts has lasted no time', async () => {
    await exportOf(exporterFor(hive.url), [rootSpan({ startTime: [1_795_000_000, 0], endTime: [1_794_999_999, 0], duration: [-1, 0] })]);
    const [session] = await hive.waitForSessions(1);
    expect(session).toMatchObject({ start_time: 1_795_000_000_000, end_time: 1_795_000_000_000, duration: 0 });
  });

  it('a span with an empty name', async () => {
    await exportOf(exporterFor(hive.url), [rootSpan({ name: ' ' })]);
    const [session] = await hive.waitForSessions(1);
    expect(session!.event_name).toBe('unnamed');
  });

  it('a span that throws when it is read costs only itself', async () => {
    const broken = rootSpan();
    Object.defineProperty(broken, 'attributes', { get: () => { throw new Error('broken span'); } });
    const exporter = exporterFor(hive.url);
    expect(await exportOf(exporter, [broken, rootSpan({ traceId: 'c'.repeat(32) })])).toEqual({ code: 0 });
    expect(exporter.stats()).toMatchObject({ unreadableSpans: 1, delivered: 1 });
  });

  it('a url with a path prefix', async () => {
    const paths: string[] = [];
    const server = await startServer((request, response) => {
      paths.push(request.url!);
      response.end('{}');
    });
    expect(await exportOf(exporterFor(`${server.url}/honeyhive/`), [rootSpan()])).toEqual({ code: 0 });
    expect(paths).toEqual(['/honeyhive/session/start']);
    await server.close();
  });
});

describe('a batch without roots', () => {
  it('is a success at once, without a request', async () => {
    const done = jest.fn();
    exporterFor('http://127.0.0.1:1').export([rootSpan({ parentSpanContext: { traceId: 'a'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1 } } as object)], done);
    expect(done.mock.calls).toEqual([[{ code: 0 }]]);
  });
});

describe('settings that cannot work', () => {
  it.each(['not a url', 'ftp://example.com', 'http://'])('the url %p is refused where it is written', (url) => {
    expect(() => exporterFor(url)).toThrow(new RegExp(`^HoneyHive option 'url' must be an http or https URL, not '${url}'`));
  });

  it('a key with a newline in it is refused without being shown', () => {
    expect(() => exporterFor('http://127.0.0.1:1', { apiKey: 'hh_secret\nx-evil: 1' })).toThrow(/^(?!.*secret).*'apiKey' has a line break/);
  });

  it('an unreachable server fails the export within its time', async () => {
    const result = await exportOf(exporterFor('http://127.0.0.1:1'), [rootSpan()]);
    expect(result).toMatchObject({ code: 1, error: { name: 'SessionExportError', message: expect.stringContaining('1 still queued') } });
  });

  it('without a key there is one warning, FAILED with MissingApiKeyError, and no request', async () => {
    const saved = { ...process.env };
    delete process.env['HH_API_KEY'];
    delete process.env['HH_PROJECT_API_KEY'];
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const hive = await startHive();
    try {
      for (let index = 0; index < 2; index++) {
        const exporter = new HoneyHiveSessionExporter({ url: hive.url });
        expect(await exportOf(exporter, [rootSpan()])).toMatchObject({ code: 1, error: { name: 'MissingApiKeyError' } });
      }
      expect(warn.mock.calls).toEqual([[expect.stringContaining('Set HH_API_KEY'), { code: 'HONEYHIVE_MISSING_API_KEY' }]]);
      expect(hive.requests).toBe(0);
    } finally {
      warn.mockRestore();
      process.env = saved;
      await hive.close();
    }
  });

  it('a malformed proxy url sends nothing past it', async () => {
    const hive = await startHive();
    const saved = process.env['HTTP_PROXY'];
    process.env['HTTP_PROXY'] = 'http://bad proxy:port';
    try {
      const result = await exportOf(exporterFor(hive.url), [rootSpan()]);
      expect(result.code).toBe(1);
      expect(result.error!.message).toMatch(/proxy/i);
      expect(hive.requests).toBe(0);
    } finally {
      if (saved === undefined) delete process.env['HTTP_PROXY'];
      else process.env['HTTP_PROXY'] = saved;
      await hive.close();
    }
  });
});

describe('what a server may answer', () => {
  const answers: [string, (response: ServerResponse) => void, number, RegExp | undefined][] = [
    ['200 with an empty body', (response) => response.end(), 0, undefined],
    ['204', (response) => response.writeHead(204).end(), 0, undefined],
    ['200 with HTML', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>login</html>'), 1, /unexpected|HTML|JSON/i],
    ['301', (response) => response.writeHead(301, { location: 'https://elsewhere.example/' }).end(), 1, /http_301/],
    ['400', (response) => response.writeHead(400, { 'content-type': 'application/json' }).end('{"statusCode":400,"message":"bad session","success":false}'), 1, /http_400/],
    ['401', (response) => response.writeHead(401).end('{}'), 1, /401/],
    ['404', (response) => response.writeHead(404).end('<html>no such page</html>'), 1, /http_404/],
    ['500', (response) => response.writeHead(500).end('oops'), 1, /500/],
    ['a closed connection', (response) => response.destroy(), 1, /connection .* broke/],
  ];

  it.each(answers)('%s', async (_name, answer, code, message) => {
    const server = await startServer((request, response) => {
      request.resume().on('end', () => answer(response));
    });
    try {
      const result = await exportOf(exporterFor(server.url), [rootSpan()]);
      expect(result.code).toBe(code);
      if (message !== undefined) expect(result.error!.message).toMatch(message);
      if (code === 1) expect(result.error!.message).not.toContain('hh_test');
    } finally {
      await server.close();
    }
  });
});
