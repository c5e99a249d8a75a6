import type { DropReason } from './outcome.js';
import { MAX_AGE_MILLIS } from './retry-policy.js';
import type { QueuedSession, SessionQueue } from './session-queue.js';
import type { DeliverySettings } from './settings.js';

/** Who may wait no longer: the oldest when too many wait, and who is too old. What a lane has is left alone. */
export class Bounds {
  private readonly settings: Pick<DeliverySettings, 'maxPendingBytes' | 'maxPendingSessions'>;
  private readonly queue: SessionQueue;
  private readonly drop: (session: QueuedSession, reason: DropReason) => void;

  /** @param drop makes the session leave the queue. */
  constructor(settings: Bounds['settings'], queue: SessionQueue, drop: Bounds['drop']) {
    this.settings = settings;
    this.queue = queue;
    this.drop = drop;
  }

  /** Whether a session of so many bytes can never wait: it would push out all others, and then itself. */
  exclude(bytes: number): boolean {
    return bytes > this.settings.maxPendingBytes;
  }

  /** Drops as many as are too many. */
  makeRoom(): void {
    const { maxPendingBytes, maxPendingSessions } = this.settings;
    while (this.queue.bytes > maxPendingBytes || this.queue.size > maxPendingSessions) {
      const oldest = this.queue.oldestWaiting();
      if (oldest === undefined) return;
      this.drop(oldest, 'queue_full');
    }
  }

  dropTooOld(now: number): void {
    const before = now - MAX_AGE_MILLIS;
    for (;;) {
      const oldest = this.queue.oldestWaiting();
      if (oldest === undefined || oldest.acceptedAt > before) return;
      this.drop(oldest, 'too_old');
    }
  }

  /** When the next will be too old; undefined when none waits. */
  nextTooOld(): number | undefined {
    const oldest = this.queue.oldestWaiting();
    return oldest === undefined ? undefined : oldest.acceptedAt + MAX_AGE_MILLIS;
  }
}
