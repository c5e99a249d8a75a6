import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { HoneyHiveSessionProcessor } from '../../src/index.js';
import { startHoneyHive, type TestHoneyHive } from '../../src/testing/index.js';

let hive: TestHoneyHive;
let provider: BasicTracerProvider;

beforeEach(async () => {
  hive = await startHoneyHive();
  const processor = new HoneyHiveSessionProcessor({ url: hive.url, apiKey: hive.apiKey, source: 'test' });
  provider = new BasicTracerProvider({ spanProcessors: [processor] });
});

afterEach(async () => {
  await provider.shutdown();
  await hive.close();
});

const work = (name: string): void => provider.getTracer('test').startSpan(name, { attributes: { 'user.id': 'ada' } }).end();

function post(body: string, key = hive.apiKey): Promise<Response> {
  return fetch(`${hive.url}/session/start`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body });
}

/** The message of a promise that is to fail. */
const failureOf = (promise: Promise<unknown>): Promise<Error> => promise.then(() => new Error('it did not fail'), (error: Error) => error);

describe('a HoneyHive in a test', () => {
  it('waits for one session, and gives what the exporter sent', async () => {
    work('checkout');
    const [session] = await hive.sessions();
    expect(session).toMatchObject({ event_name: 'checkout', source: 'test', user_properties: { user_id: 'ada' } });
  });

  it('waits for so many sessions, and gives them in the order of their arrival', async () => {
    const waiting = hive.sessions({ count: 2 });
    work('first');
    await hive.sessions({ count: 1 });
    work('second');
    expect((await waiting).map(({ event_name }) => event_name)).toEqual(['first', 'second']);
  });

  it('gives what is there at once when it is to wait for none', async () => {
    expect(await hive.sessions({ count: 0 })).toEqual([]);
  });

  it('says when nothing came', async () => {
    const { message } = await failureOf(hive.sessions({ timeout: 30 }));
    expect(message).toBe(
      `1 session was expected within 30 ms, none arrived. No request came at all: is the exporter's url ${hive.url}, has the root span ended, and is it flushed (provider.forceFlush())?`,
    );
  });

  it('says what came instead: sessions, refusals, faults', async () => {
    work('checkout');
    await hive.sessions();
    await post('{"session": {"inputs": 1}}');
    await post('{}', 'another');
    hive.fail({ kind: 503 });
    await post('{}');
    const { message } = await failureOf(hive.sessions({ count: 2, timeout: 30 }));
    expect(message.split('\n').map((line) => line.replace(/\d\d:\d\d:\d\d/, 'TIME').replace(/ {2,}/g, ' '))).toEqual([
      '2 sessions were expected within 30 ms, only 1 arrived. What came:',
      expect.stringMatching(/^ TIME new checkout ada/),
      ' TIME refused 400 POST /session/start: session.inputs must be an object',
      ' TIME refused 401 POST /session/start: the bearer key is not the key of this server',
      ' TIME failed POST /session/start: HTTP 503, as asked for',
    ]);
  });

  it('shows the last of very many', async () => {
    for (let nth = 0; nth < 25; nth += 1) await post('{"session": {}}');
    const { message } = await failureOf(hive.sessions({ count: 26, timeout: 30 }));
    expect(message).toContain('only 25 arrived. What came, the last 20 of 25:');
    expect(message.split('\n')).toHaveLength(21);
  });

  it('fails where the test asked, not in a timer', async () => {
    async function askedFromHere(): Promise<void> {
      await hive.sessions({ timeout: 10 });
    }
    const { stack } = await failureOf(askedFromHere());
    expect(stack).toContain('askedFromHere');
    expect(stack).toMatch(/^Error: 1 session was expected/);
  });

  it('tells refusals', async () => {
    await post('{', 'another');
    expect(hive.refused()).toMatchObject([{ status: 401, method: 'POST', path: '/session/start', reason: 'the bearer key is not the key of this server' }]);
  });

  it('forgets', async () => {
    work('before');
    await hive.sessions();
    await post('{');
    hive.clear();
    expect(await hive.sessions({ count: 0 })).toEqual([]);
    expect(hive.refused()).toEqual([]);
    work('after');
    expect((await hive.sessions()).map(({ event_name }) => event_name)).toEqual(['after']);
  });

  it('fails as asked, and recovers', async () => {
    hive.fail({ kind: 503, times: 1 }, { kind: 'reset', times: 1 });
    expect((await post('{"session": {}}')).status).toBe(503);
    await expect(post('{"session": {}}')).rejects.toThrow('fetch failed');
    expect((await post('{"session": {}}')).status).toBe(200);
    hive.fail({ kind: 500 });
    hive.fail();
    expect((await post('{"session": {}}')).status).toBe(200);
    expect(() => hive.fail({ kind: 200 })).toThrow(RangeError);
  });

  it('is found by another process through its variables, also where there is a proxy', async () => {
    const script = `
      const { HoneyHiveSessionProcessor } = require(${JSON.stringify(join(process.cwd(), 'dist/cjs/index.js'))});
      const { BasicTracerProvider } = require('@opentelemetry/sdk-trace-base');
      new BasicTracerProvider({ spanProcessors: [new HoneyHiveSessionProcessor()] }).getTracer('t').startSpan('elsewhere').end();`;
    await promisify(execFile)(process.execPath, ['-e', script], { env: { ...process.env, HTTP_PROXY: 'http://127.0.0.1:1', HH_DATA_PLANE_URL: 'http://127.0.0.1:2', ...hive.env }, timeout: 10_000 });
    expect((await hive.sessions({ count: 0 })).map(({ event_name }) => event_name)).toEqual(['elsewhere']);
  });

  it('takes the key and the port that it is given, and says when it cannot', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(startHoneyHive({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}: the port is in use`);
    await new Promise((resolve) => other.close(resolve));

    const second = await startHoneyHive({ port, apiKey: 'mine' });
    expect(second).toMatchObject({ url: `http://127.0.0.1:${port}`, apiKey: 'mine', env: { HH_API_KEY: 'mine' } });
    await second.close();
    await second.close();
  });
});

describe('the package', () => {
  const run = (args: readonly string[]) => promisify(execFile)(process.execPath, args, { timeout: 10_000 });
  const FOLDER = join(process.cwd(), 'dist');

  it('has one HoneyHive for import and require', async () => {
    const script = `
      const required = require(${JSON.stringify(join(FOLDER, 'cjs/testing/index.js'))});
      import(${JSON.stringify(join(FOLDER, 'esm/testing/index.js'))}).then((imported) => console.log(imported.startHoneyHive === required.startHoneyHive));`;
    expect((await run(['-e', script])).stdout).toBe('true\n');
  });

  it('loads nothing of it in a service', async () => {
    const script = `
      require(${JSON.stringify(join(FOLDER, 'cjs/index.js'))});
      console.log(Object.keys(require.cache).filter((file) => /dist.(cli|local|cjs.testing)/.test(file)).join());`;
    expect((await run(['-e', script])).stdout).toBe('\n');
  });
});
