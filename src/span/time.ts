import type { HrTime } from '@opentelemetry/api';

/** When a span ran. */
export interface Timing {
  /** Unix milliseconds, whole. */
  startTime: number;
  /** Unix milliseconds, whole; never before `startTime`. */
  endTime: number;
  /** Milliseconds with their fraction, never negative. */
  duration: number;
}

/**
 * Whole Unix milliseconds. Whole seconds and nanoseconds are added as integers: core's
 * `hrTimeToMilliseconds([1764000000, 999999999])` rounds into the next second.
 */
function toUnixMillis(time: HrTime): number {
  return Math.floor(time[0]) * 1000 + Math.floor(time[1] / 1e6);
}

function toMillis(time: HrTime): number {
  return time[0] * 1000 + time[1] / 1e6;
}

/** The times of a span. One that claims to end before it starts has lasted 0 ms; a time that is no number is the other one. */
export function timingOf(span: { startTime: HrTime; endTime: HrTime; duration: HrTime }): Timing {
  const end = toUnixMillis(span.endTime);
  const startTime = finite(toUnixMillis(span.startTime), finite(end, 0));
  const endTime = Math.max(startTime, finite(end, 0));
  return { startTime, endTime, duration: Math.max(0, finite(toMillis(span.duration), 0)) };
}

/** Unix milliseconds with their fraction, to tell spans apart that start within one. */
export function exactTimesOf({ startTime, endTime }: { startTime: HrTime; endTime: HrTime }): { startTime: number; endTime: number } {
  return { startTime: finite(toMillis(startTime), 0), endTime: finite(toMillis(endTime), 0) };
}

function finite(millis: number, otherwise: number): number {
  return Number.isFinite(millis) ? millis : otherwise;
}
