import type { Batch } from './batch.js';
import type { LastError } from './delivery-stats.js';
import type { Diagnostics } from './diagnostics.js';
import type { DropReason } from './outcome.js';
import { remedyFor } from './remedies.js';
import { Tally } from './tally.js';

const LOSSES: Readonly<Record<DropReason, string>> = {
  queue_full: 'a session was dropped, because more than maxPendingBytes or maxPendingSessions were waiting',
  attempts_exhausted: 'a session was dropped, because it failed 20 times while others passed',
  too_old: 'a session was dropped, because it could not be sent within an hour',
  serialize_failed: 'a session was dropped, because it could not be serialised',
  before_send_failed: 'a session was dropped, because beforeSend threw or returned no session',
  outbox_full: 'sessions were dropped, because the outbox has reached outboxMaxBytes',
  outbox_too_old: 'sessions were dropped, because they were in the outbox for longer than outboxMaxAgeMillis',
  outbox_unreadable: 'sessions were dropped, because their file in the outbox was damaged',
  shutdown: 'a session was dropped, because the exporter was shut down before it could be sent',
};

/** An outage at the start may be over by then; a wrong setting is not. */
const NOTHING_DELIVERED_MILLIS = 60_000;

/** What became of all sessions since the start, and what went wrong last. */
export class Ledger {
  accepted = 0;
  readonly tally: Tally = new Tally();
  lastError: LastError | undefined;

  #firstErrorAt: number | undefined;
  readonly #now: () => number;
  readonly #diagnostics: Diagnostics;

  constructor(now: () => number, diagnostics: Diagnostics) {
    this.#now = now;
    this.#diagnostics = diagnostics;
  }

  /** Notes an error for the counters, for the report of the batch that met it, and for the log, there once a minute per key. */
  noteError(key: string, message: string, batch: Batch | undefined): void {
    const now = this.#now();
    this.lastError = { message, at: Math.round(now) };
    if (batch) batch.lastError = message;
    const remedy = remedyFor(key);
    const advice = remedy === undefined ? message : `${message}: ${remedy}`;
    this.#diagnostics.warn(key, advice);
    this.#firstErrorAt ??= now;
    if (now - this.#firstErrorAt >= NOTHING_DELIVERED_MILLIS) this.#warnIfNothingDelivered(advice);
  }

  /** So many sessions are given up by a shutdown. */
  noteLeft(sessions: number): void {
    if (sessions === 0) return;
    const why = this.lastError === undefined ? '' : `; last error: ${this.lastError.message}`;
    const message = `${sessions} ${sessions === 1 ? 'session' : 'sessions'} could not be sent before the shutdown and are lost${why}`;
    this.#warnIfNothingDelivered(message);
    this.noteError('dropped_shutdown', message, undefined);
  }

  /** Who has been told of a wrong setting need not hear what comes of it. */
  #warnIfNothingDelivered(why: string): void {
    if (this.tally.delivered > 0 || this.#diagnostics.hasWarnedUser) return;
    this.#diagnostics.warnUser('HONEYHIVE_NOTHING_DELIVERED', `Not one session has reached HoneyHive so far: ${why}`);
  }

  noteLoss(reason: DropReason, batch: Batch | undefined): void {
    this.noteError(`dropped_${reason}`, LOSSES[reason], batch);
  }
}
