import { execFile } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import dns from 'node:dns';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ExporterStats } from '../../src/index.js';
import { closeServers, type ProxyRefusal, serveProxy } from '../delivery/support/http-server.js';
import { credentials, KNOWN_CERTIFICATE } from './support/certificates.js';
import { type DriveOptions, type Driver, exporterDriver, processorDriver, until } from './support/drive.js';
import { FaultServer } from './support/fault-server.js';
import { afterStoring, LOST_ANSWERS } from './support/faults.js';

const EXPORT_MILLIS = 700;
const SLACK_MILLIS = 8_000;

const drivers: Driver[] = [];
const servers: FaultServer[] = [];
/** Ports that undici tried to connect to and could not, once for each try. */
const failedConnects: string[] = [];
const noteFailedConnect = (message: unknown): void => void failedConnects.push((message as { connectParams: { port: string } }).connectParams.port);
let warnings: jest.SpyInstance;

const WAYS = ['exporter', 'processor'] as const;

function drive(way: (typeof WAYS)[number], url: string, options: Partial<DriveOptions> = {}): Driver {
  const all: DriveOptions = { apiKey: 'hh_test', url, timeoutMillis: 600, exportTimeoutMillis: EXPORT_MILLIS, flushTimeoutMillis: SLACK_MILLIS, shutdownTimeoutMillis: 100, maxConcurrency: 2, ...options };
  const driver = way === 'exporter' ? exporterDriver(all) : processorDriver(all, EXPORT_MILLIS);
  drivers.push(driver);
  return driver;
}

/** They mostly wait, so they do it at the same time. */
async function both(test: (way: (typeof WAYS)[number]) => Promise<void>): Promise<void> {
  await Promise.all(WAYS.map(test));
}

/** One after the other: what they change is the whole process's. */
async function inTurn(test: (way: (typeof WAYS)[number]) => Promise<void>): Promise<void> {
  for (const way of WAYS) await test(way);
}

async function serve(tls?: 'known' | 'unknown'): Promise<FaultServer> {
  const server = await FaultServer.start(undefined, tls && credentials(tls));
  servers.push(server);
  return server;
}

/** While there is no connection: answered once, in time, truthfully, and nothing is lost. */
async function expectToWait(driver: Driver, lastError: RegExp): Promise<void> {
  const answered = await driver.send(1);
  expect(answered.millis).toBeLessThan(EXPORT_MILLIS + SLACK_MILLIS);
  if (answered.code !== undefined) {
    expect(answered).toMatchObject({ code: 1, callbacks: 1, error: { name: 'SessionExportError' } });
    expect(answered.error?.message).toMatch(/1 still queued and tried again; last error: /);
  }
  expect(driver.stats()).toMatchObject({ accepted: 1, queued: 1, delivered: 0, dropped: {}, rejected: {} });
  expect(driver.stats().lastError?.message).toMatch(lastError);
}

/** Once there is one: what waited and what comes next arrives. */
async function expectToRecover(driver: Driver, server: FaultServer): Promise<void> {
  await driver.flush();
  await driver.send(1);
  await until(() => driver.stats().queued === 0, SLACK_MILLIS);
  expect(driver.stats()).toMatchObject({ accepted: 2, delivered: 2, queued: 0, dropped: {}, rejected: {} });
  expect(server.stored.size).toBe(2);
  expect(await driver.end()).toEqual([]);
}

beforeEach(() => {
  failedConnects.length = 0;
  subscribe('undici:client:connectError', noteFailedConnect);
  warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const random = Math.random;
  jest.spyOn(Math, 'random').mockImplementation(() => 0.1 + random() / 10);
});

afterEach(async () => {
  unsubscribe('undici:client:connectError', noteFailedConnect);
  jest.restoreAllMocks();
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) delete process.env[name];
  await Promise.all(drivers.splice(0).map((driver) => driver.end()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeServers();
});

describe('without a connection, exporter and processor', () => {
  it('waits for a port that refuses, and asks a few times only', () => both(async (way) => {
    const server = await serve();
    await server.down();
    const driver = drive(way, server.url);
    await expectToWait(driver, /no connection to 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
    const tries = (): number => failedConnects.filter((port) => port === String(server.port)).length;
    expect(await until(() => tries() >= 2, SLACK_MILLIS)).toBe(true);
    expect(tries()).toBeLessThanOrEqual(8);
    await server.up();
    await expectToRecover(driver, server);
  }));

  it('gives up a TLS handshake that is never answered', () => both(async (way) => {
    const server = await serve();
    server.play({ name: 'silent', connection: (socket) => socket.resume() });
    const driver = drive(way, server.url.replace('http:', 'https:'));
    // Which limit is over first, the connection's or the attempt's, is a matter of how busy the machine is.
    await expectToWait(driver, /UND_ERR_CONNECT_TIMEOUT|did not answer within 600 ms/);
    expect(server.played).toBeGreaterThanOrEqual(1);
    expect(server.played).toBeLessThanOrEqual(8);
    expect(await driver.end()).toEqual([]);
  }));

  it('sends nothing to a server that speaks no TLS', () => both(async (way) => {
    const server = await serve();
    const driver = drive(way, server.url.replace('http:', 'https:'));
    await expectToWait(driver, /no connection to .*(ERR_SSL_|EPROTO)/);
    expect(server.requests).toBe(0);
  }));

  it('sends nothing to a server with an unknown certificate', () => both(async (way) => {
    const server = await serve('unknown');
    const driver = drive(way, server.url);
    await expectToWait(driver, /no connection to .*DEPTH_ZERO_SELF_SIGNED_CERT/);
    expect(await until(() => server.connections >= 2, SLACK_MILLIS)).toBe(true);
    expect(server.connections).toBeLessThanOrEqual(8);
    expect(server.requests).toBe(0);
  }));

  it('waits for a host that is not found, and says so', () => inTurn(async (way) => {
    const server = await serve();
    // A label of 64 letters: no resolver can even ask for it, so nothing leaves this machine.
    // Each its own: what a user must know is said once in a process.
    const host = `${way[0]!.repeat(64)}.invalid`;
    const driver = drive(way, `http://${host}:${server.port}`);
    await expectToWait(driver, /no connection to .*\.invalid:\d+ \(ENOTFOUND\)/);
    expect(warnings.mock.calls.filter(([message]) => String(message).includes(`${host} was not found`) && String(message).includes('HH_API_URL'))).toHaveLength(1);
    const lookup = jest.spyOn(dns, 'lookup').mockImplementation(((_host: string, _options: object, done: (error: null, addresses: object[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }])) as never);
    await expectToRecover(driver, server);
    lookup.mockRestore();
  }));

  it.each<[string, ProxyRefusal, RegExp]>([
    ['answers 407', 407, /the proxy did not connect to 127\.0\.0\.1:\d+ \(HTTP 407\)/],
    ['answers 502', 502, /the proxy did not connect to 127\.0\.0\.1:\d+ \(HTTP 502\)/],
    ['drops the connection', 'drop', /UND_ERR_PRX_CONN/],
    ['says nothing', 'silence', /did not answer within 600 ms|UND_ERR_HEADERS_TIMEOUT/],
  ])('waits for a proxy that %s to CONNECT', (_, refusal, lastError) => inTurn(async (way) => {
    const server = await serve();
    const log: string[] = [];
    let refuse: ProxyRefusal | undefined = refusal;
    process.env['HTTP_PROXY'] = (await serveProxy(log, () => refuse)).url;
    const driver = drive(way, server.url);
    await expectToWait(driver, lastError);
    expect(log.length).toBeGreaterThanOrEqual(1);
    expect(log.length).toBeLessThanOrEqual(8);
    expect(server.connections).toBe(0);
    refuse = undefined;
    await expectToRecover(driver, server);
  }));

  it('waits for a proxy whose port refuses, and goes not past it', () => inTurn(async (way) => {
    const server = await serve();
    const proxy = await serveProxy([]);
    await closeServers();
    process.env['HTTP_PROXY'] = proxy.url;
    const driver = drive(way, server.url);
    await expectToWait(driver, /ECONNREFUSED/);
    expect(server.connections).toBe(0);
    await serveProxy([], undefined, proxy.port);
    await expectToRecover(driver, server);
  }));
});

describe.each(WAYS)('with a connection kept open, the %s', (way) => {
  it.each(LOST_ANSWERS.slice(0, 4).map((fault) => [fault.name, fault] as const))('gets over it that the answer to the next request is: %s', async (_, fault) => {
    const server = await serve();
    const driver = drive(way, server.url, { exportTimeoutMillis: 5_000, maxConcurrency: 1 });
    await driver.send(1);
    // undici frees a connection a moment after its answer was read.
    await new Promise((resolve) => setTimeout(resolve, 20));
    server.play(fault, 1);
    await driver.send(1);
    await until(() => driver.stats().queued === 0, SLACK_MILLIS);
    expect(driver.stats()).toMatchObject({ accepted: 2, delivered: 2 });
    expect([server.played, server.requests, server.connections]).toEqual([1, 3, 2]);
  });

  it('gets over it that the server has half-closed it after each answer', async () => {
    const server = await serve();
    server.play(afterStoring('half-closed', ({ socket }, stored) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${stored.length}\r\n\r\n${stored}`)));
    const driver = drive(way, server.url, { exportTimeoutMillis: 5_000, maxConcurrency: 1 });
    for (let index = 0; index < 20; index += 1) await driver.send(1);
    await until(() => driver.stats().queued === 0, SLACK_MILLIS);
    expect(driver.stats()).toMatchObject({ accepted: 20, delivered: 20 });
    expect(server.stored.size).toBe(20);
  });
});

describe('a certificate that becomes known', () => {
  it('lets all through that waited', async () => {
    const server = await serve('unknown');
    // Node reads the certificates that it trusts when it starts.
    const script = `
      const { HoneyHiveSessionExporter } = require(${JSON.stringify(join(process.cwd(), 'dist/cjs/index.js'))});
      const { BasicTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');
      const exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url: ${JSON.stringify(server.url)} });
      const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('t');
      for (let index = 0; index < 10; index += 1) tracer.startSpan('chat').end();
      setTimeout(() => exporter.shutdown().then(() => console.log(JSON.stringify(exporter.stats()))), 1500);`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: KNOWN_CERTIFICATE };
    const child = promisify(execFile)(process.execPath, ['-e', script], { timeout: 12_000, env });
    await until(() => server.connections > 0, 5_000);
    expect(server.requests).toBe(0);
    server.present(credentials('known'));
    const stats = JSON.parse((await child).stdout) as ExporterStats;
    expect(stats).toMatchObject({ accepted: 10, delivered: 10, queued: 0, lastError: { message: expect.stringContaining('SELF_SIGNED') } });
    expect(server.stored.size).toBe(10);
  });
});
