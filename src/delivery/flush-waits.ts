import { quietTimeout } from './timers.js';

interface FlushWait {
  /** Sessions before this sequence number are waited for. */
  readonly before: number;
  /** Milliseconds of the queue's clock. */
  readonly deadline: number;
  end(complete: boolean): void;
}

/** The `flush` calls that have not been answered. */
export class FlushWaits {
  readonly #waits = new Set<FlushWait>();

  get size(): number {
    return this.#waits.size;
  }

  /**
   * Resolves with whether all sessions before that sequence number ended within `timeoutMillis`.
   *
   * @param keepAlive Whether the process stays alive until then.
   */
  add(before: number, now: number, timeoutMillis: number, keepAlive: boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = quietTimeout(() => wait.end(false), timeoutMillis);
      if (keepAlive) timer.ref();
      const wait: FlushWait = {
        before,
        deadline: now + timeoutMillis,
        end: (complete) => {
          clearTimeout(timer);
          this.#waits.delete(wait);
          resolve(complete);
        },
      };
      this.#waits.add(wait);
    });
  }

  /** Ends those whose sessions have all ended. `oldest` is the first sequence number still queued. */
  sessionsEnded(oldest: number | undefined): void {
    for (const wait of this.#waits) {
      if (oldest === undefined || oldest >= wait.before) wait.end(true);
    }
  }

  /** Ends those that nothing can complete any more, since no lane sends before `time`. */
  nothingBefore(time: number): void {
    for (const wait of this.#waits) {
      if (wait.deadline <= time) wait.end(false);
    }
  }
}
