import { PatientTimeouts, WakeTimer } from '../../src/delivery/timers.js';

/** Keeps the process from running anything else, as a frozen function does. */
function standStill(millis: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

describe('PatientTimeouts', () => {
  const fired: string[] = [];
  const timeouts = (millis: number): PatientTimeouts<string> => new PatientTimeouts(millis, (value) => fired.push(value));

  beforeEach(() => {
    fired.length = 0;
  });

  it('fire when their time is over, each once', async () => {
    const waiting = timeouts(40);
    waiting.start('a');
    await pause(20);
    waiting.start('b');
    await pause(30);
    expect(fired).toEqual(['a']);
    await pause(60);
    expect(fired).toEqual(['a', 'b']);
    waiting.start('c');
    await pause(80);
    expect(fired).toEqual(['a', 'b', 'c']);
    expect([...waiting.values()]).toEqual([]);
  });

  it('wait once more when the process stood still', async () => {
    const waiting = timeouts(200);
    waiting.start('a');
    waiting.start('b');
    standStill(1_400);
    await pause(50);
    expect(fired).toEqual([]);
    expect([...waiting.values()]).toEqual(['a', 'b']);
    await pause(300);
    expect(fired).toEqual(['a', 'b']);
  });

  it('wait no third time', async () => {
    const waiting = timeouts(200);
    waiting.start('a');
    standStill(1_400);
    await pause(50);
    standStill(1_400);
    await pause(50);
    expect(fired).toEqual(['a']);
  });

  it('have their whole time again when they are refreshed, and no more', async () => {
    const waiting = timeouts(700);
    const node = waiting.start('a');
    for (let times = 0; times < 2; times += 1) {
      await pause(600);
      waiting.refresh(node);
    }
    await pause(600);
    expect(fired).toEqual([]);
    // Were it counted from the beginning, it would take itself for late now, and wait once more.
    await pause(400);
    expect(fired).toEqual(['a']);
    waiting.refresh(node);
    expect([...waiting.values()]).toEqual([]);
  });

  it('can be cleared, also while they wait again, and others go on', async () => {
    const waiting = timeouts(50);
    const [a, b] = [waiting.start('a'), waiting.start('b')];
    waiting.start('c');
    waiting.clear(a);
    standStill(1_200);
    await pause(10);
    waiting.clear(b);
    waiting.clear(b);
    expect([...waiting.values()]).toEqual(['c']);
    await pause(150);
    expect(fired).toEqual(['c']);
  });

  it('do not fire when they are cleared by one that fires with them', async () => {
    const waiting: PatientTimeouts<string> = new PatientTimeouts(20, (value) => {
      fired.push(value);
      for (const other of nodes) waiting.clear(other);
    });
    const nodes = ['a', 'b', 'c'].map((value) => waiting.start(value));
    await pause(100);
    expect(fired).toEqual(['a']);
  });

  it('may be cleared and begun by whom they tell', async () => {
    const told: string[] = [];
    const waiting: PatientTimeouts<string> = new PatientTimeouts(20, (value) => {
      told.push(value);
      waiting.clear(node);
      if (told.length < 3) waiting.start('next');
    });
    const node = waiting.start('first');
    await pause(150);
    expect(told).toEqual(['first', 'next', 'next']);
  });
});

describe('WakeTimer', () => {
  it('wakes at its time, and every ten seconds until then', () => {
    jest.useFakeTimers({ now: 0 });
    const woken: number[] = [];
    const timer = new WakeTimer(() => {
      woken.push(Date.now());
      timer.set(25_000, Date.now());
    });
    timer.set(25_000, 0);
    jest.advanceTimersByTime(24_999);
    expect(woken).toEqual([10_000, 20_000]);
    jest.advanceTimersByTime(1);
    expect(woken.at(-1)).toBe(25_000);
    timer.set(undefined, 0);
    jest.useRealTimers();
  });

  it('wakes at the earlier of two times, whichever is set last', () => {
    jest.useFakeTimers({ now: 0 });
    const woken: number[] = [];
    const timer = new WakeTimer(() => woken.push(Date.now()));
    timer.set(5_000, 0);
    timer.set(8_000, 0);
    timer.set(3_000, 0);
    timer.set(9_000, 0);
    jest.advanceTimersByTime(20_000);
    expect(woken).toEqual([3_000]);
    timer.set(21_000, 20_000);
    timer.set(undefined, 20_000);
    jest.advanceTimersByTime(5_000);
    expect(woken).toEqual([3_000]);
    jest.useRealTimers();
  });
});
