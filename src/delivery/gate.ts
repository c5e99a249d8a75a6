import type { Failure } from './outcome.js';
import { pauseMillis, pausesAllLanes } from './retry-policy.js';

/**
 * Whether lanes may send. A failure that concerns the server shuts the gate for a while. Then one
 * attempt, the probe, goes through alone, and its outcome opens the gate or shuts it for longer.
 *
 * @typeParam T What is sent; told apart by identity.
 */
export class Gate<T> {
  /** Undefined: open. */
  #shutUntil: number | undefined;
  #probe: T | undefined;
  #kind: Failure['kind'] | undefined;
  /** Failures of that kind in a row: the one that shut the gate, and failed probes. */
  #failures = 0;
  /** Shut because many failures in a row are no coincidence: the next that passes shows that this one was. */
  #isSuspicion = false;

  /** When the probe may go; undefined when the gate is not shut, or the probe may go already. */
  pausedUntil(now: number): number | undefined {
    return this.#shutUntil !== undefined && this.#shutUntil > now ? this.#shutUntil : undefined;
  }

  /** How many may start now: `probe` stands for one, to be named by `probing`. */
  admits(now: number): 'all' | 'probe' | 'none' {
    if (this.#shutUntil === undefined) return 'all';
    return this.#probe === undefined && this.#shutUntil <= now ? 'probe' : 'none';
  }

  probing(attempt: T): void {
    this.#probe = attempt;
  }

  /** Lets the probe go now, however long the pause would be. */
  probeNow(now: number): void {
    if (this.#shutUntil !== undefined) this.#shutUntil = Math.min(this.#shutUntil, now);
  }

  /** Part of the pause has passed while the clock stood still. */
  shorten(millis: number): void {
    if (this.#shutUntil !== undefined) this.#shutUntil -= millis;
  }

  /** An attempt failed in a way that concerns the server. `random` is in [0, 1). */
  failed(attempt: T, failure: Failure, now: number, random: number): void {
    const isProbe = this.#probe === attempt;
    const isSuspicion = !pausesAllLanes(failure);
    if (isProbe) this.#probe = undefined;
    if (this.#shutUntil === undefined || isProbe) {
      this.#failures = failure.kind === this.#kind ? this.#failures + 1 : 1;
      this.#kind = failure.kind;
      this.#isSuspicion = isSuspicion;
      this.#shutUntil = now + pauseMillis(failure, this.#failures, random);
    } else {
      // It began before the pause, as did the others of its time: one outage, not many in a row.
      this.#shutUntil = Math.max(this.#shutUntil, now + pauseMillis(failure, 1, random));
      this.#isSuspicion &&= isSuspicion;
    }
  }

  /** An attempt showed that the server is there and lets us in. */
  passed(attempt: T): void {
    if (this.#probe !== attempt && !this.#isSuspicion) return;
    this.#probe = undefined;
    this.#shutUntil = undefined;
    this.#kind = undefined;
    this.#failures = 0;
    this.#isSuspicion = false;
  }
}
