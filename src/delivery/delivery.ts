import { context, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { suppressTracing } from '../otel/core.js';
import { Batch } from './batch.js';
import type { BatchReport, DeliveryStats, LastError } from './delivery-stats.js';
import { Diagnostics } from './diagnostics.js';
import { FlushWaits } from './flush-waits.js';
import { Gate } from './gate.js';
import { HttpTransport } from './http-transport.js';
import { LinkedList } from './linked-list.js';
import type { AttemptOutcome, DropReason, Failure, SessionEnd } from './outcome.js';
import type { PendingSession } from './pending-session.js';
import { countsAsAttempt, MAX_AGE_MILLIS, nextStep, pausesAllLanes } from './retry-policy.js';
import { SessionQueue, type QueuedSession } from './session-queue.js';
import type { DeliverySettings } from './settings.js';
import { Tally } from './tally.js';
import type { Transport } from './transport.js';

/** Lanes belong to no caller: what they do must not be traced, nor count as part of anyone's trace. */
const LANE_CONTEXT: Context = suppressTracing(ROOT_CONTEXT);

/** Sessions serialised before other work of the process gets its turn. Source: reference/cost.md, 6. */
const SLICE = 16;

const LONGEST_TIMER_MILLIS = 2 ** 31 - 1;

/** Stand-ins for tests. */
export interface DeliveryParts {
  transport?: Transport;
  /** Unix milliseconds of a clock that never goes back. */
  now?: () => number;
  /** In [0, 1). */
  random?: () => number;
}

/**
 * Sends sessions to HoneyHive: one bounded queue, `maxConcurrency` lanes. Nothing here throws or
 * rejects, and no timer keeps the process alive.
 */
export class Delivery {
  private readonly settings: DeliverySettings;
  private readonly diagnostics: Diagnostics;
  private readonly transport: Transport;
  private readonly now: () => number;
  private readonly random: () => number;

  private readonly queue = new SessionQueue();
  private readonly gate = new Gate<QueuedSession>();
  /** In the order of their deadlines. */
  private readonly openBatches = new LinkedList<Batch>();
  private readonly flushes = new FlushWaits();

  private accepted = 0;
  private deferred = 0;
  private readonly tally = new Tally();
  private lastError: LastError | undefined;

  private filling = false;
  private fillScheduled = false;
  private wakeTimer: NodeJS.Timeout | undefined;
  private wakeAt: number | undefined;
  private closing: Promise<void> | undefined;
  private stopped = false;

  constructor(settings: DeliverySettings, parts: DeliveryParts = {}) {
    this.settings = settings;
    // A steady clock: an adjusted or resumed system clock must not make every session an hour old.
    this.now = parts.now ?? (() => performance.timeOrigin + performance.now());
    this.random = parts.random ?? Math.random;
    this.diagnostics = new Diagnostics(this.now);
    this.transport = parts.transport ?? new HttpTransport(settings, this.diagnostics);
  }

  /**
   * Queues the sessions and resolves when each has ended, or with the rest reported as deferred at
   * `exportTimeoutMillis`, or as soon as a pause is certain to last longer. Deferred sessions stay
   * queued. Serialises nothing before it returns. After `shutdown` every session is dropped.
   */
  deliver(sessions: readonly PendingSession[]): Promise<BatchReport> {
    const now = this.now();
    const batch = new Batch(now, this.settings.exportTimeoutMillis);
    this.accepted += sessions.length;
    for (const session of sessions) this.accept(session, batch, now);

    batch.node = this.openBatches.push(batch);
    this.makeRoom();
    if (batch.remaining === 0) {
      this.answer(batch);
    } else {
      batch.timer = setTimeout(() => this.answer(batch), timerDelay(this.settings.exportTimeoutMillis));
      batch.timer.unref();
      this.answerInVain(now);
      this.scheduleFill();
    }
    return batch.answered;
  }

  /**
   * Tries all that is queued at once, whatever it was waiting for, and resolves with whether each of
   * these sessions has ended: at `timeoutMillis` at the latest, or when lanes pause for longer.
   */
  flush(timeoutMillis: number): Promise<boolean> {
    if (this.queue.size === 0) return Promise.resolve(true);
    const now = this.now();
    const complete = this.flushes.add(this.queue.sequence, now, timerDelay(timeoutMillis));
    this.queue.wake(Infinity);
    this.gate.probeNow(now);
    this.scheduleFill();
    return complete;
  }

  /**
   * Flushes within `timeoutMillis`, drops what is left, and closes the connections that are ours.
   * A second call gives the promise of the first.
   */
  shutdown(timeoutMillis: number): Promise<void> {
    this.closing ??= this.flush(timeoutMillis).then(() => this.stop());
    return this.closing;
  }

  stats(): DeliveryStats {
    return {
      accepted: this.accepted,
      delivered: this.tally.delivered,
      declined: this.tally.declined,
      rejected: this.tally.rejected.toRecord(),
      dropped: this.tally.dropped.toRecord(),
      queued: this.queue.size,
      deferred: this.deferred,
      inFlight: this.queue.inFlight,
      pendingBytes: this.queue.bytes,
      pausedUntil: this.gate.pausedUntil(this.now()),
      lastError: this.lastError,
    };
  }

  private accept(source: PendingSession, batch: Batch, now: number): void {
    // One that alone is past the bound would push out all others, and then itself.
    const tooLarge = source.bytes > this.settings.maxPendingBytes;
    if (this.closing !== undefined || tooLarge) {
      const reason = tooLarge ? 'queue_full' : 'shutdown';
      const end: SessionEnd = { kind: 'dropped', reason };
      this.noteLoss(reason, batch);
      this.tally.count(end);
      batch.count(end);
    } else {
      batch.add(this.queue.add(source, batch, now));
    }
  }

  private makeRoom(): void {
    const { maxPendingBytes, maxPendingSessions } = this.settings;
    while (this.queue.bytes > maxPendingBytes || this.queue.size > maxPendingSessions) {
      const oldest = this.queue.oldestWaiting();
      if (oldest === undefined) return;
      this.drop(oldest, 'queue_full');
    }
  }

  private scheduleFill(): void {
    if (this.fillScheduled || this.stopped) return;
    this.fillScheduled = true;
    setImmediate(() => {
      this.fillScheduled = false;
      this.fill();
    });
  }

  private fill(): void {
    // Serialising runs the application's code, which may well call us.
    if (this.filling || this.stopped) return;
    this.filling = true;
    try {
      context.with(LANE_CONTEXT, () => this.fillLanes());
    } finally {
      this.filling = false;
    }
  }

  private fillLanes(): void {
    const now = this.now();
    this.dropTooOld(now);
    this.queue.wake(now);
    for (let taken = 0; this.laneIsFree(now); taken += 1) {
      if (taken === SLICE) {
        this.scheduleFill();
        break;
      }
      const session = this.queue.take(this.backlogLanes());
      if (session === undefined) break;
      const text = this.textOf(session);
      if (text === undefined) continue;
      if (this.gate.admits(now) === 'probe') this.gate.probing(session);
      this.send(session, text);
    }
    this.setWakeTimer(now);
  }

  private laneIsFree(now: number): boolean {
    return this.queue.inFlight < this.settings.maxConcurrency && this.gate.admits(now) !== 'none';
  }

  /** Fresh sessions keep at least half of the lanes, except while a flush wants all out. */
  private backlogLanes(): number {
    const lanes = this.settings.maxConcurrency;
    return this.flushes.size > 0 ? lanes : Math.max(1, Math.floor(lanes / 2));
  }

  /** The session's JSON; undefined when that was the session's end. */
  private textOf(session: QueuedSession): string | undefined {
    if (session.text !== undefined) return session.text;
    try {
      const text = session.source?.serialize();
      if (text === undefined) this.end(session, { kind: 'declined' });
      else this.queue.serialized(session, text);
      return text;
    } catch {
      this.drop(session, 'serialize_failed');
      return undefined;
    }
  }

  private send(session: QueuedSession, text: string): void {
    this.transport.send(text).then(
      (outcome) => this.settle(session, outcome),
      () => this.settle(session, { kind: 'retryable', reason: 'internal_error', message: 'an attempt failed unexpectedly' }),
    );
  }

  private settle(session: QueuedSession, outcome: AttemptOutcome): void {
    // Ended meanwhile: shutdown ran out of time.
    if (session.place === 'ended') return;
    const now = this.now();
    switch (outcome.kind) {
      case 'delivered':
        this.gate.passed(session);
        this.end(session, outcome);
        break;
      case 'rejected':
        this.gate.passed(session);
        this.noteError(outcome.reason, `${outcome.message}; the session is lost`, session.batch);
        this.end(session, { kind: 'rejected', reason: outcome.reason });
        break;
      case 'retryable':
      case 'unauthorised':
        this.settleFailure(session, outcome, now);
        break;
    }
    this.answerInVain(now);
    this.fill();
  }

  private settleFailure(session: QueuedSession, failure: Failure, now: number): void {
    this.noteError(failure.reason, failure.message, session.batch);
    if (countsAsAttempt(failure)) session.attempts += 1;
    if (pausesAllLanes(failure)) this.gate.failed(session, failure, now, this.random());
    else this.gate.passed(session);

    const step = nextStep(failure, session.attempts, now - session.acceptedAt, this.random());
    if ('drop' in step) {
      this.drop(session, step.drop);
    } else {
      this.queue.giveBack(session, step.retryInMillis > 0 ? now + step.retryInMillis : undefined);
      this.makeRoom();
    }
  }

  private dropTooOld(now: number): void {
    const before = now - MAX_AGE_MILLIS;
    for (;;) {
      const oldest = this.queue.oldestWaiting();
      if (oldest === undefined || oldest.acceptedAt > before) return;
      this.drop(oldest, 'too_old');
    }
  }

  private drop(session: QueuedSession, reason: DropReason): void {
    this.noteLoss(reason, session.batch);
    this.end(session, { kind: 'dropped', reason });
  }

  private end(session: QueuedSession, end: SessionEnd): void {
    const { batch } = session;
    this.queue.remove(session);
    this.tally.count(end);
    if (batch === undefined) {
      this.deferred -= 1;
    } else {
      batch.count(end);
      batch.remaining -= 1;
      if (batch.remaining === 0) this.answer(batch);
    }
    if (this.flushes.size > 0) this.flushes.sessionsEnded(this.queue.oldest?.sequence);
  }

  /** Answers the batch; what has not ended by now is deferred. */
  private answer(batch: Batch): void {
    if (batch.node === undefined) return;
    this.openBatches.remove(batch.node);
    batch.node = undefined;
    clearTimeout(batch.timer);
    if (batch.remaining > 0) {
      for (const session of batch.sessions) {
        if (session.place === 'ended') continue;
        this.queue.defer(session);
        this.deferred += 1;
      }
    }
    batch.answer(this.now());
  }

  /** During a pause, answers those whose time is over before any lane sends again: to wait on would only hold up callers. */
  private answerInVain(now: number): void {
    const until = this.gate.pausedUntil(now);
    if (until === undefined) return;
    for (let node = this.openBatches.first; node !== undefined && node.value.deadline <= until; ) {
      const batch = node.value;
      node = node.next;
      if (batch.inFlight === 0) this.answer(batch);
    }
    if (this.queue.inFlight === 0) this.flushes.nothingBefore(until);
  }

  /** Wakes the lanes when something waits for a time, and only then. */
  private setWakeTimer(now: number): void {
    const wakeAt = this.nextWake(now);
    if (wakeAt === this.wakeAt) return;
    clearTimeout(this.wakeTimer);
    this.wakeAt = wakeAt;
    if (wakeAt === undefined) return;
    this.wakeTimer = setTimeout(() => {
      this.wakeAt = undefined;
      this.fill();
    }, timerDelay(Math.ceil(wakeAt - now)));
    this.wakeTimer.unref();
  }

  private nextWake(now: number): number | undefined {
    const pausedUntil = this.gate.pausedUntil(now);
    const next = pausedUntil ?? this.queue.nextDue;
    if (next === undefined) return undefined;
    const oldest = this.queue.oldestWaiting();
    return oldest === undefined ? undefined : Math.min(next, oldest.acceptedAt + MAX_AGE_MILLIS);
  }

  private stop(): void {
    this.stopped = true;
    clearTimeout(this.wakeTimer);
    for (let session = this.queue.oldest; session !== undefined; session = this.queue.oldest) {
      this.drop(session, 'shutdown');
    }
    this.transport.close();
  }

  private noteLoss(reason: DropReason, batch: Batch | undefined): void {
    this.noteError(`dropped_${reason}`, LOSSES[reason], batch);
  }

  private noteError(key: string, message: string, batch: Batch | undefined): void {
    this.lastError = { message, at: this.now() };
    if (batch) batch.lastError = message;
    this.diagnostics.warn(key, message);
  }
}

const LOSSES: Readonly<Record<DropReason, string>> = {
  queue_full: 'a session was dropped, because more than maxPendingBytes or maxPendingSessions were waiting',
  attempts_exhausted: 'a session was dropped, because every attempt to send it failed',
  too_old: 'a session was dropped, because it could not be sent within an hour',
  serialize_failed: 'a session was dropped, because it could not be serialised or beforeSend threw',
  shutdown: 'a session was dropped, because the exporter was shut down before it could be sent',
};

function timerDelay(millis: number): number {
  return Math.min(Math.max(millis, 0), LONGEST_TIMER_MILLIS);
}
