import type { BatchReport } from './delivery-stats.js';
import type { ListNode } from '../collections/linked-list.js';
import type { SessionEnd } from './outcome.js';
import type { QueuedSession } from './session-queue.js';
import { Tally } from './tally.js';

/** The sessions of one `deliver` call, until the call is answered. */
export class Batch {
  /** Resolves when the batch is answered; never rejects. */
  readonly answered: Promise<BatchReport>;
  /** When it is answered at the latest; milliseconds of the queue's clock. */
  readonly deadline: number;
  /** Its sessions that were queued; those that have ended since are among them. */
  readonly sessions: QueuedSession[] = [];
  /** How many of them have not ended. */
  remaining = 0;
  /** How many of them a lane is sending. */
  inFlight = 0;
  lastError: string | undefined;
  /** Its place among the open batches. */
  node: ListNode<Batch> | undefined;
  timer: NodeJS.Timeout | undefined;

  private readonly startedAt: number;
  private readonly tally = new Tally();
  private resolve!: (report: BatchReport) => void;

  constructor(now: number, timeoutMillis: number) {
    this.startedAt = now;
    this.deadline = now + timeoutMillis;
    this.answered = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  add(session: QueuedSession): void {
    this.sessions.push(session);
    this.remaining += 1;
  }

  count(end: SessionEnd): void {
    this.tally.count(end);
  }

  /** Answers the call with what is known by now: what remains is deferred. */
  answer(now: number): void {
    this.resolve({
      delivered: this.tally.delivered,
      incomplete: this.tally.incomplete,
      declined: this.tally.declined,
      rejected: this.tally.rejected.toRecord(),
      dropped: this.tally.dropped.toRecord(),
      deferred: this.remaining,
      lastError: this.lastError,
      elapsedMillis: now - this.startedAt,
    });
  }
}
