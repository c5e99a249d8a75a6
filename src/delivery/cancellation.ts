/** Says once that an attempt is over. One listener; an AbortController costs more than the rest of an attempt's bookkeeping. */
export class Cancellation {
  #done = false;
  #listener: (() => void) | undefined;

  get cancelled(): boolean {
    return this.#done;
  }

  cancel(): void {
    if (this.#done) return;
    this.#done = true;
    this.#listener?.();
  }

  /** Replaces the listener before; called at once if it is over already. */
  onCancel(listener: () => void): void {
    this.#listener = listener;
    if (this.#done) listener();
  }
}
