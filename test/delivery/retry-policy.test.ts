import type { Failure } from '../../src/delivery/outcome.js';
import { fruitlessRestMillis, MAX_AGE_MILLIS, nextStep, pauseMillis, pausesAllLanes, storedRestMillis } from '../../src/delivery/retry-policy.js';

const MINUTE = 60_000;

function http(status: number, retryAfterMillis?: number): Failure {
  const kind = status === 401 || status === 403 ? 'unauthorised' : 'retryable';
  return { kind, reason: `http_${status}`, message: '', status, ...(retryAfterMillis === undefined ? {} : { retryAfterMillis }) };
}
const refused: Failure = { kind: 'retryable', reason: 'network_ECONNREFUSED', message: '', unreachable: true };
const reset: Failure = { kind: 'retryable', reason: 'network_ECONNRESET', message: '' };
const timeout: Failure = { kind: 'retryable', reason: 'timeout', message: '' };
const noKey: Failure = { kind: 'unauthorised', reason: 'api_key_function_failed', message: '' };

describe('which failures pause all lanes', () => {
  it.each<[string, Failure, boolean]>([
    ['no connection', refused, true],
    ['429', http(429), true],
    ['503 with Retry-After', http(503, 0), true],
    ['401', http(401), true],
    ['403', http(403), true],
    ['no key to send', noKey, true],
    ['503 without Retry-After', http(503), false],
    ['500', http(500), false],
    ['500 with Retry-After', http(500, 1_000), false],
    ['408', http(408), false],
    ['a timeout', timeout, false],
    ['a connection that broke', reset, false],
  ])('%s', (_, failure, expected) => {
    expect(pausesAllLanes(failure)).toBe(expected);
  });
});

describe('the wait of one session', () => {
  it.each<[string, Failure, number, number, number]>([
    // failure, failures, random, milliseconds
    ['the first, in full', http(500), 1, 1, 500],
    ['the first, with half of the jitter', http(500), 1, 0.5, 250],
    ['the first, at the least', http(500), 1, 0, 0],
    ['the second', http(500), 2, 1, 1_000],
    ['the sixth', http(500), 6, 1, 16_000],
    ['the seventh, at the cap', http(500), 7, 1, 30_000],
    ['the nineteenth, at the cap', http(500), 19, 1, 30_000],
    ['never before Retry-After', http(500, 7_000), 1, 0.9, 7_000],
    ['later than Retry-After when the backoff is longer', http(500, 1_000), 7, 0.5, 15_000],
    ['a timeout like any other', timeout, 2, 1, 1_000],
    ['none of its own when all lanes pause', http(429, 7_000), 3, 1, 0],
    ['none of its own without a key', noKey, 3, 1, 0],
  ])('%s', (_, failure, failures, random, expected) => {
    expect(nextStep(failure, { attempts: 1, failures }, 0, pausesAllLanes(failure), random)).toEqual({ retryInMillis: expected });
  });

  it('is none of its own when all lanes pause because many fail', () => {
    expect(nextStep(http(502, 7_000), { attempts: 1, failures: 3 }, 0, true, 1)).toEqual({ retryInMillis: 0 });
  });
});

describe('when a session is given up', () => {
  it.each<[string, Failure, number, number, ReturnType<typeof nextStep>]>([
    // failure, attempts, age
    ['the 19th attempt is not the last', http(500), 19, 0, { retryInMillis: 0 }],
    ['the 20th attempt is', http(500), 20, 0, { drop: 'attempts_exhausted' }],
    ['also when all lanes pause', http(429), 20, 0, { drop: 'attempts_exhausted' }],
    ['just under an hour is not too old', http(500), 1, MAX_AGE_MILLIS - 1, { retryInMillis: 0 }],
    ['an hour is', http(500), 1, MAX_AGE_MILLIS, { drop: 'too_old' }],
    ['also without a key', noKey, 1, MAX_AGE_MILLIS, { drop: 'too_old' }],
  ])('%s', (_, failure, attempts, age, expected) => {
    expect(nextStep(failure, { attempts, failures: 0 }, age, pausesAllLanes(failure), 0)).toEqual(expected);
  });

  it('other failures than those laid to it do not count', () => {
    expect(nextStep(http(500), { attempts: 1, failures: 200 }, 0, false, 1)).toEqual({ retryInMillis: 30_000 });
  });
});

describe('the pause of all lanes', () => {
  it.each<[string, Failure, number, number, number]>([
    // failure, failures in a row, random, milliseconds
    ['no connection, once', refused, 1, 1, 500],
    ['no connection, four times', refused, 4, 0.5, 2_000],
    ['no connection, for long', refused, 50, 1, 30_000],
    ['429 with Retry-After', http(429, 90_000), 1, 1, 90_000],
    ['429 without', http(429), 1, 0.5, 250],
    ['401, once', http(401), 1, 0, MINUTE],
    ['401, twice', http(401), 2, 0.5, 2 * MINUTE],
    ['403, four times', http(403), 4, 0, 8 * MINUTE],
    ['403, five times, at the cap', http(403), 5, 0, 15 * MINUTE],
    ['401, for ever', http(401), 5_000, 0, 15 * MINUTE],
  ])('%s', (_, failure, failures, random, expected) => {
    expect(pauseMillis(failure, failures, random)).toBe(expected);
  });
});

describe('stored sessions that fail', () => {
  it('rest twice as long each time, up to a quarter of an hour, and never next to nothing', () => {
    expect([1, 2, 3, 10, 11, 100].map((failures) => storedRestMillis(failures, 1))).toEqual([1_000, 2_000, 4_000, 512_000, 15 * MINUTE, 15 * MINUTE]);
    expect(storedRestMillis(3, 0)).toBe(2_000);
  });

  it('hold up the others for at most five seconds', () => {
    expect([1, 2, 4, 5, 100].map((failures) => fruitlessRestMillis(failures, 1))).toEqual([500, 1_000, 4_000, 5_000, 5_000]);
    expect(fruitlessRestMillis(9, 0)).toBe(0);
  });
});
