import type { DropReason, Failure } from './outcome.js';

/** Attempts after which a session is given up: those that failed and are laid to it. */
export const MAX_ATTEMPTS: number = 20;
/** Time in the queue after which a session is given up. */
export const MAX_AGE_MILLIS: number = 60 * 60 * 1000;

const BACKOFF_BASE_MILLIS = 500;
const BACKOFF_CAP_MILLIS = 30_000;
const UNAUTHORISED_BASE_MILLIS = 60_000;
const UNAUTHORISED_CAP_MILLIS = 15 * 60_000;
const STORED_BASE_MILLIS = 1_000;
const STORED_CAP_MILLIS = 15 * 60_000;
const FRUITLESS_CAP_MILLIS = 5_000;

/** What is to become of a session after an attempt that failed. */
export type NextStep = { readonly drop: DropReason } | { readonly retryInMillis: number };

/**
 * Whether the failure by itself shows that it concerns the server and not only the session, so that
 * every other session would meet the same. A plain 5xx or a timeout may be one session's own.
 */
export function pausesAllLanes(failure: Failure): boolean {
  if (failure.kind === 'unauthorised' || failure.unreachable === true) return true;
  return failure.status === 429 || (failure.status === 503 && failure.retryAfterMillis !== undefined);
}

/** How often a session has failed, the last time included. */
export interface Tries {
  /** Failures that are laid to it: those count towards {@link MAX_ATTEMPTS}. */
  readonly attempts: number;
  /** Failures after which the others went on. */
  readonly failures: number;
}

/**
 * What to do with a session after a failed attempt. When all lanes pause it waits for them and has
 * no delay of its own.
 *
 * @param ageMillis Time in the queue.
 * @param pauses Whether all lanes pause.
 * @param random In [0, 1).
 */
export function nextStep(failure: Failure, { attempts, failures }: Tries, ageMillis: number, pauses: boolean, random: number): NextStep {
  if (ageMillis >= MAX_AGE_MILLIS) return { drop: 'too_old' };
  if (attempts >= MAX_ATTEMPTS) return { drop: 'attempts_exhausted' };
  if (failure.kind === 'unauthorised' || pauses) return { retryInMillis: 0 };
  return { retryInMillis: Math.max(backoffMillis(failures, random), failure.retryAfterMillis ?? 0) };
}

/**
 * How long all lanes pause.
 *
 * @param failures Failures of this kind in a row, this one included.
 * @param random In [0, 1).
 */
export function pauseMillis(failure: Failure, failures: number, random: number): number {
  if (failure.kind === 'unauthorised') {
    return exponential(UNAUTHORISED_BASE_MILLIS, UNAUTHORISED_CAP_MILLIS, failures);
  }
  return Math.max(backoffMillis(failures, random), failure.retryAfterMillis ?? 0);
}

/**
 * How long stored sessions that failed by themselves are left on disk. Nothing counts their
 * attempts: they are tried until they are too old.
 *
 * @param failures Times in a row, this one included.
 * @param random In [0, 1).
 */
export function storedRestMillis(failures: number, random: number): number {
  return ((1 + random) / 2) * exponential(STORED_BASE_MILLIS, STORED_CAP_MILLIS, failures);
}

/**
 * How long nothing is read from disk after all that was read has failed. A server that fails every
 * session is not asked as fast as it can; a few that fail for ever hold up the others only so much.
 */
export function fruitlessRestMillis(failures: number, random: number): number {
  return random * exponential(BACKOFF_BASE_MILLIS, FRUITLESS_CAP_MILLIS, failures);
}

/** Exponential with full jitter, so that clients which failed together do not return together. */
function backoffMillis(failures: number, random: number): number {
  return random * exponential(BACKOFF_BASE_MILLIS, BACKOFF_CAP_MILLIS, failures);
}

function exponential(base: number, cap: number, failures: number): number {
  return Math.min(base * 2 ** (Math.max(failures, 1) - 1), cap);
}
