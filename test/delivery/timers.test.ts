import { PatientTimeout, WakeTimer } from '../../src/delivery/timers.js';

/** Keeps the process from running anything else, as a frozen function does. */
function standStill(millis: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

describe('PatientTimeout', () => {
  it('fires when its time is over', async () => {
    const fired = jest.fn();
    const timer = new PatientTimeout(fired, 20);
    await pause(60);
    expect(fired).toHaveBeenCalledTimes(1);
    timer.clear();
  });

  it('waits once more when the process stood still', async () => {
    const fired = jest.fn();
    const timer = new PatientTimeout(fired, 200);
    standStill(1_300);
    await pause(50);
    expect(fired).not.toHaveBeenCalled();
    await pause(300);
    expect(fired).toHaveBeenCalledTimes(1);
    timer.clear();
  });

  it('waits no third time', async () => {
    const fired = jest.fn();
    const timer = new PatientTimeout(fired, 200);
    standStill(1_300);
    await pause(50);
    standStill(1_300);
    await pause(50);
    expect(fired).toHaveBeenCalledTimes(1);
    timer.clear();
  });

  it('has its whole time again when it is refreshed, and no more', async () => {
    const fired = jest.fn();
    const timer = new PatientTimeout(fired, 700);
    for (let times = 0; times < 2; times += 1) {
      await pause(600);
      timer.refresh();
    }
    await pause(600);
    expect(fired).not.toHaveBeenCalled();
    // Were it counted from the beginning, it would take itself for late now, and wait once more.
    await pause(400);
    expect(fired).toHaveBeenCalledTimes(1);
    timer.clear();
  });

  it('can be cleared, also while it waits again', async () => {
    const fired = jest.fn();
    const timer = new PatientTimeout(fired, 50);
    standStill(1_200);
    await pause(10);
    timer.clear();
    await pause(150);
    expect(fired).not.toHaveBeenCalled();
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
});
