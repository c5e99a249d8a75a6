import { quietTimeout } from '../timers.js';

/** Somebody waits for what is stored to be sent. */
export class Drain {
  #end: (() => void) | undefined;
  #until = 0;
  #throughPauses = false;

  get running(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Resolves at that time, or as soon as to wait on is in vain. A second one takes over from the
   * first, as a shutdown does from the last flush.
   *
   * @param throughPauses whether it outlasts pauses that end in time.
   */
  start(until: number, now: number, keepAlive: boolean, throughPauses: boolean): Promise<void> {
    this.#end?.();
    this.#until = until;
    this.#throughPauses = throughPauses;
    return new Promise((resolve) => {
      this.#end = () => {
        clearTimeout(timer);
        this.#end = undefined;
        resolve();
      };
      const timer = quietTimeout(this.#end, until - now);
      if (keepAlive) timer.ref();
    });
  }

  /** @param nextRead nothing that is stored is sent before, pauses apart. */
  endIfInVain(pausedUntil: number | undefined, nextRead: number): void {
    const inVain = pausedUntil === undefined ? nextRead > this.#until : !this.#throughPauses || pausedUntil >= this.#until;
    if (inVain) this.#end?.();
  }
}
