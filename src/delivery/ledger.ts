import type { Batch } from './batch.js';
import type { LastError } from './delivery-stats.js';
import type { Diagnostics } from './diagnostics.js';
import type { DropReason } from './outcome.js';
import { Tally } from './tally.js';

const LOSSES: Readonly<Record<DropReason, string>> = {
  queue_full: 'a session was dropped, because more than maxPendingBytes or maxPendingSessions were waiting',
  attempts_exhausted: 'a session was dropped, because every attempt to send it failed',
  too_old: 'a session was dropped, because it could not be sent within an hour',
  serialize_failed: 'a session was dropped, because it could not be serialised',
  before_send_failed: 'a session was dropped, because beforeSend threw or returned no session',
  shutdown: 'a session was dropped, because the exporter was shut down before it could be sent',
};

/** What became of all sessions since the start, and what went wrong last. */
export class Ledger {
  accepted = 0;
  readonly tally: Tally = new Tally();
  lastError: LastError | undefined;

  private readonly now: () => number;
  private readonly diagnostics: Diagnostics;

  constructor(now: () => number, diagnostics: Diagnostics) {
    this.now = now;
    this.diagnostics = diagnostics;
  }

  /** Notes an error for the counters, for the report of the batch that met it, and for the log, there once a minute per key. */
  noteError(key: string, message: string, batch: Batch | undefined): void {
    this.lastError = { message, at: Math.round(this.now()) };
    if (batch) batch.lastError = message;
    this.diagnostics.warn(key, message);
  }

  noteLoss(reason: DropReason, batch: Batch | undefined): void {
    this.noteError(`dropped_${reason}`, LOSSES[reason], batch);
  }
}
