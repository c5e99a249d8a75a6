import type { DropReason } from './outcome.js';
import { MAX_AGE_MILLIS } from './retry-policy.js';
import type { QueuedSession, SessionQueue } from './session-queue.js';
import type { DeliverySettings } from './settings.js';

type BoundSettings = Pick<DeliverySettings, 'maxPendingBytes' | 'maxPendingSessions'>;
type Drop = (session: QueuedSession, reason: DropReason) => void;

/** Who may wait no longer: the oldest when too many wait, and who is too old. What a lane has is left alone. */
export class Bounds {
  readonly #settings: BoundSettings;
  readonly #queue: SessionQueue;
  readonly #drop: Drop;

  /** @param drop makes the session leave the queue. */
  constructor(settings: BoundSettings, queue: SessionQueue, drop: Drop) {
    this.#settings = settings;
    this.#queue = queue;
    this.#drop = drop;
  }

  /** Whether a session of so many bytes can never wait: it would push out all others, and then itself. */
  exclude(bytes: number): boolean {
    return bytes > this.#settings.maxPendingBytes;
  }

  /** Drops as many as are too many. */
  makeRoom(): void {
    const { maxPendingBytes, maxPendingSessions } = this.#settings;
    while (this.#queue.bytes > maxPendingBytes || this.#queue.size > maxPendingSessions) {
      const oldest = this.#queue.oldestWaiting();
      if (oldest === undefined) return;
      this.#drop(oldest, 'queue_full');
    }
  }

  dropTooOld(now: number): void {
    for (;;) {
      const oldest = this.#oldestAt(now);
      if (oldest === undefined || !isTooOld(oldest, now)) return;
      this.#drop(oldest, 'too_old');
    }
  }

  /** None is too old before. */
  nextTooOld(now: number): number {
    const oldest = this.#oldestAt(now);
    return oldest === undefined ? Infinity : oldest.acceptedAt + MAX_AGE_MILLIS;
  }

  /** The oldest that no lane has; or the oldest of all, which is there at once, as long as not even that one is too old. */
  #oldestAt(now: number): QueuedSession | undefined {
    const { oldest } = this.#queue;
    return oldest !== undefined && isTooOld(oldest, now) ? this.#queue.oldestWaiting() : oldest;
  }
}

function isTooOld({ acceptedAt }: QueuedSession, now: number): boolean {
  return acceptedAt <= now - MAX_AGE_MILLIS;
}
