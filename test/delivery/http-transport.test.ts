import { createServer, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { Agent, MockAgent } from 'undici';
import { Diagnostics } from '../../src/delivery/diagnostics.js';
import { HttpTransport } from '../../src/delivery/http-transport.js';
import type { AttemptOutcome } from '../../src/delivery/outcome.js';
import type { DeliverySettings, HttpDispatcher } from '../../src/delivery/settings.js';
import { closeServers, json, serve } from './support/http-server.js';
import { forgetWarnings, settingsWith } from './support/settings.js';

const transports: HttpTransport[] = [];
let warnings: jest.SpyInstance;

function transportTo(url: string, changes: Partial<DeliverySettings> = {}): HttpTransport {
  const transport = new HttpTransport(settingsWith({ url, timeoutMillis: 2_000, ...changes }), new Diagnostics());
  transports.push(transport);
  return transport;
}

function send(url: string, changes: Partial<DeliverySettings> = {}): Promise<AttemptOutcome> {
  return transportTo(url, changes).send('{"a":1}');
}

/** A server that does with each connection what it likes. */
async function serveRaw(onConnection: (socket: Socket) => void): Promise<{ url: string; close: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  rawServers.push(close);
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, close };
}
const rawServers: (() => void)[] = [];

beforeEach(() => {
  forgetWarnings();
  warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
});

afterEach(async () => {
  for (const transport of transports.splice(0)) transport.close();
  for (const close of rawServers.splice(0)) close();
  await closeServers();
  diag.disable();
  jest.restoreAllMocks();
});

describe('a request', () => {
  it('is a POST of the wrapped session with the key and the headers that name the client', async () => {
    const server = await serve((_, response) => json(response, 200, { session_id: 'abc' }));
    const outcome = await send(server.url, { headers: { 'X-Team': 'a', Authorization: 'Bearer other' } });
    expect(outcome).toEqual({ kind: 'delivered', status: 200 });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/session/start', body: '{"session":{"a":1}}' });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer hh_secret',
      'content-type': 'application/json',
      'user-agent': 'opentelemetry-exporter-honeyhive/1.2.3',
      'hh-client-language': 'typescript',
      'x-team': 'a',
    });
  });

  it('keeps the path prefix of the url', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    await send(`${server.url}/gateway/honeyhive`);
    expect(server.requests[0]?.path).toBe('/gateway/honeyhive/session/start');
  });

  it('goes bare to /v1/sessions when that is configured', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    await send(server.url, { api: 'v1' });
    expect(server.requests[0]).toMatchObject({ path: '/v1/sessions', body: '{"a":1}' });
  });

  it('carries text of every script unharmed', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const text = JSON.stringify({ text: 'grüße 你好 🎉' });
    await transportTo(server.url).send(text);
    expect(server.requests[0]?.body).toBe(`{"session":${text}}`);
  });

  it('shares one timer with all others', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const made = jest.spyOn(globalThis, 'setTimeout');
    const transport = transportTo(server.url, { timeoutMillis: 12_345 });
    await Promise.all([transport.send('{}'), transport.send('{}')]);
    await transport.send('{}');
    expect(made.mock.calls.filter(([, millis]) => millis! > 12_000 && millis! <= 12_345)).toHaveLength(1);
  });

  it('reuses its connection', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const transport = transportTo(server.url);
    for (let index = 0; index < 5; index += 1) await transport.send('{}');
    expect(server.connections()).toBe(1);
  });

  it('has a connection of its own while others are on their way', async () => {
    const server = await serve((_, response) => setTimeout(() => json(response, 200, {}), 20));
    const transport = transportTo(server.url);
    for (let times = 0; times < 3; times += 1) await Promise.all([transport.send('{}'), transport.send('{}'), transport.send('{}')]);
    expect(server.requests).toHaveLength(9);
    expect(server.connections()).toBe(3);
  });
});

describe('an answer', () => {
  it.each<[string, number, Record<string, string>, string, object]>([
    ['HTML', 200, { 'content-type': 'text/html' }, '<html>sign in</html>', { kind: 'retryable', reason: 'unexpected_answer' }],
    ['an empty body', 200, {}, '', { kind: 'delivered' }],
    ['truncated JSON', 200, {}, '{"session_id"', { kind: 'retryable', reason: 'unexpected_answer' }],
    ['400 with an error of HoneyHive', 400, {}, '{"statusCode":400,"message":"no","success":false,"errorCode":"BAD"}', { kind: 'rejected', reason: 'http_400' }],
    ['401', 401, {}, '{}', { kind: 'unauthorised', reason: 'http_401' }],
    ['403', 403, {}, '', { kind: 'unauthorised', reason: 'http_403' }],
    ['413', 413, {}, '', { kind: 'rejected', reason: 'http_413' }],
    ['429', 429, { 'retry-after': '3' }, '', { kind: 'retryable', reason: 'http_429', retryAfterMillis: 3_000 }],
    ['500', 500, {}, 'oops', { kind: 'retryable', reason: 'http_500' }],
  ])('of %s', async (_, status, headers, body, expected) => {
    const server = await serve((_request, response) => response.writeHead(status, headers).end(body));
    expect(await send(server.url)).toMatchObject(expected);
    expect(server.requests).toHaveLength(1);
  });

  it('of 204 is a delivery', async () => {
    const server = await serve((_, response) => response.writeHead(204).end());
    expect(await send(server.url)).toEqual({ kind: 'delivered', status: 204 });
  });

  it('that redirects to another origin is not followed, and the remedy is named', async () => {
    const target = await serve((_, response) => json(response, 200, {}));
    const server = await serve((_, response) => response.writeHead(301, { location: `${target.url}/x?token=abc` }).end());
    const outcome = await send(server.url);
    expect(outcome).toMatchObject({ kind: 'rejected', reason: 'http_301', message: expect.stringContaining(`127.0.0.1:${target.port}`) });
    expect(outcome).toMatchObject({ message: expect.stringContaining('HH_API_URL') });
    expect(target.requests).toHaveLength(0);
  });

  it.each<[string, boolean, boolean, object]>([
    ['an endless page with its length', true, false, { kind: 'retryable', reason: 'unexpected_answer' }],
    ['an endless page without', false, false, { kind: 'retryable', reason: 'unexpected_answer' }],
    ['a long stored event with its length', true, true, { kind: 'delivered' }],
    ['a long stored event without', false, true, { kind: 'delivered' }],
  ])('of %s is cut, and the next one comes through', async (_, withLength, isJson, expected) => {
    const page = (isJson ? '{"session_id":"a","inputs":"' : '<html>').padEnd(4 * 1024 * 1024, 'x');
    let drained = false;
    const server = await serve((_request, response, nth) => {
      if (nth > 1) return json(response, 200, {});
      response.on('finish', () => (drained = true));
      if (withLength) return response.writeHead(200, { 'content-length': String(page.length + 1_000_000_000) }).write(page);
      return response.writeHead(200).write(page);
    });
    const transport = transportTo(server.url, { maxConcurrency: 1 });
    expect(await transport.send('{}')).toMatchObject(expected);
    expect(await transport.send('{}')).toMatchObject({ kind: 'delivered' });
    expect(drained).toBe(false);
  });
});

describe('an answer that is compressed though nobody asked for it', () => {
  const event = JSON.stringify({ session_id: 'a', inputs: 'x'.repeat(10_000) });

  it.each([
    ['gzip', gzipSync(event)],
    ['GZIP', gzipSync(event)],
    ['deflate', deflateSync(event)],
    ['br', brotliCompressSync(event)],
  ])('by %s is read', async (encoding, body) => {
    for (const headers of [{ 'content-encoding': encoding }, { 'content-encoding': encoding, 'content-length': String(body.length) }]) {
      const server = await serve((_, response) => response.writeHead(200, headers).end(body));
      expect(await send(server.url)).toMatchObject({ kind: 'delivered' });
      expect(await send(server.url, { dispatcher: new Agent() })).toMatchObject({ kind: 'delivered' });
    }
  });

  it.each<[string, Buffer]>([
    ['is a page', gzipSync('<html>')],
    ['is not what it says', Buffer.from('<html>')],
    ['would unfold without end', gzipSync(Buffer.alloc(50_000_000))],
  ])('and %s is unexpected', async (_, body) => {
    const server = await serve((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(body));
    expect(await send(server.url)).toMatchObject({ kind: 'retryable', reason: 'unexpected_answer' });
  });
});

describe('a redirect', () => {
  it.each([301, 302, 307, 308])('of %d within the origin is followed with method, body and key', async (status) => {
    const server = await serve((request, response) =>
      request.path === '/session/start' ? response.writeHead(status, { location: '/new/place?a=b' }).end() : json(response, 200, {}),
    );
    expect(await send(server.url)).toMatchObject({ kind: 'delivered' });
    expect(server.requests[1]).toMatchObject({ method: 'POST', path: '/new/place?a=b', body: '{"session":{"a":1}}', headers: { authorization: 'Bearer hh_secret' } });
    expect(server.requests).toHaveLength(2);
  });

  it('of an update is followed too', async () => {
    const server = await serve((request, response) =>
      request.path.startsWith('/v1/events') ? response.writeHead(308, { location: '/new/place' }).end() : json(response, 200, {}),
    );
    expect(await transportTo(server.url).send('{"metrics":{"a":1},"session_id":"i"}')).toEqual({ kind: 'delivered', status: 200 });
    expect(server.requests.map(({ method, path, body }) => `${method} ${path} ${body}`)).toEqual([
      'POST /session/start {"session":{"session_id":"i"}}',
      'PUT /v1/events/i {"metrics":{"a":1}}',
      'PUT /new/place {"metrics":{"a":1}}',
    ]);
  });

  it.each([301, 302, 303, 307, 308])('of %d to another origin is not followed: neither key nor session go there', async (status) => {
    const target = await serve((_, response) => json(response, 200, {}));
    const server = await serve((_, response) => response.writeHead(status, { location: `${target.url}/session/start` }).end());
    expect(await send(server.url)).toMatchObject({ kind: 'rejected', reason: `http_${status}` });
    expect([server.requests.length, target.requests.length, target.connections()]).toEqual([1, 0, 0]);
  });

  it('that leads round in a circle ends', async () => {
    const server = await serve((_, response) => response.writeHead(307, { location: '/session/start' }).end());
    expect(await send(server.url)).toMatchObject({ kind: 'rejected', reason: 'http_307' });
    expect(server.requests).toHaveLength(4);
  });
});

describe('a server that ends each connection with its answer and does not say so', () => {
  it.each([
    ['gets one request on each, and each session once', '200 OK', 9],
    ['may redirect', '307 Temporary Redirect\r\nlocation: /new/place', 18],
  ])('%s', async (_, first, requests) => {
    const asked: string[] = [];
    const server = await serveRaw((socket) => {
      socket.on('data', (data) => {
        asked.push(String(data));
        socket.end(`HTTP/1.1 ${String(data).startsWith('POST /new') ? '200 OK' : first}\r\ncontent-length: 2\r\n\r\n{}`);
      });
    });
    const transport = transportTo(server.url);
    const lane = async (): Promise<string[]> => [await transport.send('{}'), await transport.send('{}'), await transport.send('{}')].map(({ kind }) => kind);
    expect((await Promise.all([lane(), lane(), lane()])).flat()).toEqual(Array.from({ length: 9 }, () => 'delivered'));
    expect(asked).toHaveLength(requests);
  });
});

describe('a session that the server finds too large', () => {
  const smaller = (session: string): string => session.replace('"a":1', '"b":2');

  it.each<[string, number, object, string[]]>([
    ['is delivered when less of it is taken', 200, { kind: 'delivered' }, ['{"session":{"a":1}}', '{"session":{"b":2}}']],
    ['is rejected when less of it is too large too', 413, { kind: 'rejected', reason: 'http_413' }, ['{"session":{"a":1}}', '{"session":{"b":2}}']],
    ['is tried again when less of it meets an error', 503, { kind: 'retryable', reason: 'http_503' }, ['{"session":{"a":1}}', '{"session":{"b":2}}']],
  ])('%s', async (_, status, outcome, bodies) => {
    const server = await serve((_request, response, nth) => json(response, nth === 1 ? 413 : status, {}));
    expect(await send(server.url, { smaller })).toMatchObject(outcome);
    expect(server.requests.map(({ body }) => body)).toEqual(bodies);
  });

  it.each<[string, DeliverySettings['smaller']]>([
    ['nothing can be left out', () => undefined],
    ['nobody knows how to make it smaller', undefined],
  ])('is rejected when %s', async (_, how) => {
    const server = await serve((_request, response) => json(response, 413, {}));
    expect(await send(server.url, { smaller: how })).toMatchObject({ kind: 'rejected', reason: 'http_413' });
    expect(server.requests).toHaveLength(1);
  });

  it('is said with the remedy', async () => {
    const logged: string[] = [];
    const log = (...words: unknown[]): void => void logged.push(words.join(' '));
    diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log }, DiagLogLevel.WARN);
    const server = await serve((_request, response, nth) => json(response, nth === 1 ? 413 : 200, {}));
    await send(server.url, { smaller });
    expect(logged.join()).toMatch(/HTTP 413.*HH_EXPORTER_MAX_REQUEST_BYTES/);
  });
});

describe('no answer', () => {
  it('because nobody listens', async () => {
    const { url, close } = await serveRaw(() => {});
    close();
    expect(await send(url)).toMatchObject({ kind: 'retryable', reason: 'network_ECONNREFUSED', unreachable: true });
  });

  it('because the connection is closed at once', async () => {
    const { url } = await serveRaw((socket) => socket.on('data', () => socket.end()));
    const outcome = await send(url);
    expect(outcome).toMatchObject({ kind: 'retryable', reason: 'network_UND_ERR_SOCKET' });
    expect(outcome).not.toHaveProperty('unreachable');
  });

  it('because the connection is reset', async () => {
    const { url } = await serveRaw((socket) => socket.on('data', () => socket.resetAndDestroy()));
    expect(await send(url)).toMatchObject({ kind: 'retryable', reason: 'network_ECONNRESET' });
  });

  it('because the connection is closed before anything is read', async () => {
    const { url } = await serveRaw((socket) => socket.end());
    expect(await send(url)).toMatchObject({ kind: 'retryable', reason: expect.stringMatching(/^network_/) });
  });

  it.each([
    ['with its length', 'content-length: 100'],
    ['in chunks', 'transfer-encoding: chunked'],
  ])('because the connection breaks in the middle of it, %s', async (_, header) => {
    const { url } = await serveRaw((socket) =>
      socket.on('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n${header.includes('chunked') ? '5\r\n{"ses\r\n' : '{"ses'}`);
        setTimeout(() => socket.destroy(), 20);
      }),
    );
    expect(await send(url)).toMatchObject({ kind: 'retryable', reason: expect.stringMatching(/^network_/) });
  });

  it('because it is not HTTP', async () => {
    const { url } = await serveRaw((socket) => socket.on('data', () => socket.end('SSH-2.0-OpenSSH\r\n')));
    expect(await send(url)).toMatchObject({ kind: 'retryable', reason: expect.stringMatching(/^network_(HTTPParserError|HPE_)/) });
  });

  it('because it speaks no TLS', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const outcome = await send(server.url.replace('http:', 'https:'));
    expect(outcome).toMatchObject({ kind: 'retryable', reason: expect.stringMatching(/^network_/), unreachable: true });
  });

  it('because a handshake is never answered: seen as no connection, well before the attempt is over', async () => {
    const { url } = await serveRaw(() => {});
    const outcome = await send(url.replace('http:', 'https:'), { timeoutMillis: 5_000 });
    expect(outcome).toMatchObject({ kind: 'retryable', reason: 'network_UND_ERR_CONNECT_TIMEOUT', unreachable: true });
  });

  it('in time', async () => {
    const server = await serve(() => {});
    const began = Date.now();
    expect(await send(server.url, { timeoutMillis: 150 })).toMatchObject({ kind: 'retryable', reason: 'timeout' });
    expect(Date.now() - began).toBeLessThan(1_000);
  });

  it('to its end in time, and the connection is given up', async () => {
    const server = await serve((_, response, nth) => {
      if (nth > 1) return json(response, 200, {});
      return response.writeHead(200, { 'content-length': '100' }).write('{');
    });
    const transport = transportTo(server.url, { timeoutMillis: 200, maxConcurrency: 1 });
    expect(await transport.send('{}')).toMatchObject({ reason: 'timeout' });
    expect(await transport.send('{}')).toMatchObject({ kind: 'delivered' });
  });

  it('and no other connection is opened before one is needed', async () => {
    const server = await serve(() => {});
    expect(await send(server.url, { timeoutMillis: 100 })).toMatchObject({ reason: 'timeout' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.connections()).toBe(1);
    expect(server.openConnections()).toBe(0);
  });

  it('although the dispatcher never settles, not even when it is aborted', async () => {
    const dispatcher: HttpDispatcher = { request: () => new Promise(() => {}) };
    expect(await send('http://127.0.0.1:1', { dispatcher, timeoutMillis: 50 })).toMatchObject({ reason: 'timeout' });
  });

  it('because a host has no address: said once, with the variable and the remedy', async () => {
    const transport = transportTo('http://no-such-host.invalid');
    const outcome = await transport.send('{}');
    await transport.send('{}');
    // A machine without any DNS says EAI_AGAIN instead, and then there is nothing to tell the user.
    expect(outcome).toMatchObject({ kind: 'retryable', reason: expect.stringMatching(/^network_(ENOTFOUND|EAI_AGAIN)$/), unreachable: true });
    if (outcome.kind === 'retryable' && outcome.reason === 'network_ENOTFOUND') {
      expect(warnings.mock.calls).toEqual([
        [expect.stringMatching(/no-such-host\.invalid.*HH_API_URL.*HH_DATA_PLANE_URL/), { type: 'HoneyHiveWarning', code: 'HONEYHIVE_HOST_NOT_FOUND' }],
      ]);
    }
  });

  it('because a name was not found that is not ours: the proxy variables are named', async () => {
    const error = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND', hostname: 'proxy.invalid' });
    await send('http://127.0.0.1:1', { dispatcher: { request: () => Promise.reject(error) } });
    expect(warnings.mock.calls[0]?.[0]).toMatch(/proxy\.invalid.*HTTPS_PROXY/);
  });
});

describe('what is thrown by a dispatcher', () => {
  it.each<[string, unknown, object]>([
    ['an error with a code', Object.assign(new Error('secret'), { code: 'EPIPE' }), { reason: 'network_EPIPE' }],
    ['an error without', new Error('secret'), { reason: 'network_error' }],
    ['a code that is no code', Object.assign(new Error('secret'), { code: 'my secret' }), { reason: 'network_error' }],
    ['no error at all', 'secret', { reason: 'network_error' }],
    ['an invalid argument', Object.assign(new Error('secret'), { code: 'UND_ERR_INVALID_ARG' }), { kind: 'rejected', reason: 'invalid_request' }],
  ])('%s becomes an outcome without its text', async (_, thrown, expected) => {
    const outcome = await send('http://127.0.0.1:1', { dispatcher: { request: () => Promise.reject(thrown) } });
    expect(outcome).toMatchObject(expected);
    expect(JSON.stringify(outcome)).not.toContain('secret');
  });

  it('is caught when it is thrown at once', async () => {
    const dispatcher: HttpDispatcher = {
      request: () => {
        throw new Error('secret');
      },
    };
    expect(await send('http://127.0.0.1:1', { dispatcher })).toMatchObject({ reason: 'network_error' });
  });

  it('a header that cannot be sent rejects the session and says where to look', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const outcome = await send(server.url, { headers: { 'x-bad': 'a\nb' } });
    expect(outcome).toMatchObject({ kind: 'rejected', reason: 'invalid_request', message: expect.stringContaining('headers') });
  });
});

describe('the route auto', () => {
  it('loses no session when a server that knew v1 is replaced by an older one', async () => {
    let known = '/v1/sessions';
    const server = await serve(({ path }, response) => json(response, path === known ? 200 : 404, {}));
    const transport = transportTo(server.url);
    expect(await transport.send('{"n":1}')).toMatchObject({ kind: 'delivered' });
    known = '/session/start';
    expect(await transport.send('{"n":2}')).toMatchObject({ kind: 'delivered' });
    expect(server.requests.map(({ path }) => path)).toEqual(['/session/start', '/v1/sessions', '/v1/sessions', '/session/start']);
  });

  it.each([404, 405, 410])('sends the same session to v1 at once after %d, and the next ones there first', async (status) => {
    const server = await serve((request, response) =>
      request.path === '/v1/sessions' ? json(response, 200, {}) : response.writeHead(status).end('<html>'),
    );
    const transport = transportTo(server.url);
    expect(await transport.send('{"n":1}')).toMatchObject({ kind: 'delivered' });
    expect(await transport.send('{"n":2}')).toMatchObject({ kind: 'delivered' });
    expect(server.requests.map(({ path, body }) => [path, body])).toEqual([
      ['/session/start', '{"session":{"n":1}}'],
      ['/v1/sessions', '{"n":1}'],
      ['/v1/sessions', '{"n":2}'],
    ]);
  });

  it('rejects when neither is known, and begins anew with the next session', async () => {
    const server = await serve((_, response) => response.writeHead(404).end());
    const transport = transportTo(server.url);
    expect(await transport.send('{}')).toMatchObject({ kind: 'rejected', reason: 'http_404' });
    await transport.send('{}');
    expect(server.requests.map(({ path }) => path)).toEqual(['/session/start', '/v1/sessions', '/session/start', '/v1/sessions']);
  });
});

describe('the API key', () => {
  it('that is refused is said once, with host, variable and remedy, and never the key', async () => {
    const logged: unknown[] = [];
    const log = (...words: unknown[]): void => void logged.push(...words);
    diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log }, DiagLogLevel.ALL);
    const server = await serve((request, response) =>
      json(response, 401, { statusCode: 401, message: `invalid key ${request.headers.authorization}`, success: false }),
    );
    const transport = transportTo(server.url);
    const outcome = await transport.send('{}');
    await transport.send('{}');
    expect(warnings.mock.calls).toEqual([
      [expect.stringMatching(/127\.0\.0\.1:\d+.*HH_API_KEY.*HH_API_URL.*HH_DATA_PLANE_URL/), { type: 'HoneyHiveWarning', code: 'HONEYHIVE_UNAUTHORIZED' }],
    ]);
    expect(JSON.stringify([outcome, warnings.mock.calls, logged])).not.toContain('hh_secret');
    expect(JSON.stringify(logged)).toContain('invalid key');
  });

  it('comes from a function, which is asked again once after a 401 within the same attempt', async () => {
    const server = await serve((request, response) =>
      request.headers.authorization === 'Bearer hh_2' ? json(response, 200, {}) : json(response, 401, {}),
    );
    let calls = 0;
    const transport = transportTo(server.url, { apiKey: async () => `hh_${(calls += 1)}` });
    expect(await transport.send('{}')).toMatchObject({ kind: 'delivered' });
    expect(await transport.send('{}')).toMatchObject({ kind: 'delivered' });
    expect(calls).toBe(2);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer hh_1', 'Bearer hh_2', 'Bearer hh_2']);
    expect(warnings).not.toHaveBeenCalled();
  });

  it('is not sent twice when the function gives the refused one again', async () => {
    const server = await serve((_, response) => json(response, 401, {}));
    let calls = 0;
    const transport = transportTo(server.url, { apiKey: () => ((calls += 1), 'hh_1') });
    expect(await transport.send('{}')).toMatchObject({ kind: 'unauthorised', reason: 'http_401' });
    expect([calls, server.requests.length]).toEqual([2, 1]);
  });

  it.each([['a\tb'], ['schlüssel'], ['a\nb'], ['']])('%j, which no header can carry, is said before anything is sent, without the key', async (apiKey) => {
    const server = await serve((_, response) => json(response, 200, {}));
    const transport = transportTo(server.url, { apiKey });
    expect(warnings.mock.calls).toEqual([[expect.stringContaining('HH_API_KEY'), { type: 'HoneyHiveWarning', code: 'HONEYHIVE_INVALID_API_KEY' }]]);
    if (apiKey !== '') expect(JSON.stringify(warnings.mock.calls)).not.toContain(apiKey);
    expect(await transport.send('{}')).toMatchObject({ kind: 'unauthorised', reason: 'api_key_invalid' });
    expect(server.requests).toHaveLength(0);
  });

  it('function that fails is an outcome, and nothing is sent', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const apiKey = (): string => {
      throw new Error('vault says hh_leak');
    };
    const outcome = await send(server.url, { apiKey });
    expect(outcome).toMatchObject({ kind: 'unauthorised', reason: 'api_key_function_failed' });
    expect(JSON.stringify(outcome)).not.toContain('hh_leak');
    expect(server.requests).toHaveLength(0);
  });

  it('function that never answers is given up, and asked anew by the next attempt', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    let calls = 0;
    const apiKey = (): Promise<string> => ((calls += 1) === 1 ? new Promise(() => {}) : Promise.resolve('hh_1'));
    const transport = transportTo(server.url, { apiKey, timeoutMillis: 100 });
    expect(await transport.send('{}')).toMatchObject({ kind: 'unauthorised', reason: 'api_key_function_failed' });
    expect(await transport.send('{}')).toMatchObject({ kind: 'delivered' });
  });
});

describe("a dispatcher of the user's", () => {
  it('is used by its own method, and never closed', async () => {
    const mock = new MockAgent();
    mock.disableNetConnect();
    mock.get('http://api.example').intercept({ path: '/session/start', method: 'POST' }).reply(200, { session_id: 'mocked' });
    const transport = transportTo('http://api.example', { dispatcher: mock, env: { HTTP_PROXY: 'not a url' } });
    expect(await transport.send('{}')).toEqual({ kind: 'delivered', status: 200 });
    const ended = [jest.spyOn(mock, 'close'), jest.spyOn(mock, 'destroy')];
    transport.close();
    await new Promise((resolve) => setImmediate(resolve));
    for (const spy of ended) expect(spy).not.toHaveBeenCalled();
    await mock.close();
    expect(warnings).not.toHaveBeenCalled();
  });

  it('fits its public type when it is an undici Agent', () => {
    const dispatcher: HttpDispatcher = new Agent();
    expect(dispatcher).toHaveProperty('request');
  });
});

describe('close', () => {
  it('ends an attempt in flight and the connections, also those that are idle', async () => {
    const server = await serve((request, response) => (request.body.includes('answer') ? json(response, 200, {}) : undefined));
    const transport = transportTo(server.url);
    const outcomes = [transport.send('{"a":"answer"}'), transport.send('{}')];
    expect(await outcomes[0]).toMatchObject({ kind: 'delivered' });
    while (server.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(server.openConnections()).toBe(2);
    transport.close();
    expect(await outcomes[1]).toMatchObject({ kind: 'retryable' });
    // Before the server itself ends what is idle.
    const until = performance.now() + 2_000;
    while (server.openConnections() > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(server.openConnections()).toBe(0);
  });

  it("ends an attempt in flight through the user's dispatcher too", async () => {
    let signal: AbortSignal | undefined;
    const dispatcher: HttpDispatcher = { request: (request) => ((signal = request.signal), new Promise(() => {})) };
    const transport = transportTo('http://127.0.0.1:1', { dispatcher, timeoutMillis: 100 });
    const outcome = transport.send('{}');
    await new Promise((resolve) => setImmediate(resolve));
    expect(signal?.aborted).toBe(false);
    transport.close();
    expect(signal?.aborted).toBe(true);
    await outcome;
  });

  it('opens nothing any more when the first attempt was still loading undici', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const transport = transportTo(server.url);
    const outcome = transport.send('{}');
    transport.close();
    expect(await outcome).toMatchObject({ kind: 'retryable' });
    expect(await transport.send('{}')).toMatchObject({ kind: 'retryable', reason: 'closed' });
    expect(server.requests).toHaveLength(0);
  });
});

it('undici re-sends nothing by itself: a connection that dies with an answer outstanding brings each session once', async () => {
  const server = await serve((request, response) => {
    const { n } = (JSON.parse(request.body) as { session: { n: number } }).session;
    if (n === 2) request.socket.destroy();
    else json(response, 200, {});
  });
  const transport = transportTo(server.url, { maxConcurrency: 2 });
  const outcomes = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => transport.send(`{"n":${n}}`)));
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['delivered', 'delivered', 'delivered', 'delivered', 'delivered', 'retryable']);
  expect(server.requests).toHaveLength(6);
});
