import type { BatchReport } from './delivery-stats.js';
import type { ListNode } from '../collections/linked-list.js';
import type { AttemptOutcome, SessionEnd } from './outcome.js';
import { ReasonCounts } from './reason-counts.js';
import type { QueuedSession } from './session-queue.js';
import { Tally } from './tally.js';

/** The sessions of one `deliver` call, or of many for whom nobody waits, until they are answered. */
export class Batch {
  /** Resolves when the batch is answered; never rejects. */
  readonly answered: Promise<BatchReport>;
  /** When it is answered at the latest; milliseconds of the queue's clock. */
  readonly deadline: number;
  /** Its sessions that were queued; those that have ended since are among them. */
  readonly sessions: QueuedSession[] = [];
  /** How many of them have not ended. */
  remaining = 0;
  /** How many of them are in the outbox. */
  stored = 0;
  /** How many of them a lane is sending. */
  inFlight = 0;
  lastError: string | undefined;
  /** Its place among the open batches. */
  node: ListNode<Batch> | undefined;
  timer: NodeJS.Timeout | undefined;

  /** Milliseconds of the queue's clock. */
  readonly startedAt: number;
  /** Of all its sessions, those that were not queued included. */
  spans = 0;


  readonly #tally = new Tally();
  #failedSpans: ReasonCounts | undefined;
  #lastOutcome: AttemptOutcome | undefined;
  #lastReason = 'deferred';
  #resolve!: (report: BatchReport) => void;

  constructor(now: number, timeoutMillis: number) {
    this.startedAt = now;
    this.deadline = now + timeoutMillis;
    this.answered = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  add(session: QueuedSession): void {
    this.sessions.push(session);
    this.remaining += 1;
  }

  /** An attempt with one of its sessions is over. */
  met(outcome: AttemptOutcome): void {
    this.#lastOutcome = outcome;
    if (outcome.kind !== 'delivered') this.#lastReason = outcome.reason;
  }

  count(end: SessionEnd, spans: number): void {
    this.#tally.count(end);
    if (end.kind === 'rejected' || end.kind === 'dropped') this.#countFailed(end.reason, spans);
  }

  /** Answers the call with what is known by now: what remains is deferred. */
  answer(now: number): void {
    for (const session of this.remaining > 0 ? this.sessions : []) {
      if (session.place !== 'ended' && session.copy === undefined) this.#countFailed(this.#lastReason, session.spans);
    }
    this.#resolve({
      spans: this.spans,
      delivered: this.#tally.delivered,
      incomplete: this.#tally.incomplete,
      declined: this.#tally.declined,
      rejected: this.#tally.rejected.toRecord(),
      dropped: this.#tally.dropped.toRecord(),
      stored: this.stored,
      deferred: this.remaining,
      lastError: this.lastError,
      failedSpans: this.#failedSpans?.toRecord() ?? {},
      lastStatus: this.#lastOutcome?.status,
      elapsedMillis: now - this.startedAt,
    });
  }

  #countFailed(reason: string, spans: number): void {
    this.#failedSpans ??= new ReasonCounts();
    this.#failedSpans.add(reason, spans);
  }
}
