import { Delivery } from '../../src/delivery/delivery.js';
import type { BatchReport, DeliveryStats } from '../../src/delivery/delivery-stats.js';
import type { PendingSession } from '../../src/delivery/pending-session.js';
import type { DeliverySettings } from '../../src/delivery/settings.js';
import {
  delivered,
  FakeTransport,
  http429,
  http500,
  http502,
  refused,
  rejected,
  timeout,
  unauthorised,
  type Answers,
} from './support/fake-transport.js';
import { manyPending, pending, settingsWith } from './support/settings.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EXPORT_TIMEOUT = 25_000;

let delivery: Delivery;
let transport: FakeTransport;

/** With all of the jitter, so that every wait is known. */
function start(answers: Answers, changes: Partial<DeliverySettings> = {}): void {
  transport = new FakeTransport(answers);
  delivery = new Delivery(settingsWith({ exportTimeoutMillis: EXPORT_TIMEOUT, ...changes }), {
    transport,
    now: Date.now,
    random: () => 1,
  });
}

/** `"old0"`, `"old1"`, ... for a server that fails them and is well: it is given others in between, `"ok0"`, ... */
function backlogOf(count: number): PendingSession[] {
  return manyPending(count, 'old').flatMap((session, index) => (index % 4 === 3 ? [session, pending(`ok${index}`)] : [session]));
}

const advance = (millis: number): Promise<void> => jest.advanceTimersByTimeAsync(millis);

/** What a promise holds by now, or undefined. */
function peek<T>(promise: Promise<T>): { value: T | undefined } {
  const box: { value: T | undefined } = { value: undefined };
  void promise.then((value) => (box.value = value));
  return box;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function expectBalance(stats: DeliveryStats): void {
  const { accepted, delivered: done, declined, rejected: refusals, dropped, queued, stored, handedOver, inFlight, deferred } = stats;
  expect(done + declined + sum(refusals) + sum(dropped) + queued + stored + handedOver).toBe(accepted);
  expect(inFlight).toBeLessThanOrEqual(queued);
  expect(deferred).toBeLessThanOrEqual(queued);
  if (queued === 0) expect(stats.pendingBytes).toBe(0);
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'], now: 1_000_000 });
});

afterEach(() => {
  expectBalance(delivery.stats());
  jest.useRealTimers();
});

describe('a batch', () => {
  it('is answered when each of its sessions has ended', async () => {
    start((name) => (name === 's1' ? rejected : delivered));
    const report = delivery.deliver([...manyPending(3), { bytes: 1, serialize: () => ({ kind: 'declined' as const }) }]);
    await advance(0);
    expect(await report).toEqual({
      delivered: 2,
      incomplete: 0,
      declined: 1,
      spans: 4,
      rejected: { http_400: 1 },
      dropped: {},
      stored: 0,
      deferred: 0,
      lastError: 'refused; the session is lost',
      failedSpans: { http_400: 1 },
      lastStatus: 200,
      elapsedMillis: 0,
    } satisfies BatchReport);
  });

  it('is shared by sessions that come one by one within a moment', async () => {
    start(() => delivered);
    const first = delivery.deliverSoon({ ...pending('a'), spans: 3 });
    expect(delivery.deliverSoon({ ...pending('b'), spans: 2 })).toBeUndefined();
    await advance(0);
    expect(await first).toMatchObject({ delivered: 2, spans: 5 });
    // One that has been given takes no more.
    const second = delivery.deliverSoon(pending('c'));
    await advance(0);
    expect(await second).toMatchObject({ delivered: 1, spans: 1 });
  });

  it('is another one a moment later, or past 512 sessions', async () => {
    start(() => undefined);
    const begun = (count: number): number => Array.from({ length: count }, (_, index) => delivery.deliverSoon(pending(`${index}`))).filter((report) => report !== undefined).length;
    expect([begun(512), begun(1), begun(500)]).toEqual([1, 1, 0]);
    await advance(99);
    expect(begun(1)).toBe(0);
    await advance(1);
    expect([begun(1), begun(1)]).toEqual([1, 0]);
  });

  it('tells of sessions that come one by one at their deadline', async () => {
    start(() => undefined);
    const report = peek(delivery.deliverSoon(pending('a'))!);
    void delivery.deliverSoon(pending('b'));
    await advance(EXPORT_TIMEOUT);
    expect(report.value).toMatchObject({ deferred: 2, failedSpans: { deferred: 2 } });
    expect(delivery.stats()).toMatchObject({ deferred: 2, queued: 2, inFlight: 2 });
  });

  it('without sessions is answered at once', async () => {
    start(() => delivered);
    expect(await delivery.deliver([])).toMatchObject({ delivered: 0, deferred: 0 });
  });

  it('serialises nothing in the call, and each session once only, however often it is tried', async () => {
    start((_, nth) => (nth < 3 ? http500 : delivered));
    const serialize = jest.fn(() => '"s"');
    const report = delivery.deliver([{ bytes: 1, serialize }]);
    expect(serialize).not.toHaveBeenCalled();
    await advance(10_000);
    expect(await report).toMatchObject({ delivered: 1 });
    expect(transport.attempts).toHaveLength(3);
    expect(serialize).toHaveBeenCalledTimes(1);
  });

  it('drops a session that cannot be serialised, and keeps its error text to itself', async () => {
    start(() => delivered);
    const report = delivery.deliver([
      pending('good'),
      {
        bytes: 1,
        serialize: () => {
          throw new Error('my content');
        },
      },
    ]);
    await advance(0);
    expect(await report).toMatchObject({ delivered: 1, dropped: { serialize_failed: 1 } });
    expect(JSON.stringify([await report, delivery.stats()])).not.toContain('my content');
  });

  it('is answered at its deadline with the rest deferred, which is sent all the same', async () => {
    start((name) => (name === 'slow' ? undefined : delivered));
    const report = peek(delivery.deliver([pending('fast'), pending('slow')]));
    await advance(EXPORT_TIMEOUT - 1);
    expect(report.value).toBeUndefined();
    await advance(1);
    expect(report.value).toMatchObject({ delivered: 1, deferred: 1, elapsedMillis: EXPORT_TIMEOUT });
    expect(delivery.stats()).toMatchObject({ queued: 1, deferred: 1, inFlight: 1 });
    transport.attemptsOf('slow')[0]?.settle(delivered);
    await advance(0);
    expect(delivery.stats()).toMatchObject({ delivered: 2, queued: 0, deferred: 0 });
  });

  it('serialises a long batch of declined sessions in slices, so that other work gets its turn', async () => {
    start(() => delivered);
    let serialised = 0;
    void delivery.deliver(Array.from({ length: 100 }, () => ({ bytes: 1, serialize: () => ((serialised += 1), { kind: 'declined' as const }) })));
    jest.advanceTimersToNextTimer();
    expect(serialised).toBe(16);
    await advance(10);
    expect(serialised).toBe(100);
  });

  it('may be delivered, flushed and counted from within serialize', async () => {
    start(() => delivered);
    const inner: Promise<unknown>[] = [];
    let depth = 0;
    let deepest = 0;
    const report = delivery.deliver(
      Array.from({ length: 5_000 }, (_, index) => ({
        bytes: 1,
        serialize: () => {
          depth += 1;
          deepest = Math.max(deepest, depth);
          if (index === 0) inner.push(delivery.deliver([pending('inner')]));
          inner.push(delivery.flush(60_000));
          expectBalance(delivery.stats());
          depth -= 1;
          return '"s"';
        },
      })),
    );
    // The bound of 1,000 drops the oldest 4,000 before any is serialised.
    await advance(1_000);
    expect(await report).toMatchObject({ delivered: 1_000, dropped: { queue_full: 4_000 } });
    await Promise.all(inner);
    expect(deepest).toBe(1);
  });
});

describe('lanes', () => {
  it('are never more than maxConcurrency, over all batches', async () => {
    start(() => undefined, { maxConcurrency: 4 });
    for (let index = 0; index < 5; index += 1) void delivery.deliver(manyPending(5, `b${index}-`));
    await advance(10);
    expect(transport.inFlight).toBe(4);
    expect(delivery.stats()).toMatchObject({ queued: 25, inFlight: 4 });
    while (transport.attempts.length < 25) {
      transport.settleAll(delivered);
      await advance(1);
    }
    expect(transport.mostInFlight).toBe(4);
  });

  it('take the sessions in the order in which they came', async () => {
    start(() => delivered, { maxConcurrency: 1 });
    void delivery.deliver(manyPending(40));
    await advance(10);
    expect(transport.names).toEqual(Array.from({ length: 40 }, (_, index) => `s${index}`));
  });

  it('have as many sessions serialised as there are lanes while they wait for answers, and no more', async () => {
    const serialised: number[] = [];
    start(() => undefined);
    void delivery.deliver(Array.from({ length: 100 }, (_, index) => ({ bytes: 1, serialize: () => (serialised.push(index), `"${index}"`) })));
    await advance(100);
    expect(transport.names).toHaveLength(4);
    expect(serialised).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('serialise nothing during a pause', async () => {
    let serialised = 0;
    start(() => refused);
    void delivery.deliver(Array.from({ length: 100 }, () => ({ bytes: 1, serialize: () => ((serialised += 1), '"s"') })));
    await advance(100);
    expect(delivery.stats()).toMatchObject({ inFlight: 0, queued: 100, pausedUntil: expect.any(Number) as number });
    expect(serialised).toBe(transport.names.length);
  });
});

describe('a session that fails', () => {
  it('is tried again after growing waits, and holds no lane meanwhile', async () => {
    start((name, nth) => (name === 's0' && nth < 5 ? http500 : delivered), { maxConcurrency: 1 });
    const report = delivery.deliver([pending('s0'), pending('s1'), pending('s2')]);
    await advance(20_000);
    expect(await report).toMatchObject({ delivered: 3, lastError: 'five hundred' });
    const times = transport.attemptsOf('s0').map(({ at }) => at);
    expect(times.map((at, index) => at - (times[index - 1] ?? at))).toEqual([0, 500, 1_000, 2_000, 4_000]);
    expect(transport.names.slice(0, 3)).toEqual(['s0', 's1', 's2']);
    expect(transport.attemptsOf('s2')[0]?.at).toBe(times[0]);
  });

  it('for ever never holds up the rest', async () => {
    start((name) => (name === 'poison' ? http500 : delivered), { maxConcurrency: 1 });
    void delivery.deliver([pending('poison')]);
    for (let second = 0; second < 60; second += 1) {
      const report = peek(delivery.deliver(manyPending(10, `${second}-`)));
      await advance(1_000);
      expect(report.value).toMatchObject({ delivered: 10 });
    }
  });

  it.each([
    ['are taken', delivered],
    ['are refused', rejected],
  ])('is given up after 20 attempts, while others %s', async (_, outcome) => {
    start((name) => (name === 'poison' ? http500 : outcome));
    const report = delivery.deliver([pending('poison')]);
    for (let tenths = 0; tenths < HOUR / 100; tenths += 1) {
      if (delivery.stats().queued === 0) break;
      void delivery.deliver([pending(`${tenths}`)]);
      await advance(100);
    }
    expect(await report).toMatchObject({ deferred: 1 });
    expect(transport.attemptsOf('poison')).toHaveLength(20);
    expect(delivery.stats()).toMatchObject({ dropped: { attempts_exhausted: 1 }, queued: 0, deferred: 0 });
  });

  it('while nothing else is sent may be no worse than the server, and is given up after an hour, not after 20 attempts', async () => {
    start(() => http500);
    void delivery.deliver([pending('s')]);
    await advance(HOUR - 1);
    expect(delivery.stats()).toMatchObject({ dropped: {}, queued: 1, pausedUntil: undefined });
    // Half a minute apart at most, with all of the jitter.
    expect(transport.attempts.length).toBeLessThan(130);
    await advance(1);
    expect(delivery.stats()).toMatchObject({ dropped: { too_old: 1 }, queued: 0, deferred: 0 });
  });

  it('has its attempts counted for each time that others have passed, and not in between', async () => {
    start((name) => (name === 'poison' ? http500 : delivered));
    void delivery.deliver([pending('poison')]);
    let minutes = 0;
    for (; delivery.stats().queued > 0 && minutes < 60; minutes += 1) {
      await advance(MINUTE - 1);
      void delivery.deliver([pending(`${minutes}`)]);
      await advance(1);
    }
    expect(delivery.stats()).toMatchObject({ dropped: { attempts_exhausted: 1 }, queued: 0 });
    // Counted were the first, and one after each minute's other session.
    expect(minutes).toBe(20);
    expect(transport.attemptsOf('poison').length).toBeGreaterThan(35);
  });

  it('waits as long as the server asks, and not longer than it may live', async () => {
    start((_, nth) => (nth === 1 ? { ...http500, retryAfterMillis: 90_000 } : delivered));
    void delivery.deliver([pending('s')]);
    await advance(89_999);
    expect(transport.attempts).toHaveLength(1);
    await advance(1);
    expect(transport.attempts).toHaveLength(2);

    start(() => ({ ...http500, retryAfterMillis: 24 * HOUR }));
    void delivery.deliver([pending('s')]);
    await advance(HOUR - 1);
    expect(delivery.stats().queued).toBe(1);
    await advance(1);
    expect(delivery.stats()).toMatchObject({ dropped: { too_old: 1 }, queued: 0 });
    expect(transport.attempts).toHaveLength(1);
  });

  it('is tried again when the transport itself breaks its word and rejects', async () => {
    start(() => delivered);
    const send = jest.spyOn(transport, 'send').mockRejectedValueOnce(new Error('secret'));
    const report = delivery.deliver([pending('s')]);
    await advance(1_000);
    expect(await report).toMatchObject({ delivered: 1, lastError: 'an attempt failed unexpectedly' });
    expect(send).toHaveBeenCalledTimes(2);
  });
});

describe('a session that existed already', () => {
  it('is one of those delivered, and said to be merged', async () => {
    start((name) => (name === 's0' ? { ...delivered, merged: true } : delivered));
    const report = delivery.deliver(manyPending(3));
    await advance(0);
    expect(await report).toMatchObject({ delivered: 3, incomplete: 0 });
    expect(delivery.stats()).toMatchObject({ accepted: 3, delivered: 3, merged: 1, incomplete: 0, lastError: undefined });
  });

  it('and whose update was refused is one of those delivered, and said to be incomplete', async () => {
    start(() => ({ ...delivered, merged: true, incomplete: 'the update was refused' }));
    const report = delivery.deliver(manyPending(1));
    await advance(0);
    expect(await report).toMatchObject({ delivered: 1, incomplete: 1, rejected: {}, lastError: 'the update was refused' });
    expect(delivery.stats()).toMatchObject({ accepted: 1, delivered: 1, merged: 1, incomplete: 1, queued: 0 });
  });
});

describe('fresh sessions', () => {
  it('get at least half of the lanes while a backlog is sent', async () => {
    let stuck = false;
    start((name) => (name.startsWith('old') ? (stuck ? undefined : http500) : delivered), { maxConcurrency: 4 });
    void delivery.deliver(backlogOf(20));
    await advance(0);
    stuck = true;
    await advance(2_000);
    // All twenty wait for a lane again, and each that gets one keeps it; one lane is left for fresh ones.
    expect(delivery.stats().inFlight).toBe(3);
    const report = peek(delivery.deliver(manyPending(50, 'new')));
    await advance(0);
    expect(report.value).toMatchObject({ delivered: 50 });
  });

  it('take over lanes of the backlog as they become free, until they have half', async () => {
    start((name, nth) => (name.startsWith('ok') ? delivered : name.startsWith('old') && nth === 1 ? http500 : undefined), { maxConcurrency: 8 });
    void delivery.deliver(backlogOf(40));
    await advance(2_000);
    const inFlight = (): string => [...transport.open].map((name) => (name.startsWith('old') ? 'o' : 'n')).sort().join('');
    expect(inFlight()).toBe('ooooooo');
    void delivery.deliver(manyPending(40, 'new'));
    await advance(0);
    expect(inFlight()).toBe('nooooooo');
    for (let settled = 1; settled <= 30; settled += 1) {
      transport.settleOldest(delivered);
      await advance(0);
      expect(inFlight()).toHaveLength(8);
      if (settled >= 7) expect(inFlight()).toMatch(/^n{4,7}o{1,4}$/);
    }
  });

  it('leave nearly all lanes to the backlog while none waits', async () => {
    start((name, nth) => (name.startsWith('ok') ? delivered : nth === 1 ? http500 : undefined), { maxConcurrency: 32 });
    void delivery.deliver(backlogOf(100));
    await advance(2_000);
    expect(transport.inFlight).toBe(28);
  });

  it('and the backlog both advance on a single lane', async () => {
    start((name, nth) => (name.startsWith('old') && nth === 1 ? http500 : delivered), { maxConcurrency: 1 });
    void delivery.deliver(manyPending(5, 'old'));
    await advance(499);
    const before = transport.attempts.length;
    await advance(1);
    void delivery.deliver(manyPending(5, 'new'));
    await advance(0);
    await advance(0);
    const order = transport.names.slice(before);
    expect(order).toHaveLength(10);
    expect(delivery.stats()).toMatchObject({ delivered: 10, queued: 0 });
  });
});

describe('a pause of all lanes', () => {
  it('begins with a failed connection, ends with one probe, and then all go', async () => {
    let up = false;
    start(() => (up ? undefined : refused), { maxConcurrency: 4 });
    void delivery.deliver(manyPending(20));
    await advance(0);
    expect(transport.attempts).toHaveLength(4);
    expect(delivery.stats().pausedUntil).toBe(Date.now() + 500);
    up = true;
    await advance(499);
    expect(transport.attempts).toHaveLength(4);
    await advance(1);
    expect(transport.attempts).toHaveLength(5);
    await advance(5_000);
    expect(transport.attempts).toHaveLength(5);
    transport.attempts[4]?.settle(delivered);
    await advance(0);
    expect(transport.inFlight).toBe(4);
    expect(delivery.stats().pausedUntil).toBeUndefined();
  });

  it('grows with each probe that fails, and does not probe with the same session again and again', async () => {
    start(() => refused, { maxConcurrency: 1 });
    void delivery.deliver(manyPending(5));
    await advance(8_000);
    expect(transport.attempts.map(({ at }) => at - 1_000_000)).toEqual([0, 500, 1_500, 3_500, 7_500]);
    expect(transport.names).toEqual(['s0', 's0', 's1', 's0', 's2']);
  });

  it('costs no session its attempts while there is no connection, so that an outage of half an hour loses nothing', async () => {
    let up = false;
    start(() => (up ? delivered : refused));
    void delivery.deliver([pending('s')]);
    await advance(30 * MINUTE);
    expect(transport.attempts.length).toBeGreaterThan(40);
    up = true;
    await advance(MINUTE);
    expect(delivery.stats()).toMatchObject({ delivered: 1, queued: 0, deferred: 0 });
  });

  it('waits for Retry-After of a 429', async () => {
    start((_, nth) => (nth === 1 ? http429(10_000) : delivered), { maxConcurrency: 1 });
    const report = delivery.deliver(manyPending(2));
    await advance(9_999);
    expect(transport.attempts).toHaveLength(1);
    await advance(11_000);
    expect(await report).toMatchObject({ delivered: 2 });
  });

  it('does not follow from a plain 500 or a timeout', async () => {
    start((name) => (name === 's0' ? http500 : name === 's1' ? timeout : delivered), { maxConcurrency: 1 });
    void delivery.deliver(manyPending(3));
    await advance(0);
    expect(delivery.stats()).toMatchObject({ delivered: 1, pausedUntil: undefined });
  });

  it.each<[string, typeof delivered]>([
    ['delivered', delivered],
    ['rejected', rejected],
    ['a 500 of its own', http500],
    ['a timeout of its own', timeout],
  ])('ends with a probe that is %s', async (_, outcome) => {
    let nth = 0;
    start(() => ((nth += 1) === 1 ? refused : nth === 2 ? outcome : delivered), { maxConcurrency: 1 });
    void delivery.deliver(manyPending(5));
    await advance(500);
    expect(delivery.stats().pausedUntil).toBeUndefined();
    expect(transport.attempts.length).toBeGreaterThanOrEqual(6);
  });

  it('lasts a minute for a refused key, then two, then four, up to a quarter of an hour', async () => {
    start(() => unauthorised, { maxConcurrency: 1 });
    void delivery.deliver(manyPending(3));
    await advance(46 * MINUTE);
    expect(transport.attempts.map(({ at }) => (at - 1_000_000) / MINUTE)).toEqual([0, 1, 3, 7, 15, 30, 45]);
  });

  it('begins with a minute again when a key that worked in between is refused', async () => {
    const outcomes = [unauthorised, unauthorised, delivered, unauthorised, delivered];
    start(() => outcomes.shift(), { maxConcurrency: 1 });
    void delivery.deliver(manyPending(1));
    await advance(3 * MINUTE);
    expect(delivery.stats()).toMatchObject({ delivered: 1, pausedUntil: undefined });
    void delivery.deliver(manyPending(1, 'later'));
    await advance(MINUTE);
    expect(transport.attempts.map(({ at }) => (at - 1_000_000) / MINUTE)).toEqual([0, 1, 3, 3, 4]);
    expect(delivery.stats()).toMatchObject({ delivered: 2 });
  });

  it('costs almost nothing: one attempt at a time, and nothing is serialised that is not tried', async () => {
    start(() => refused, { maxConcurrency: 4 });
    const serialize = jest.fn(() => '"s"');
    for (let second = 0; second < 600; second += 1) {
      void delivery.deliver([{ bytes: 1, serialize }]);
      await advance(1_000);
      expect(transport.mostInFlight).toBe(1);
    }
    // Half a minute apart at most, with all of the jitter.
    expect(transport.attempts.length).toBeLessThan(30);
    expect(serialize.mock.calls.length).toBeLessThanOrEqual(transport.attempts.length);
    expect(delivery.stats()).toMatchObject({ queued: 600 });
  });

  it('that must outlast the deadline answers every batch at once', async () => {
    start(() => unauthorised, { maxConcurrency: 2 });
    const early = peek(delivery.deliver(manyPending(10)));
    await advance(0);
    expect(early.value).toMatchObject({ deferred: 10, lastError: 'bad key', elapsedMillis: 0 });
    const late = peek(delivery.deliver(manyPending(3, 'late')));
    await advance(0);
    expect(late.value).toMatchObject({ deferred: 3, elapsedMillis: 0 });
    expect(delivery.stats()).toMatchObject({ queued: 13, deferred: 13 });
  });

  it('that may end in time keeps a batch waiting for it', async () => {
    start((_, nth) => (nth === 1 ? http429(10_000) : delivered));
    void delivery.deliver([pending('first')]);
    await advance(0);
    const report = peek(delivery.deliver([pending('second')]));
    await advance(9_000);
    expect(report.value).toBeUndefined();
    await advance(11_000);
    expect(report.value).toMatchObject({ delivered: 1 });
  });

  it('does not answer a batch one of whose sessions a lane still has', async () => {
    start((name) => (name === 's0' ? unauthorised : undefined), { maxConcurrency: 2 });
    const report = peek(delivery.deliver(manyPending(3)));
    await advance(0);
    expect(report.value).toBeUndefined();
    transport.attemptsOf('s1')[0]?.settle(delivered);
    await advance(0);
    expect(report.value).toMatchObject({ delivered: 1, deferred: 2 });
  });

  it('gives up what is an hour old and waits, not what a lane has: that may yet arrive', async () => {
    start(() => undefined, { maxConcurrency: 2 });
    void delivery.deliver(manyPending(4));
    await advance(HOUR);
    transport.attempts[1]?.settle(delivered);
    await advance(0);
    expect(delivery.stats()).toMatchObject({ queued: 1, inFlight: 1, delivered: 1, dropped: { too_old: 2 } });
    transport.settleOldest(delivered);
    await advance(0);
    expect(delivery.stats()).toMatchObject({ queued: 0, delivered: 2 });
  });

  it('gives up what is an hour old, though no lane may send', async () => {
    start(() => http429(24 * HOUR));
    void delivery.deliver(manyPending(3));
    await advance(HOUR - 1);
    expect(delivery.stats().queued).toBe(3);
    await advance(1);
    expect(delivery.stats()).toMatchObject({ queued: 0, dropped: { too_old: 3 } });
  });

  it('that is over when nothing waits probes with the next session that comes', async () => {
    let up = false;
    start(() => (up ? undefined : refused), { maxConcurrency: 4, maxPendingSessions: 4 });
    void delivery.deliver(manyPending(4));
    await advance(0);
    up = true;
    // These push the others out while lanes are paused, and are declined when their time comes.
    void delivery.deliver(Array.from({ length: 4 }, () => ({ bytes: 1, serialize: () => ({ kind: 'declined' as const }) })));
    await advance(MINUTE);
    expect(delivery.stats()).toMatchObject({ queued: 0, declined: 4, dropped: { queue_full: 4 } });
    void delivery.deliver(manyPending(4, 'new'));
    await advance(0);
    expect(transport.attempts).toHaveLength(5);
  });
});

describe('a server that answers, and takes nothing', () => {
  it.each([
    ['502', http502],
    ['nothing in time', timeout],
  ])('(%s) for half an hour loses no session of a thousand, and is asked as seldom as one that is not there', async (_, outcome) => {
    let up = false;
    const serialised = jest.fn();
    start(() => (up ? delivered : outcome), { maxConcurrency: 32 });
    void delivery.deliver(manyPending(1_000).map((session) => ({ ...session, serialize: () => (serialised(), session.serialize()) })));
    await advance(0);
    // All lanes, and those that had been free again before the fifth session failed.
    expect(transport.attempts).toHaveLength(32 + 4);
    transport.mostInFlight = 0;
    await advance(30 * MINUTE);
    expect(delivery.stats()).toMatchObject({ queued: 1_000, dropped: {}, pausedUntil: expect.any(Number) });
    expect(transport.mostInFlight).toBe(1);
    expect(transport.attempts.length).toBeLessThan(36 + 70);
    expect(serialised.mock.calls.length).toBeLessThanOrEqual(transport.attempts.length);
    up = true;
    await advance(MINUTE);
    expect(delivery.stats()).toMatchObject({ delivered: 1_000, queued: 0, pausedUntil: undefined });
  });

  it('leaves no session a long back-off of its own', async () => {
    start(() => http502, { maxConcurrency: 1 });
    void delivery.deliver(manyPending(5));
    await advance(30 * MINUTE);
    const before = transport.attempts.length;
    transport.answers = () => (transport.attempts.length === before + 2 ? http502 : delivered);
    await advance(MINUTE);
    expect(delivery.stats()).toMatchObject({ delivered: 5, queued: 0 });
    const again = transport.attemptsOf(transport.names[before + 1]!);
    expect(again.at(-1)!.at - again.at(-2)!.at).toBeLessThanOrEqual(1_000);
  });

  it('costs tens of requests in ten minutes, however many sessions come', async () => {
    start(() => http502);
    for (let second = 0; second < 600; second += 1) {
      void delivery.deliver(manyPending(1, `${second}-`));
      await advance(1_000);
    }
    expect(transport.attempts.length).toBeLessThan(60);
    expect(delivery.stats()).toMatchObject({ queued: 600, dropped: {} });
  });

  it('is one from which five sessions in a row fail', async () => {
    start(() => http502);
    for (let count = 1; count <= 4; count += 1) {
      void delivery.deliver([pending(`s${count}`)]);
      await advance(MINUTE);
      expect(delivery.stats().pausedUntil).toBeUndefined();
    }
    void delivery.deliver([pending('s5')]);
    await advance(0);
    expect(delivery.stats().pausedUntil).toBe(Date.now() + 500);
  });

  it('is not one that takes every other session: lanes never pause, and what fails waits for its own back-off', async () => {
    let nth = 0;
    start(() => ((nth += 1) % 2 === 1 ? http502 : delivered));
    void delivery.deliver(manyPending(100));
    await advance(0);
    expect(delivery.stats()).toMatchObject({ delivered: 50, queued: 50, pausedUntil: undefined });
    for (let second = 0; second < 120; second += 1) {
      await advance(1_000);
      expect(delivery.stats().pausedUntil).toBeUndefined();
    }
    expect(delivery.stats()).toMatchObject({ delivered: 100, queued: 0 });
    expect(transport.attempts).toHaveLength(200);
  });

  it('is well as soon as any session passes, also one that was under way before', async () => {
    start((name) => (name === 'slow' || name === 'later' ? undefined : http502), { maxConcurrency: 8 });
    void delivery.deliver([pending('slow'), ...manyPending(5)]);
    await advance(0);
    expect(delivery.stats().pausedUntil).toBeDefined();
    void delivery.deliver([pending('later')]);
    await advance(0);
    expect(transport.open).toEqual(['slow']);
    transport.settleOldest(delivered);
    await advance(0);
    expect(transport.open).toEqual(['later']);
    expect(delivery.stats().pausedUntil).toBeUndefined();
  });

  it('is not asked again and again with the same bad session: that is given up, and holds the others up for seconds', async () => {
    let up = false;
    start((name) => (up && name !== 'poison' ? delivered : http502));
    void delivery.deliver([pending('poison'), ...manyPending(50)]);
    await advance(10 * MINUTE);
    // Two of the probes at most: it comes last each time.
    expect(transport.attemptsOf('poison').length).toBeLessThan(10);
    up = true;
    await advance(31_000);
    expect(delivery.stats()).toMatchObject({ delivered: 50, queued: 1 });
    for (let second = 0; second < 600; second += 1) {
      void delivery.deliver([pending(`${second}`)]);
      await advance(1_000);
    }
    expect(delivery.stats()).toMatchObject({ delivered: 650, queued: 0, dropped: { attempts_exhausted: 1 } });
  });

  it('may be well after all, when the five are bad ones: others then wait for one pause, and those are given up', async () => {
    start((name) => (name.startsWith('poison') ? http500 : delivered));
    void delivery.deliver(manyPending(5, 'poison'));
    await advance(2 * MINUTE);
    expect(delivery.stats().pausedUntil).toBeDefined();
    for (let second = 0; second < 600; second += 1) {
      const report = peek(delivery.deliver([pending(`${second}`)]));
      await advance(1_000);
      if (second > 30) expect(report.value).toMatchObject({ delivered: 1 });
    }
    expect(delivery.stats()).toMatchObject({ queued: 0, delivered: 600, dropped: { attempts_exhausted: 5 } });
  });
});

describe('the bounds', () => {
  it('of sessions drop the oldest that wait, and tell their batch', async () => {
    start(() => undefined, { maxConcurrency: 2, maxPendingSessions: 10 });
    const first = peek(delivery.deliver(manyPending(10, 'a')));
    await advance(0);
    const second = delivery.deliver(manyPending(8, 'b'));
    expect(delivery.stats()).toMatchObject({ queued: 10, dropped: { queue_full: 8 } });
    transport.settleAll(delivered);
    await advance(0);
    expect(first.value).toMatchObject({ delivered: 2, dropped: { queue_full: 8 }, deferred: 0 });
    while (transport.attempts.length < 10) {
      transport.settleAll(delivered);
      await advance(0);
    }
    transport.settleAll(delivered);
    await advance(0);
    expect(await second).toMatchObject({ delivered: 8 });
  });

  it('of bytes drop the oldest that wait', () => {
    start(() => undefined, { maxPendingBytes: 1_000 });
    void delivery.deliver(manyPending(15, 's', 100));
    expect(delivery.stats()).toMatchObject({ queued: 10, pendingBytes: 1_000, dropped: { queue_full: 5 } });
  });

  it('turn away a session that alone is past them, and keep the others', async () => {
    start(() => undefined, { maxPendingBytes: 1_000 });
    void delivery.deliver(manyPending(5, 's', 100));
    expect(await delivery.deliver([pending('huge', 1_001)])).toMatchObject({ dropped: { queue_full: 1 } });
    expect(delivery.stats()).toMatchObject({ queued: 5 });
  });

  it('hold for deferred sessions too, through a long outage', async () => {
    start(() => unauthorised, { maxPendingSessions: 50 });
    for (let second = 0; second < 100; second += 1) {
      void delivery.deliver(manyPending(10, `${second}-`));
      await advance(1_000);
      expectBalance(delivery.stats());
      expect(delivery.stats().queued).toBeLessThanOrEqual(50);
    }
    transport.answers = () => delivered;
    await advance(15 * MINUTE);
    expect(delivery.stats()).toMatchObject({ queued: 0, delivered: 50, dropped: { queue_full: 950 } });
    expect(transport.names.slice(-50).every((name) => Number(name.split('-')[0]) >= 95)).toBe(true);
  });
});

describe('flush', () => {
  it('tries at once what waits for its backoff', async () => {
    start((_, nth) => (nth === 1 ? { ...http500, retryAfterMillis: 20_000 } : delivered));
    void delivery.deliver(manyPending(3));
    await advance(10);
    const complete = delivery.flush(1_000);
    await advance(0);
    expect(await complete).toBe(true);
    expect(delivery.stats()).toMatchObject({ delivered: 3, queued: 0 });
    expect(jest.getTimerCount()).toBe(0);
  });

  it('probes a pause at once, and sends all when the probe passes', async () => {
    start((_, nth) => (nth === 1 ? unauthorised : delivered), { maxConcurrency: 1 });
    void delivery.deliver(manyPending(5));
    await advance(0);
    transport.answers = () => delivered;
    const complete = delivery.flush(1_000);
    await advance(0);
    expect(await complete).toBe(true);
    expect(delivery.stats()).toMatchObject({ delivered: 5, pausedUntil: undefined });
  });

  it('does not wait for a pause that is longer than its time', async () => {
    start(() => unauthorised);
    void delivery.deliver(manyPending(5));
    await advance(0);
    const complete = peek(delivery.flush(10_000));
    await advance(0);
    expect(complete.value).toBe(false);
  });

  it('waits for a pause that is shorter', async () => {
    let up = false;
    start(() => (up ? delivered : refused));
    void delivery.deliver(manyPending(5));
    await advance(0);
    const complete = peek(delivery.flush(10_000));
    up = false;
    await advance(100);
    up = true;
    expect(complete.value).toBeUndefined();
    await advance(9_000);
    expect(complete.value).toBe(true);
  });

  it('resolves within its time when a lane is stuck', async () => {
    start(() => undefined);
    void delivery.deliver([pending('s')]);
    await advance(0);
    const complete = peek(delivery.flush(2_000));
    await advance(1_999);
    expect(complete.value).toBeUndefined();
    await advance(1);
    expect(complete.value).toBe(false);
  });

  it('does not wait for sessions that come after it', async () => {
    start((name) => (name === 'late' ? undefined : delivered));
    void delivery.deliver([pending('s')]);
    const complete = peek(delivery.flush(2_000));
    void delivery.deliver([pending('late')]);
    await advance(0);
    expect(complete.value).toBe(true);
  });

  it('with nothing queued resolves at once', async () => {
    start(() => delivered);
    expect(await delivery.flush(0)).toBe(true);
  });

  it('gives the backlog all lanes', async () => {
    start((name, nth) => (name.startsWith('ok') ? delivered : nth === 1 ? http500 : undefined), { maxConcurrency: 4 });
    void delivery.deliver(backlogOf(8));
    await advance(0);
    void delivery.flush(1_000);
    await advance(0);
    expect(delivery.stats().inFlight).toBe(4);
  });
});

describe('shutdown', () => {
  it('sends what is queued, closes the transport once, and is the same promise each time', async () => {
    start((_, nth) => (nth === 1 ? http500 : delivered));
    const report = delivery.deliver(manyPending(5));
    await advance(0);
    const done = delivery.shutdown(5_000);
    expect(delivery.shutdown(1)).toBe(done);
    await advance(0);
    await done;
    expect(await report).toMatchObject({ delivered: 5 });
    expect(transport.closed).toBe(1);
  });

  it('drops what is left at its bound, in flight or waiting, and answers their batches', async () => {
    start(() => undefined, { maxConcurrency: 2 });
    const report = peek(delivery.deliver(manyPending(5)));
    await advance(0);
    const done = peek(delivery.shutdown(5_000).then(() => true));
    await advance(4_999);
    expect(done.value).toBeUndefined();
    await advance(1);
    expect(done.value).toBe(true);
    expect(report.value).toMatchObject({ dropped: { shutdown: 5 }, deferred: 0 });
    expect(delivery.stats()).toMatchObject({ dropped: { shutdown: 5 }, queued: 0, inFlight: 0, pendingBytes: 0 });
    // What lanes bring home after that counts no more.
    transport.settleAll(delivered);
    await advance(HOUR);
    expect(delivery.stats()).toMatchObject({ delivered: 0, queued: 0 });
    expect(transport.attempts).toHaveLength(2);
  });

  it('does not wait for a pause that is longer than its time', async () => {
    start(() => unauthorised);
    void delivery.deliver(manyPending(5));
    await advance(0);
    const done = peek(delivery.shutdown(5_000).then(() => true));
    await advance(0);
    expect(done.value).toBe(true);
    expect(delivery.stats()).toMatchObject({ dropped: { shutdown: 5 }, queued: 0, deferred: 0 });
  });

  it('turns away every session that comes later', async () => {
    start(() => delivered);
    void delivery.shutdown(5_000);
    expect(await delivery.deliver(manyPending(3))).toMatchObject({ dropped: { shutdown: 3 }, lastError: expect.stringContaining('shut down') });
    await advance(0);
    expect(await delivery.deliver(manyPending(3))).toMatchObject({ dropped: { shutdown: 3 } });
    expect(transport.attempts).toHaveLength(0);
    expect(await delivery.flush(1_000)).toBe(true);
  });

  it('leaves no timer behind', async () => {
    start((name) => (name === 's0' ? http500 : undefined));
    void delivery.deliver(manyPending(3));
    await advance(0);
    void delivery.shutdown(100);
    await advance(100);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('timers', () => {
  it('are none when nothing is delayed but the deadline of each batch', async () => {
    start(() => undefined);
    void delivery.deliver(manyPending(100));
    await advance(10);
    expect(jest.getTimerCount()).toBe(1);
  });

  it('wake the lanes once for all calls of one moment', () => {
    start(() => undefined);
    for (let index = 0; index < 10; index += 1) void delivery.deliver(manyPending(1));
    expect(jest.getTimerCount()).toBe(10 + 1);
  });

  it('never keep the process alive', async () => {
    jest.useRealTimers();
    const made = jest.spyOn(globalThis, 'setTimeout');
    start((name) => (name === 's0' ? undefined : refused));
    void delivery.deliver(manyPending(3));
    void delivery.flush(1_000);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const timers = made.mock.results.map((result) => result.value as NodeJS.Timeout);
    made.mockRestore();
    // The batch's deadline, the flush's and the end of the pause.
    expect(timers.length).toBeGreaterThanOrEqual(3);
    expect(timers.filter((timer) => timer.hasRef())).toEqual([]);
    await delivery.shutdown(1);
  });

  it('keep the process alive for a flush that is asked to, and no longer', async () => {
    jest.useRealTimers();
    const made = jest.spyOn(globalThis, 'setTimeout');
    start(() => undefined);
    void delivery.deliver(manyPending(3));
    const complete = delivery.flush(1_000, true);
    const cleared = jest.spyOn(globalThis, 'clearTimeout');
    const held = made.mock.results.map((result) => result.value as NodeJS.Timeout).filter((timer) => timer.hasRef());
    made.mockRestore();
    expect(held).toHaveLength(1);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    transport.settleAll(delivered);
    expect(await complete).toBe(true);
    expect(cleared.mock.calls.map(([timer]) => timer)).toContain(held[0]);
    cleared.mockRestore();
    await delivery.shutdown(1);
  });
});

it('counts tell the last error and when it was', async () => {
  start(() => rejected);
  void delivery.deliver([pending('s')]);
  await advance(7);
  expect(delivery.stats().lastError).toEqual({ message: 'refused; the session is lost', at: 1_000_000 });
});
