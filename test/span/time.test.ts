import { hrTimeToMilliseconds } from '@opentelemetry/core';
import fc from 'fast-check';
import { timingOf } from '../../src/span/time.js';

type Hr = [number, number];
const timing = (startTime: Hr, endTime: Hr, duration: Hr = [0, 0]) => timingOf({ startTime, endTime, duration });

describe('the time of a span', () => {
  it.each<[string, Hr, number]>([
    ['a whole second', [1_764_000_000, 0], 1_764_000_000_000],
    ['half a second', [1_764_000_000, 500_000_000], 1_764_000_000_500],
    ['the last nanosecond of a second stays in it', [1_764_000_000, 999_999_999], 1_764_000_000_999],
    ['the last nanosecond of a millisecond stays in it', [1_764_000_000, 123_999_999], 1_764_000_000_123],
    ['nanoseconds past a second carry over', [1_764_000_000, 1_500_000_000], 1_764_000_001_500],
    ['negative nanoseconds borrow', [1_764_000_000, -1], 1_763_999_999_999],
    ['a fraction of a nanosecond is no millisecond', [1_764_000_000, 999_999_999.9], 1_764_000_000_999],
  ])('%s', (_, time, millis) => {
    expect(timing(time, time).startTime).toBe(millis);
    expect(timing(time, time).endTime).toBe(millis);
  });

  it("differs from core's helper, which rounds into the next second", () => {
    const time: Hr = [1_764_000_000, 999_999_999];
    expect(hrTimeToMilliseconds(time)).toBe(1_764_000_001_000);
    expect(timing(time, time).startTime).toBe(1_764_000_000_999);
  });

  it('is whole, and exact for every nanosecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_000_000_000 }), fc.integer({ min: 0, max: 999_999_999 }), (seconds, nanos) => {
        const exact = (BigInt(seconds) * 1_000_000_000n + BigInt(nanos)) / 1_000_000n;
        expect(timing([seconds, nanos], [seconds, nanos]).startTime).toBe(Number(exact));
      }),
    );
  });
});

describe('the end and the duration of a span', () => {
  it('are as the span says', () => {
    expect(timing([100, 0], [101, 250_000_000], [1, 250_000_000])).toEqual({ startTime: 100_000, endTime: 101_250, duration: 1250 });
  });

  it('keep the fraction of a millisecond in the duration alone', () => {
    expect(timing([100, 0], [100, 43_389], [0, 43_389])).toEqual({ startTime: 100_000, endTime: 100_000, duration: 0.043389 });
  });

  it('are never before the start', () => {
    expect(timing([100, 0], [99, 0], [-1, 0])).toEqual({ startTime: 100_000, endTime: 100_000, duration: 0 });
  });

  it.each<[string, Hr, Hr, Hr]>([
    ['a start', [NaN, 0], [100, 0], [1, 0]],
    ['an end', [100, 0], [NaN, NaN], [1, 0]],
    ['a duration', [100, 0], [101, 0], [NaN, 0]],
    ['an infinite start', [Infinity, 0], [100, 0], [1, 0]],
    ['an infinite end', [100, 0], [100, Infinity], [Infinity, 0]],
  ])('are numbers although %s is none', (_, start, end, duration) => {
    const read = timing(start, end, duration);
    for (const value of Object.values(read)) expect(Number.isFinite(value)).toBe(true);
    expect(read.endTime).toBeGreaterThanOrEqual(read.startTime);
    expect(read.duration).toBeGreaterThanOrEqual(0);
  });

  it('tell what a span without a start ended at, rather than 1970', () => {
    expect(timing([NaN, 0], [100, 0]).startTime).toBe(100_000);
  });
});
