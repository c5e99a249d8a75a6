import type { Dispatcher } from 'undici';

/** Lends what one request goes through. */
export interface Lender<T extends Dispatcher = Dispatcher> {
  take(): T;
  /** The request was answered. */
  giveBack(taken: T): void;
  /** The request failed, or was cancelled. */
  discard(taken: T): void;
}

/**
 * A connection for each request at a time. undici's Pool, which looks for a free one among all and is told
 * by events when one is, takes 1 to 2 of some 20 µs a request longer, opens more connections than there are
 * requests at a time, and another one in place of each that was aborted (measured with undici 7.30.2).
 */
export class Clients implements Lender {
  readonly #make: () => Dispatcher;
  readonly #all = new Set<Dispatcher>();
  /** The last one comes first: what is needed seldom may become idle for so long that it closes its connection. */
  readonly #idle: Dispatcher[] = [];

  /** Makes the first one: what is wrong with its address is thrown here. */
  constructor(make: () => Dispatcher) {
    this.#make = make;
    this.giveBack(this.take());
  }

  take(): Dispatcher {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const made = this.#make();
    this.#all.add(made);
    return made;
  }

  giveBack(client: Dispatcher): void {
    this.#idle.push(client);
  }

  /** It would connect anew at once, before anyone needs it. */
  discard(client: Dispatcher): void {
    this.#all.delete(client);
    client.destroy().catch(() => {});
  }

  /** Ends also what is on its way. */
  close(): void {
    this.#idle.length = 0;
    for (const client of this.#all) this.discard(client);
  }
}

/** A dispatcher that keeps its own connections. */
export function shared(dispatcher: Dispatcher): Lender {
  return { take: () => dispatcher, giveBack: () => {}, discard: () => {} };
}
