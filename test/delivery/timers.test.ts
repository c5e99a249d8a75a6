import { patientTimeout, WakeTimer } from '../../src/delivery/timers.js';

/** Keeps the process from running anything else, as a frozen function does. */
function standStill(millis: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

describe('patientTimeout', () => {
  it('fires when its time is over', async () => {
    const fired = jest.fn();
    patientTimeout(fired, 20);
    await pause(60);
    expect(fired).toHaveBeenCalledTimes(1);
  });

  it('waits once more when the process stood still', async () => {
    const fired = jest.fn();
    patientTimeout(fired, 200);
    standStill(1_300);
    await pause(50);
    expect(fired).not.toHaveBeenCalled();
    await pause(300);
    expect(fired).toHaveBeenCalledTimes(1);
  });

  it('waits no third time', async () => {
    const fired = jest.fn();
    patientTimeout(fired, 200);
    standStill(1_300);
    await pause(50);
    standStill(1_300);
    await pause(50);
    expect(fired).toHaveBeenCalledTimes(1);
  });

  it('can be cleared, also while it waits again', async () => {
    const fired = jest.fn();
    const timer = patientTimeout(fired, 50);
    standStill(1_200);
    await pause(10);
    clearTimeout(timer);
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
