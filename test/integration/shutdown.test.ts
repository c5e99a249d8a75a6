import { diag, DiagLogLevel } from '@opentelemetry/api';
import { type HoneyHiveOptions, HoneyHiveSessionExporter, HoneyHiveSessionProcessor } from '../../src/index.js';
import { forgetWarnings } from '../delivery/support/settings.js';
import { makeSpan } from '../span/make-span.js';
import { startServer } from '../support/otel.js';
import { type Address, blackHole, hangingServer, refusingServer } from '../support/silent-servers.js';

const BOUND = 400;
/** Far less than what anything waits for by itself, and far more than a busy machine needs. */
const PATIENCE = 4_000;

/** Answers 429 to all, to be asked again in an hour. */
const busyServer = (): Promise<Address> => startServer((request, response) => void request.resume().on('end', () => response.writeHead(429, { 'retry-after': '3600' }).end()));
/** Answers 500 to all: each session backs off by itself. */
const brokenServer = (): Promise<Address> => startServer((request, response) => void request.resume().on('end', () => response.writeHead(500).end()));

const servers: [string, () => Promise<Address>][] = [
  ['hangs', hangingServer],
  ['cannot be connected to', blackHole],
  ['refuses connections', refusingServer],
  ['asks for an hour', busyServer],
  ['fails each session', brokenServer],
];

const options = (address: Address): HoneyHiveOptions => ({
  apiKey: 'hh_test',
  url: address.url,
  sessionFilter: 'all',
  maxConcurrency: 2,
  shutdownTimeoutMillis: BOUND,
  flushTimeoutMillis: BOUND,
  exportTimeoutMillis: 60_000,
  timeoutMillis: 30_000,
});

const ways: [string, (address: Address) => { one: HoneyHiveSessionExporter | HoneyHiveSessionProcessor; end(name: string): void; answers: jest.Mock }][] = [
  [
    'the exporter',
    (address) => {
      const one = new HoneyHiveSessionExporter(options(address));
      const answers = jest.fn();
      return { one, answers, end: (name) => one.export([makeSpan({ trace: name })], answers) };
    },
  ],
  [
    'the processor',
    (address) => {
      const one = new HoneyHiveSessionProcessor(options(address));
      return { one, answers: jest.fn(), end: (name) => one.onEnd(makeSpan({ trace: name })) };
    },
  ],
];

let address: Address;
let said: string[];

beforeEach(() => {
  forgetWarnings();
  said = [];
  const nothing = (): void => {};
  diag.setLogger({ warn: (...words: unknown[]) => said.push(String(words.at(-1))), error: nothing, info: nothing, debug: nothing, verbose: nothing }, DiagLogLevel.WARN);
  jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
});
afterEach(async () => {
  diag.disable();
  jest.restoreAllMocks();
  await address.close();
});

describe.each(ways)('%s, shut down', (_, make) => {
  it.each(servers)('while the server %s, ends within its bound and says what it left', async (_server, start) => {
    address = await start();
    const { one, end, answers } = make(address);
    for (let index = 0; index < 5; index++) end(`trace${index}`);
    await new Promise((resolve) => setTimeout(resolve, 100));

    const asked = Date.now();
    const shutdown = one.shutdown();
    expect(one.shutdown()).toBe(shutdown);
    await shutdown;
    expect(Date.now() - asked).toBeLessThan(BOUND + PATIENCE);
    expect(one.stats()).toMatchObject({ accepted: 5, delivered: 0, queued: 0, inFlight: 0, pendingBytes: 0, dropped: { shutdown: 5 } });
    expect(said.filter((message) => message.startsWith('5 sessions could not be sent before the shutdown'))).toHaveLength(1);
    expect(jest.mocked(process.emitWarning).mock.calls.map(([message]) => message)).toContainEqual(expect.stringContaining('Not one session has reached HoneyHive'));
    for (const [result] of answers.mock.calls) expect(result.code).toBe(1);
    if (one instanceof HoneyHiveSessionExporter) expect(answers).toHaveBeenCalledTimes(5);
  });

  it.each(servers)('flushed while the server %s, ends within its bound and loses nothing', async (_server, start) => {
    address = await start();
    const { one, end } = make(address);
    end('a');
    const asked = Date.now();
    await Promise.all([one.forceFlush(), one.forceFlush()]);
    expect(Date.now() - asked).toBeLessThan(BOUND + PATIENCE);
    expect(one.stats()).toMatchObject({ accepted: 1, queued: 1 });
    await one.shutdown();
  });
});
