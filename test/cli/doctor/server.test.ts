import { resolveConfig } from '../../../src/config/resolve.js';
import type { Check } from '../../../src/cli/doctor/report.js';
import { checkServer } from '../../../src/cli/doctor/server.js';
import { closeServers, json, type SeenRequest, serve, serveProxy, type TestServer } from '../../delivery/support/http-server.js';
import { startHive } from '../../support/hive.js';
import { blackHole, hangingServer, refusingServer } from '../../support/silent-servers.js';

type Environment = Record<string, string>;

const KEY = 'hh_0123456789abcdef';

afterEach(closeServers);

/** All checks of a server, each as `status id`, and as they are. */
async function check(environment: Environment, send = false): Promise<{ steps: string[]; checks: Check[]; last: Check }> {
  const variables = { HH_API_KEY: KEY, HH_EXPORTER_TIMEOUT: '2000', ...environment };
  const { config } = resolveConfig({}, variables);
  const checks: Check[] = [];
  for await (const one of checkServer({ config, environment: variables, version: '1.2.3', send })) checks.push(one);
  return { steps: checks.map(({ status, id }) => `${status} ${id}`), checks, last: checks.filter(({ status }) => status !== 'skip').at(-1)! };
}

/** An answer with and without the key; a number is a status. */
type Answers = Readonly<Record<string, readonly [withKey: number, withoutKey?: number]>>;

/** A server that answers `GET /projects` and `GET /v1/events` so, and takes what it is posted to as `start` says. */
function serveAnswers(answers: Answers, start: (body: Record<string, any>) => [number, unknown] = () => [404, {}]): Promise<TestServer> {
  return serve((request, response) => {
    if (request.method === 'POST') {
      const [status, value] = start(JSON.parse(request.body) as Record<string, any>);
      json(response, status, value);
      return;
    }
    const [, of = ''] = /^(\/projects|\/v1\/events)/.exec(request.path) ?? [];
    const [withKey, withoutKey = withKey] = answers[of] ?? [404];
    json(response, request.headers.authorization === `Bearer ${KEY}` ? withKey : withoutKey, {});
  });
}

describe('the way to a server', () => {
  it('is gone step by step', async () => {
    const hive = await startHive({ key: KEY });
    const { steps, checks } = await check({ HH_API_URL: hive.url });
    await hive.close();

    expect(steps).toEqual(['ok dns', 'ok connect', 'ok key']);
    expect(checks.at(-1)?.message).toBe(`127.0.0.1:${hive.port} took the key (GET /projects: HTTP 200)`);
    expect(hive.sessions()).toEqual([]);
  });

  it('ends where a name is unknown', async () => {
    const { steps, last } = await check({ HH_API_URL: 'http://no-such-host.invalid' });
    expect(steps).toEqual(['fail dns', 'skip connect', 'skip key']);
    expect(last.message).toMatch(/^no connection to no-such-host\.invalid \((ENOTFOUND|EAI_AGAIN)\)$/);
    expect(last.remedy).toContain('check HH_API_URL');
  });

  it('ends where nobody listens', async () => {
    const { url } = await refusingServer();
    const { steps, last } = await check({ HH_API_URL: url }, true);
    expect(steps).toEqual(['ok dns', 'fail connect', 'skip key', 'skip send', 'skip read-back']);
    expect(last).toMatchObject({ message: `no connection to ${new URL(url).host} (ECONNREFUSED)`, remedy: expect.stringContaining('check HH_API_URL') });
  });

  it('ends in time where no connection is made', async () => {
    const hole = await blackHole();
    const { steps, last } = await check({ HH_API_URL: hole.url, HH_EXPORTER_TIMEOUT: '200' });
    await hole.close();
    expect(steps).toEqual(['ok dns', 'fail connect', 'skip key']);
    expect(last.message).toMatch(/could not be connected to within 200 ms/);
  });

  it('ends in time where nobody answers', async () => {
    const silent = await hangingServer();
    const { steps, last } = await check({ HH_API_URL: silent.url, HH_EXPORTER_TIMEOUT: '200' });
    await silent.close();
    expect(steps).toEqual(['ok dns', 'ok connect', 'fail key']);
    expect(last).toMatchObject({ message: expect.stringContaining('did not answer GET /projects within 200 ms'), remedy: expect.stringContaining('HH_EXPORTER_TIMEOUT') });
  });

  it('ends where TLS is expected and not spoken', async () => {
    const server = await serveAnswers({});
    const { steps, last } = await check({ HH_API_URL: server.url.replace('http:', 'https:') });
    expect(steps).toEqual(['ok dns', 'fail connect', 'skip key']);
    expect(last.remedy).toContain('check HH_API_URL');
  });

  it.each<[string, Environment, string]>([
    ['an address', { HH_API_URL: 'honeyhive' }, 'address'],
    ['a key', { HH_API_KEY: '' }, 'key'],
  ])('is not gone without %s', async (_, environment, thing) => {
    const server = await serveAnswers({});
    const { checks } = await check({ HH_API_URL: server.url, ...environment });
    expect(checks.at(-1)).toMatchObject({ id: 'key', status: 'skip', message: `checking the key: not tried, since there is no ${thing}` });
    expect(server.requests).toEqual([]);
  });

  it('leads through a path prefix, with the headers of the exporter', async () => {
    const server = await serve((_, response) => json(response, 200, []));
    await check({ HH_API_URL: `${server.url}/hive/v1`, HH_EXPORTER_HEADERS: 'x-tenant=blue' });
    expect(server.requests.map(({ path }) => path)).toEqual(['/hive/projects']);
    expect(server.requests[0]?.headers).toMatchObject({ 'x-tenant': 'blue', 'user-agent': 'opentelemetry-exporter-honeyhive/1.2.3', authorization: `Bearer ${KEY}` });
  });
});

describe('a proxy', () => {
  it('is what is resolved and connected to, and what requests go through', async () => {
    const server = await serveAnswers({ '/projects': [200] });
    const log: string[] = [];
    const proxy = await serveProxy(log);
    const { steps, checks } = await check({ HH_API_URL: server.url.replace('127.0.0.1', 'localhost'), HTTP_PROXY: `http://user:SECRET@127.0.0.1:${proxy.port}` });
    expect(steps).toEqual(['ok dns', 'ok connect', 'ok key']);
    expect(checks[1]?.message).toBe(`connected to the proxy 127.0.0.1:${proxy.port} (HTTP_PROXY)`);
    expect(log).toEqual([expect.stringMatching(/^CONNECT localhost:/)]);
    expect(JSON.stringify(checks)).not.toContain('SECRET');
  });

  it.each([407, 502])('that refuses with %d is named', async (status) => {
    const proxy = await serveProxy([], status);
    const { steps, last } = await check({ HH_API_URL: 'http://hive.example', HTTP_PROXY: proxy.url });
    expect(steps).toEqual(['ok dns', 'ok connect', 'fail key']);
    expect(last.message).toBe(`the proxy did not connect to hive.example (HTTP ${status})`);
    expect(last.remedy).toContain('HTTP_PROXY');
  });

  it('that cannot be reached is named', async () => {
    const { url } = await refusingServer();
    const { last } = await check({ HH_API_URL: 'http://hive.example', HTTP_PROXY: url });
    expect(last).toMatchObject({ id: 'connect', message: `no connection to the proxy ${new URL(url).host} (HTTP_PROXY) (ECONNREFUSED)`, remedy: expect.stringContaining('HTTP_PROXY') });
  });

  it('that is none ends the way', async () => {
    const { steps, last } = await check({ HH_API_URL: 'http://hive.example', HTTP_PROXY: 'proxy' });
    expect(steps).toEqual(['fail proxy', 'skip dns', 'skip connect', 'skip key']);
    expect(last.remedy).toBe('correct or unset HTTP_PROXY');
  });
});

describe('the key', () => {
  it.each<[string, Answers, string, RegExp]>([
    ['is refused by 401', { '/projects': [401] }, 'fail', /refused the key \(HTTP 401\)/],
    ['is taken where projects are unknown and events ask for it', { '/projects': [404], '/v1/events': [404, 401] }, 'ok', /took the key \(GET \/v1\/events: HTTP 404, without the key 401\)/],
    ['is taken where it may not read projects and events ask for it', { '/projects': [403], '/v1/events': [400, 403] }, 'ok', /took the key/],
    ['is refused where events alone ask for it', { '/projects': [404], '/v1/events': [401] }, 'fail', /refused the key \(HTTP 401\)/],
    ['is open where it may read nothing', { '/projects': [403], '/v1/events': [403] }, 'fail', /refused to read with this key \(HTTP 403\)/],
    ['is open where nothing asks for it', { '/projects': [404], '/v1/events': [404] }, 'fail', /knows none of the routes .*HTTP 404 and 404/],
    ['is not looked for where the server is broken', { '/projects': [500] }, 'fail', /answered HTTP 500/],
    ['is not looked for where the server is broken in between', { '/projects': [404], '/v1/events': [503, 401] }, 'fail', /answered HTTP 503/],
    ['is not looked for where there is too much to do', { '/projects': [429] }, 'fail', /answered HTTP 429/],
  ])('%s', async (_, answers, status, message) => {
    const server = await serveAnswers(answers);
    const { last } = await check({ HH_API_URL: server.url });
    expect(last).toMatchObject({ id: 'key', status, message: expect.stringMatching(message) });
    if (status === 'fail') expect(last.remedy).toMatch(/\w/);
    expect(server.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it.each<[string, (request: SeenRequest, response: Parameters<typeof json>[0]) => void, RegExp]>([
    ['a web page', (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in'), /something else than HoneyHive's JSON/],
    ['a redirect elsewhere', (_, response) => void response.writeHead(302, { location: 'https://login.example/?token=SECRET' }).end(), /redirected to login\.example/],
    ['an end in the middle', ({ socket }) => void socket.destroy(), /the connection to .* broke/],
  ])('is not shown to be taken by %s', async (_, handler, message) => {
    const server = await serve(handler);
    const { last } = await check({ HH_API_URL: server.url });
    expect(last).toMatchObject({ id: 'key', status: 'fail', message: expect.stringMatching(message), remedy: expect.stringMatching(/\w/) });
    expect(JSON.stringify(last)).not.toContain('SECRET');
  });
});

describe('sending', () => {
  it('sends one session as the exporter would, and reads it back', async () => {
    const hive = await startHive({ key: KEY });
    const { steps, checks } = await check({ HH_API_URL: hive.url, HH_SOURCE: 'staging' }, true);
    await hive.close();

    expect(steps).toEqual(['ok dns', 'ok connect', 'ok key', 'ok send', 'ok read-back']);
    expect(hive.sessions()).toMatchObject([{ event_name: 'opentelemetry-exporter-honeyhive doctor', source: 'staging' }]);
    expect(checks[3]?.message).toContain(hive.sessions()[0]!.session_id);
  });

  it('decides about a key that may only write', async () => {
    const server = await serveAnswers({ '/projects': [403], '/v1/events': [403] }, ({ session }) => [200, { session_id: session.session_id }]);
    const { steps, last } = await check({ HH_API_URL: server.url }, true);
    expect(steps.slice(2)).toEqual(['warn key', 'ok send', 'warn read-back']);
    expect(last.message).toMatch(/taken but could not be read back .*HTTP 403/);
  });

  it('decides about a server that is too old to be asked', async () => {
    const server = await serveAnswers({}, ({ session }) => [200, { session_id: session.session_id }]);
    const { steps } = await check({ HH_API_URL: server.url }, true);
    expect(steps.slice(2)).toEqual(['warn key', 'ok send', 'warn read-back']);
  });

  it('takes the newer route where the older is gone', async () => {
    const server = await serve((request, response) => json(response, request.path === '/session/start' ? 404 : 200, request.method === 'POST' ? JSON.parse(request.body) : {}));
    const { checks } = await check({ HH_API_URL: server.url }, true);
    expect(checks[3]).toMatchObject({ status: 'ok', message: expect.stringContaining('POST /v1/sessions: HTTP 200') });
  });

  it('says what an old server wants of a project', async () => {
    const bodies: any[] = [];
    const server = await serveAnswers({ '/projects': [200] }, (body) => (bodies.push(body), [400, {}]));
    const { steps, last } = await check({ HH_API_URL: server.url, HH_PROJECT: 'shop' }, true);
    expect(steps.slice(2)).toEqual(['ok key', 'fail send', 'skip read-back']);
    expect(last.remedy).toContain('HH_PROJECT');
    expect(bodies[0].session.project).toBe('shop');
  });

  it('says that another id was given', async () => {
    const server = await serveAnswers({ '/projects': [200], '/v1/events': [404] }, () => [200, { session_id: 'other' }]);
    const { checks } = await check({ HH_API_URL: server.url }, true);
    expect(checks[3]).toMatchObject({ id: 'send', status: 'warn', message: expect.stringContaining('under another id: other') });
  });
});
