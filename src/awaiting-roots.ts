import { atMost, quietTimeout } from './delivery/timers.js';

/** A root whose resource is still being found out. */
interface AwaitingRoot {
  readonly sent: Promise<void>;
  /** Sends it with what is known of its resource. */
  giveUp(): void;
}

/** A detector that takes longer may never end: sessions do without. */
const RESOURCE_MILLIS = 5_000;

/** Roots that have ended while a resource detector was at work. */
export class AwaitingRoots {
  readonly #awaiting = new Set<AwaitingRoot>();

  get size(): number {
    return this.#awaiting.size;
  }

  /** @param send must not throw. */
  add(pending: Promise<void>, send: () => void): void {
    const { promise: givenUp, resolve: giveUp } = withResolvers();
    const timer = quietTimeout(giveUp, RESOURCE_MILLIS);
    const sent = Promise.race([pending, givenUp])
      .catch(() => {})
      .then(() => {
        clearTimeout(timer);
        this.#awaiting.delete(awaiting);
        send();
      });
    const awaiting: AwaitingRoot = { sent, giveUp };
    this.#awaiting.add(awaiting);
  }

  /** Resolves when all have been sent: those whose resource is not known in time, without it. */
  async sendAll(timeoutMillis: number): Promise<void> {
    const awaiting = [...this.#awaiting];
    const sent = Promise.all(awaiting.map((one) => one.sent));
    await atMost(timeoutMillis, sent, true);
    for (const one of awaiting) one.giveUp();
    await sent;
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
