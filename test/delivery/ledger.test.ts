import { diag, DiagLogLevel } from '@opentelemetry/api';
import { Diagnostics } from '../../src/delivery/diagnostics.js';
import { Ledger } from '../../src/delivery/ledger.js';
import { remedyFor } from '../../src/delivery/remedies.js';

let now: number;
let diagnostics: Diagnostics;
let ledger: Ledger;
let said: unknown[];
let emitWarning: jest.SpyInstance;

beforeEach(() => {
  now = 0;
  said = [];
  const nothing = (): void => {};
  diag.setLogger({ warn: (...words: unknown[]) => said.push(words.at(-1)), error: nothing, info: nothing, debug: nothing, verbose: nothing }, DiagLogLevel.WARN);
  emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  diagnostics = new Diagnostics(() => now);
  ledger = new Ledger(() => now, diagnostics);
});
afterEach(() => {
  diag.disable();
  jest.restoreAllMocks();
});

describe('an error', () => {
  it('is logged once a minute per reason, with what to do about it', () => {
    for (now = 0; now < 60_000; now += 1_000) ledger.noteError('http_404', 'h answered HTTP 404', undefined);
    expect(said).toEqual([expect.stringMatching(/^h answered HTTP 404: check that HH_API_URL \(or HH_DATA_PLANE_URL\)/)]);
    expect(ledger.lastError).toEqual({ message: 'h answered HTTP 404', at: 59_000 });
  });

  it.each([
    ['http_401', 'HH_API_KEY'],
    ['http_403', 'one project of one deployment'],
    ['http_400', 'HH_PROJECT'],
    ['http_404', 'HH_API_URL'],
    ['http_407', 'URL of the proxy'],
    ['proxy_http_407', 'URL of the proxy'],
    ['proxy_http_403', 'NO_PROXY'],
    ['network_UND_ERR_PRX_CONN', 'HTTPS_PROXY'],
    ['network_ENOTFOUND', 'HH_API_URL'],
    ['network_ECONNREFUSED', 'HTTPS_PROXY'],
    ['network_UND_ERR_CONNECT_TIMEOUT', 'HTTPS_PROXY'],
    ['network_SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
    ['timeout', 'HH_EXPORTER_TIMEOUT'],
    ['dropped_queue_full', 'maxConcurrency'],
  ])('%s leads to %s', (reason, remedy) => {
    expect(remedyFor(reason)).toContain(remedy);
  });

  it.each(['http_500', 'http_503', 'http_429', 'unexpected_answer', 'dropped_too_old'])('%s needs no advice', (reason) => {
    expect(remedyFor(reason)).toBeUndefined();
  });
});

describe('when nothing has ever been delivered', () => {
  const codes = (): unknown[] => emitWarning.mock.calls.map(([, options]) => (options as { code: string }).code);

  it('that is a process warning after a minute of errors, once', () => {
    for (now = 0; now <= 180_000; now += 10_000) ledger.noteError('network_ECONNREFUSED', 'no connection to h', undefined);
    expect(codes()).toEqual(['HONEYHIVE_NOTHING_DELIVERED']);
    expect(emitWarning.mock.calls[0]![0]).toMatch(/no connection to h: check HH_API_URL/);
  });

  it('it is none in a minute', () => {
    for (now = 0; now < 60_000; now += 10_000) ledger.noteError('timeout', 'slow', undefined);
    expect(codes()).toEqual([]);
  });

  it('it is none once something was delivered', () => {
    ledger.tally.count({ kind: 'delivered' });
    for (now = 0; now <= 180_000; now += 10_000) ledger.noteError('timeout', 'slow', undefined);
    ledger.noteLeft(1);
    expect(codes()).toEqual([]);
  });

  it('it is none for who has been told of the cause', () => {
    diagnostics.warnUser('HONEYHIVE_UNAUTHORIZED', 'bad key');
    for (now = 0; now <= 180_000; now += 10_000) ledger.noteError('http_401', 'bad key', undefined);
    expect(codes()).toEqual(['HONEYHIVE_UNAUTHORIZED']);
  });

  it('a shutdown says it at once, with what it leaves', () => {
    ledger.noteError('http_503', 'h answered HTTP 503', undefined);
    ledger.noteLeft(3);
    expect(said.at(-1)).toBe('3 sessions could not be sent before the shutdown and are lost; last error: h answered HTTP 503');
    expect(emitWarning.mock.calls[0]![0]).toContain('3 sessions could not be sent before the shutdown');
  });
});

it('a shutdown that leaves nothing says nothing', () => {
  ledger.noteLeft(0);
  expect(said).toEqual([]);
  expect(emitWarning).not.toHaveBeenCalled();
});
