/**
 * How the local HoneyHive misbehaves: an HTTP status from 400 to 599; `reset`: the connection is cut
 * once the request has been read; `silent`: no answer ever; `slow`: an answer as it should be, late.
 */
export type FaultKind = number | 'reset' | 'silent' | 'slow';

/** Something that goes wrong with requests that would change something; those that only read are answered. */
export interface Fault {
  readonly kind: FaultKind;
  /** Which part of the requests it meets, above 0 and up to 1, evenly spread. Default 1: all. */
  readonly share?: number;
  /** How many requests it meets, then no more. Default: without end. */
  readonly times?: number;
  /** The header `Retry-After` of an answer with a status, in seconds. Default: none. */
  readonly retryAfter?: number;
  /** How late a `slow` answer is, in milliseconds. Default 5,000. */
  readonly delay?: number;
}

/**
 * How late a `slow` answer is where nothing else is said, in milliseconds.
 *
 * @internal
 */
export const DEFAULT_DELAY_MILLIS = 5_000;

/**
 * Faults that are still to come. Of several that would meet a request the first does.
 *
 * @internal
 */
export class Faults {
  #pending: PendingFault[] = [];

  /** Takes the place of all faults before. */
  set(faults: readonly Fault[]): void {
    this.#pending = faults.map((fault) => ({ fault, seen: 0, met: 0 }));
  }

  /** The fault that meets the next request, if one does. */
  next(): Fault | undefined {
    return this.#pending.find(meets)?.fault;
  }
}

interface PendingFault {
  readonly fault: Fault;
  seen: number;
  met: number;
}

// Without chance, so that a test sees the same at every run: each time another whole one is full.
function meets(pending: PendingFault): boolean {
  const { share = 1, times = Infinity } = pending.fault;
  if (pending.met >= times) return false;
  pending.seen += 1;
  // As a fraction 0.1 * 10 need not be 1.
  if (Math.floor(pending.seen * share + 1e-9) <= pending.met) return false;
  pending.met += 1;
  return true;
}

/**
 * Says what is wrong with a fault, if anything is.
 *
 * @internal
 */
export function faultProblem({ kind, share, times, retryAfter, delay }: Fault): string | undefined {
  if (typeof kind === 'number' ? !(Number.isInteger(kind) && kind >= 400 && kind <= 599) : !['reset', 'silent', 'slow'].includes(kind)) {
    return `a fault is a status from 400 to 599, reset, silent or slow, not ${String(kind)}`;
  }
  if (share !== undefined && !(share > 0 && share <= 1)) return 'share is a number above 0 and up to 1';
  if (times !== undefined && !(Number.isInteger(times) && times > 0)) return 'times is a whole number from 1';
  if (retryAfter !== undefined && typeof kind !== 'number') return 'retry-after goes with a status only';
  if (retryAfter !== undefined && !(Number.isInteger(retryAfter) && retryAfter >= 0)) return 'retry-after is a whole number of seconds';
  if (delay !== undefined && kind !== 'slow') return 'delay goes with slow only';
  if (delay !== undefined && !(Number.isInteger(delay) && delay >= 0 && delay <= 3_600_000)) return 'delay is a whole number of milliseconds up to 3600000';
  return undefined;
}
