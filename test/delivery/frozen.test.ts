import { Delivery } from '../../src/delivery/delivery.js';
import { delivered, FakeTransport, http429, http500, unauthorised, type Answers } from './support/fake-transport.js';
import { pending, settingsWith } from './support/settings.js';

const HOUR = 3_600_000;

let transport: FakeTransport;
let delivery: Delivery;
/** Milliseconds that the steady clock and the timers have missed. */
let missed: number;

/** Timers run by the steady clock, which stands still while the machine does. */
function start(answers: Answers): void {
  missed = 0;
  transport = new FakeTransport(answers);
  delivery = new Delivery(settingsWith({ exportTimeoutMillis: 25_000 }), { transport, now: Date.now, wall: () => Date.now() + missed, random: () => 1 });
}

const advance = (millis: number): Promise<void> => jest.advanceTimersByTimeAsync(millis);

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'], now: 1_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('after the process stood still', () => {
  it('a pause that has passed meanwhile is over: the next session is sent at once', async () => {
    start((_, nth) => (nth === 1 ? http429(600_000) : delivered));
    void delivery.deliver([pending('a')]);
    await advance(100);
    missed = 700_000;
    const report = delivery.deliver([pending('b')]);
    await advance(100);
    // The probe was a, which is delivered by now; b met a pause of its own.
    expect(transport.attemptsOf('a')).toHaveLength(2);
    await advance(600_000);
    expect(await report).toMatchObject({ dropped: {} });
    expect(delivery.stats()).toMatchObject({ delivered: 2 });
  });

  it('what waits is tried again within ten seconds, though nothing new comes', async () => {
    start((_, nth) => (nth === 1 ? unauthorised : delivered));
    void delivery.deliver([pending('a')]);
    await advance(100);
    expect(delivery.stats().pausedUntil).toBe(1_000_000 + 60_000);
    missed = 60_000;
    await advance(10_000);
    expect(delivery.stats()).toMatchObject({ delivered: 1 });
  });

  it('so does a session with a delay of its own', async () => {
    start((_, nth) => (nth === 1 ? { ...http500, retryAfterMillis: HOUR / 2 } as typeof http500 : delivered));
    void delivery.deliver([pending('a')]);
    await advance(100);
    missed = HOUR / 2;
    await advance(10_000);
    expect(delivery.stats()).toMatchObject({ delivered: 1 });
  });

  it('the rest of a pause that has not passed is waited for', async () => {
    start((_, nth) => (nth === 1 ? http429(600_000) : delivered));
    void delivery.deliver([pending('a')]);
    await advance(100);
    missed = 300_000;
    await advance(290_000);
    expect(delivery.stats()).toMatchObject({ delivered: 0 });
    await advance(20_000);
    expect(delivery.stats()).toMatchObject({ delivered: 1 });
  });

  it('no session is too old for it', async () => {
    start((_, nth) => (nth === 1 ? http429(600_000) : delivered));
    void delivery.deliver([pending('a')]);
    await advance(100);
    missed = 5 * HOUR;
    await advance(10_000);
    expect(delivery.stats()).toMatchObject({ delivered: 1, dropped: {} });
  });
});

it('a clock that is set back holds up nothing', async () => {
  start((_, nth) => (nth === 1 ? http429(600_000) : delivered));
  void delivery.deliver([pending('a')]);
  await advance(100);
  missed = -5 * HOUR;
  await advance(600_000);
  expect(delivery.stats()).toMatchObject({ delivered: 1 });
});

it('a paused process looks at the clock every ten seconds and sends nothing', async () => {
  start(() => http429(HOUR / 2));
  void delivery.deliver([pending('a')]);
  await advance(HOUR / 2 - 10_000);
  expect(transport.attempts).toHaveLength(1);
});
