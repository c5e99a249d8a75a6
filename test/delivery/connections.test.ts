import { Diagnostics } from '../../src/delivery/diagnostics.js';
import { HttpTransport } from '../../src/delivery/http-transport.js';
import type { AttemptOutcome } from '../../src/delivery/outcome.js';
import type { DeliverySettings } from '../../src/delivery/settings.js';
import { closeServers, json, serve, serveProxy, type TestServer } from './support/http-server.js';
import { forgetWarnings, settingsWith } from './support/settings.js';

const transports: HttpTransport[] = [];
let target: TestServer;
let log: string[];
let warnings: jest.SpyInstance;
const PROCESS_VARIABLES = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];

function send(url: string, env: Record<string, string>, changes: Partial<DeliverySettings> = {}): Promise<AttemptOutcome> {
  const transport = new HttpTransport(settingsWith({ url, env, ...changes }), new Diagnostics());
  transports.push(transport);
  return transport.send('{}');
}

beforeEach(async () => {
  for (const name of PROCESS_VARIABLES) delete process.env[name];
  forgetWarnings();
  log = [];
  target = await serve((_, response) => json(response, 200, {}));
  warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
});

afterEach(async () => {
  for (const name of PROCESS_VARIABLES) delete process.env[name];
  for (const transport of transports.splice(0)) transport.close();
  await closeServers();
  jest.restoreAllMocks();
});

describe('a proxy from the environment', () => {
  it.each(['HTTP_PROXY', 'http_proxy'])('of %s is asked to connect, also for a plain http target', async (variable) => {
    const proxy = await serveProxy(log);
    expect(await send(target.url, { [variable]: proxy.url })).toMatchObject({ kind: 'delivered' });
    expect(log).toEqual([`CONNECT 127.0.0.1:${target.port}`]);
    expect(target.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it('gets the credentials of its url', async () => {
    const proxy = await serveProxy(log);
    const url = `http://us%40er:pa%3Ass@127.0.0.1:${proxy.port}`;
    expect(await send(target.url, { HTTP_PROXY: url })).toMatchObject({ kind: 'delivered' });
    expect(log).toEqual([`CONNECT 127.0.0.1:${target.port} Basic ${Buffer.from('us@er:pa:ss').toString('base64')}`]);
  });

  it('of HTTPS_PROXY is asked to connect for an https target', async () => {
    const proxy = await serveProxy(log);
    // The target speaks no TLS, so the attempt fails after the proxy has done its part.
    await send(target.url.replace('http:', 'https:'), { HTTPS_PROXY: proxy.url });
    expect(log).toEqual([`CONNECT 127.0.0.1:${target.port}`]);
  });

  it.each<[string, string, boolean]>([
    ['the host', '127.0.0.1', false],
    ['the host among others', 'a.example, 127.0.0.1 ,b.example', false],
    ['the host and its port', '127.0.0.1:PORT', false],
    ['a suffix', '.localtest', true],
    ['everything', '*', false],
    ['everything among others', 'a.example,*', false],
    ['another host', 'a.example', true],
    ['another port', '127.0.0.1:1', true],
    ['nothing', '', true],
  ])('is left out when NO_PROXY names %s', async (_, noProxy, proxied) => {
    const proxy = await serveProxy(log);
    const env = { HTTP_PROXY: proxy.url, NO_PROXY: noProxy.replace('PORT', String(target.port)) };
    expect(await send(target.url, env)).toMatchObject({ kind: 'delivered' });
    expect(log).toHaveLength(proxied ? 1 : 0);
  });

  it.each<[string, string, boolean]>([
    ['its domain', 'localhost', false],
    ['its domain with a dot', '.localhost', false],
    ['its domain with a star', '*.localhost', false],
    ['another domain that it ends with', 'alhost', true],
  ])('is left out for a subdomain when NO_PROXY names %s', async (_, noProxy, proxied) => {
    const proxy = await serveProxy(log);
    // Whether the name resolves is no matter: the proxy is asked, or it is not.
    await send(`http://api.localhost:${target.port}`, { HTTP_PROXY: proxy.url, NO_PROXY: noProxy }, { timeoutMillis: 1_000 });
    expect(log).toHaveLength(proxied ? 1 : 0);
  });

  it('is only what the settings say, whatever the process has', async () => {
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
    expect(await send(target.url, {})).toMatchObject({ kind: 'delivered' });
    const proxy = await serveProxy(log);
    process.env['NO_PROXY'] = '*';
    expect(await send(target.url, { HTTP_PROXY: proxy.url })).toMatchObject({ kind: 'delivered' });
    expect(log).toHaveLength(1);
  });

  it.each([407, 502])('that answers CONNECT with %d leaves HoneyHive unreachable, and nothing is sent past it', async (status) => {
    const proxy = await serveProxy(log, status);
    const outcome = await send(target.url, { HTTP_PROXY: proxy.url });
    expect(outcome).toMatchObject({ kind: 'retryable', reason: `proxy_http_${status}`, unreachable: true });
    expect(target.requests).toHaveLength(0);
  });

  it('that drops the connection leaves HoneyHive unreachable, and is not asked over and over', async () => {
    const proxy = await serveProxy(log, 'drop');
    const outcome = await send(target.url, { HTTP_PROXY: proxy.url }, { timeoutMillis: 500 });
    expect(outcome).toMatchObject({ kind: 'retryable', reason: 'network_UND_ERR_PRX_CONN', unreachable: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(log).toHaveLength(1);
  });

  it('that is not there leaves HoneyHive unreachable', async () => {
    const proxy = await serveProxy(log);
    await closeServers();
    const outcome = await send('http://api.example', { HTTP_PROXY: proxy.url });
    expect(outcome).toMatchObject({ kind: 'retryable', reason: 'network_ECONNREFUSED', unreachable: true });
    expect(outcome).toMatchObject({ message: `no connection to the proxy 127.0.0.1:${proxy.port} (HTTP_PROXY) (ECONNREFUSED)` });
  });

  it('is not blamed, nor its credentials told, when the target cannot be reached through it', async () => {
    const proxy = await serveProxy(log, 502);
    const url = `http://user:hunter2@127.0.0.1:${proxy.port}`;
    const outcome = await send('http://api.example', { HTTP_PROXY: url });
    expect(outcome).toMatchObject({ message: 'the proxy did not connect to api.example (HTTP 502)' });
    await closeServers();
    const refused = await send('http://api.example', { HTTP_PROXY: url });
    expect(JSON.stringify([outcome, refused])).not.toContain('hunter2');
  });

  it('that is malformed is no matter for a host that NO_PROXY names', async () => {
    expect(await send(target.url, { HTTP_PROXY: 'not a url', NO_PROXY: '127.0.0.1' })).toMatchObject({ kind: 'delivered' });
    expect(warnings).not.toHaveBeenCalled();
  });

  it.each([
    ['HTTP_PROXY', 'not a url'],
    ['http_proxy', 'http://user:hunter2@[broken'],
    ['HTTP_PROXY', 'http://user:hunter2%@127.0.0.1:1'],
    ['HTTP_PROXY', 'ftp://user:hunter2@127.0.0.1:1'],
  ])('that is malformed (%s=%s) is said once without its credentials, and nothing is sent past it', async (variable, value) => {
    const transport = new HttpTransport(settingsWith({ url: target.url, env: { [variable]: value } }), new Diagnostics());
    transports.push(transport);
    const outcome = await transport.send('{}');
    await transport.send('{}');
    expect(outcome).toMatchObject({ kind: 'retryable', reason: 'invalid_proxy', unreachable: true, retryAfterMillis: 60_000 });
    expect(outcome).toMatchObject({ message: expect.stringContaining(variable) });
    expect(warnings.mock.calls).toEqual([
      [expect.stringContaining(variable), { type: 'HoneyHiveWarning', code: 'HONEYHIVE_INVALID_PROXY' }],
    ]);
    expect(JSON.stringify([outcome, warnings.mock.calls])).not.toContain('hunter2');
    expect(target.requests).toHaveLength(0);
  });
});
