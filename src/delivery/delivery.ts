import type { Batch } from './batch.js';
import { Blame } from './blame.js';
import { Bounds } from './bounds.js';
import type { BatchReport, DeliveryStats } from './delivery-stats.js';
import { Diagnostics } from './diagnostics.js';
import { FlushWaits } from './flush-waits.js';
import { Gate } from './gate.js';
import { HttpTransport } from './http-transport.js';
import { Lanes } from './lanes.js';
import { Ledger } from './ledger.js';
import { MissedTime } from './missed-time.js';
import { OpenBatches } from './open-batches.js';
import { Overflow } from './outbox/overflow.js';
import type { AttemptOutcome, DropReason, Failure, SessionEnd } from './outcome.js';
import type { PendingSession } from './pending-session.js';
import { nextStep, pausesAllLanes } from './retry-policy.js';
import { SessionQueue, type QueuedSession } from './session-queue.js';
import type { DeliverySettings } from './settings.js';
import type { Transport } from './transport.js';

/** For writing down what could not be sent: of the time that a flush or a shutdown has, and at most. */
const STORE_SHARE = 0.25;
const STORE_MOST_MILLIS = 1_000;

/** Stand-ins for tests. */
export interface DeliveryParts {
  transport?: Transport;
  /** Unix milliseconds of a clock that never goes back. */
  now?: () => number;
  /** Unix milliseconds of the system's clock; default `now`, or that clock. */
  wall?: () => number;
  /** In [0, 1). */
  random?: () => number;
}

/**
 * Sends sessions to HoneyHive: one bounded queue, `maxConcurrency` lanes. Nothing here throws or
 * rejects, and no timer keeps the process alive, unless a flush is asked to.
 */
export class Delivery {
  readonly #settings: DeliverySettings;
  readonly #transport: Transport;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #missedTime: MissedTime;
  readonly #ledger: Ledger;
  readonly #queue = new SessionQueue();
  readonly #gate = new Gate<QueuedSession>();
  readonly #blame = new Blame();
  readonly #bounds: Bounds;
  readonly #batches: OpenBatches;
  readonly #flushes = new FlushWaits();
  readonly #lanes: Lanes;
  /** Where there is an outbox. */
  readonly #overflow: Overflow | undefined;
  #closing: Promise<void> | undefined;

  constructor(settings: DeliverySettings, parts: DeliveryParts = {}) {
    this.#settings = settings;
    // A steady clock: an adjusted or resumed system clock must not make every session an hour old.
    this.#now = parts.now ?? (() => performance.timeOrigin + performance.now());
    this.#missedTime = new MissedTime(parts.wall ?? parts.now ?? Date.now, this.#now());
    this.#random = parts.random ?? Math.random;
    const diagnostics = new Diagnostics(this.#now);
    this.#transport = parts.transport ?? new HttpTransport(settings, diagnostics);
    this.#ledger = new Ledger(this.#now, diagnostics);
    const storeFirst = settings.outboxDirectory === undefined ? undefined : (before: number) => this.#overflow!.storeBefore(before, STORE_MOST_MILLIS);
    this.#batches = new OpenBatches(this.#queue, settings.exportTimeoutMillis, this.#now, storeFirst);
    this.#bounds = new Bounds(settings, this.#queue, (session, reason) => this.#drop(session, reason));
    this.#lanes = new Lanes(
      {
        beforeTaking: (now) => this.#beforeTaking(now),
        backlogLanes: () => this.#backlogLanes(),
        textOf: (session) => this.#textOf(session),
        settle: (session, outcome) => this.#settle(session, outcome),
        nextWake: (now) => this.#nextWake(now),
      },
      this.#queue,
      this.#gate,
      this.#transport,
      settings.maxConcurrency,
      this.#now,
    );
    if (settings.outboxDirectory === undefined) return;
    this.#overflow = new Overflow(
      settings.outboxDirectory,
      {
        textOf: (session) => this.#textOf(session),
        stored: (session) => this.#batches.sessionStored(session),
        leftQueue: () => this.#leftQueue(),
        lost: (reason, count) => this.#lose(reason, count),
        lookAgain: () => this.#lookAgain(),
      },
      this.#queue,
      this.#gate,
      settings,
      this.#now,
      this.#random,
    );
  }

  /**
   * Queues the sessions and resolves when each has ended, or with the rest reported as deferred at
   * `exportTimeoutMillis`, or as soon as a pause is certain to last longer. Deferred sessions stay
   * queued; where there is an outbox, sessions go there first, and are reported as stored.
   * Serialises nothing before it returns. After `shutdown` every session is dropped.
   */
  deliver(sessions: readonly PendingSession[]): Promise<BatchReport> {
    const now = this.#now();
    this.#catchUp(now);
    const batch = this.#batches.create(now);
    for (const session of sessions) this.#accept(session, batch, now);
    this.#open(batch, now);
    return batch.answered;
  }

  /**
   * As `deliver`, for sessions that come one by one: those of a moment share a report, since one for
   * each would cost and hold more than the session.
   *
   * @returns the report, when a new one was begun.
   */
  deliverSoon(session: PendingSession): Promise<BatchReport> | undefined {
    const now = this.#now();
    this.#catchUp(now);
    const shared = this.#batches.sharedAt(now);
    const batch = shared ?? this.#batches.create(now);
    this.#accept(session, batch, now);
    if (shared === undefined) this.#batches.shared = batch;
    this.#open(batch, now);
    return shared === undefined ? batch.answered : undefined;
  }

  /**
   * Tries all that is queued at once, whatever it was waiting for, and resolves with whether each of
   * these sessions has ended: at `timeoutMillis` at the latest, or when lanes pause for longer.
   *
   * @param keepAlive Whether the process stays alive for it. Otherwise a process with nothing else to
   *   do ends during a backoff, and an `await` at the top of a module then ends it with exit code 13.
   */
  flush(timeoutMillis: number, keepAlive = false): Promise<boolean> {
    const overflow = this.#overflow;
    if (overflow === undefined) return this.#sendAll(timeoutMillis, keepAlive);
    const before = this.#queue.sequence;
    const storeMillis = timeToStore(timeoutMillis);
    return this.#sendAll(timeoutMillis - storeMillis, keepAlive).then(async (complete) => {
      if (!complete) await overflow.storeBefore(before, storeMillis);
      return complete;
    });
  }

  /**
   * The flush of a process that has nothing left to do, which it keeps alive. With an outbox it goes
   * on to send what is stored in what is left of the time, through pauses too, and leaves the rest
   * to whoever comes next, unless the process goes on after all.
   */
  async flushLast(timeoutMillis: number): Promise<void> {
    const until = this.#now() + timeoutMillis;
    await this.flush(timeoutMillis, true);
    if (this.#overflow === undefined || this.#closing !== undefined) return;
    await this.#overflow.drain(until - timeToStore(timeoutMillis), true, true);
    await this.#overflow.letGo(until);
  }

  /**
   * Flushes within `timeoutMillis`, drops what is left, and closes the connections that are ours.
   * With an outbox it goes on to send what is stored in what is left of the time, and drops nothing
   * that it can store. A second call gives the promise of the first.
   *
   * @param keepAlive As for `flush`.
   */
  shutdown(timeoutMillis: number, keepAlive = false): Promise<void> {
    this.#closing ??= this.#finish(timeoutMillis, keepAlive).then(() => this.#stop());
    return this.#closing;
  }

  /** Counters and gauges as of now. */
  stats(): DeliveryStats {
    const { accepted, tally, lastError } = this.#ledger;
    const { recovered, stored, inMemory, handedOver } = this.#overflow?.counts ?? NOTHING_STORED;
    return {
      accepted: accepted + recovered,
      delivered: tally.delivered,
      merged: tally.merged,
      incomplete: tally.incomplete,
      declined: tally.declined,
      rejected: tally.rejected.toRecord(),
      dropped: tally.dropped.toRecord(),
      queued: this.#queue.size - inMemory,
      stored,
      recovered,
      handedOver,
      deferred: this.#batches.deferred,
      inFlight: this.#queue.inFlight,
      pendingBytes: this.#queue.bytes,
      pausedUntil: this.#gate.pausedUntil(this.#now()),
      lastError,
    };
  }

  #sendAll(timeoutMillis: number, keepAlive: boolean): Promise<boolean> {
    if (this.#queue.size === 0) return Promise.resolve(true);
    const now = this.#now();
    const complete = this.#flushes.add(this.#queue.sequence, now, timeoutMillis, keepAlive);
    this.#queue.wake(Infinity);
    this.#gate.probeNow(now);
    this.#lanes.fillSoon();
    return complete;
  }

  #finish(timeoutMillis: number, keepAlive: boolean): Promise<unknown> {
    const overflow = this.#overflow;
    const flushed = this.flush(timeoutMillis, keepAlive);
    if (overflow === undefined) return flushed;
    const until = this.#now() + timeoutMillis;
    return flushed.then(async () => {
      await overflow.drain(until - timeToStore(timeoutMillis), keepAlive);
      this.#lanes.stop();
      await overflow.close(until);
    });
  }

  #open(batch: Batch, now: number): void {
    this.#batches.open(batch);
    this.#bounds.makeRoom();
    this.#answerInVain(now);
    this.#lanes.fillSoon();
  }

  #accept(source: PendingSession, batch: Batch, now: number): void {
    const { spans = 1 } = source;
    this.#ledger.accepted += 1;
    batch.spans += spans;
    const tooLarge = this.#bounds.exclude(source.bytes);
    if (this.#closing === undefined && !tooLarge) {
      batch.add(this.#queue.add(source, batch, now));
      return;
    }
    const end: SessionEnd = { kind: 'dropped', reason: tooLarge ? 'queue_full' : 'shutdown' };
    this.#ledger.noteLoss(end.reason, batch);
    this.#ledger.tally.count(end);
    batch.count(end, spans);
  }

  /** Pauses pass by the wall clock: a frozen function that wakes up does not wait for the rest. Ages do not, or all it held would be too old. */
  #catchUp(now: number): void {
    const missed = this.#missedTime.upTo(now);
    if (missed === 0) return;
    this.#gate.shorten(missed);
    this.#queue.shortenDelays(missed);
    this.#overflow?.catchUp(missed);
  }

  #beforeTaking(now: number): void {
    this.#catchUp(now);
    this.#bounds.dropTooOld(now);
    this.#queue.wake(now);
    this.#overflow?.look(now);
  }

  /**
   * While fresh sessions wait they get at least half of the lanes. While none waits the backlog has
   * nearly all: those left over are for the first fresh ones, however slow the backlog is. A flush wants all out.
   */
  #backlogLanes(): number {
    const lanes = this.#settings.maxConcurrency;
    if (this.#flushes.size > 0 || this.#overflow?.draining) return lanes;
    return Math.max(1, this.#queue.freshWaits ? Math.floor(lanes / 2) : lanes - Math.ceil(lanes / 8));
  }

  #nextWake(now: number): number | undefined {
    const next = this.#gate.pausedUntil(now) ?? this.#queue.nextDue;
    return next === undefined ? undefined : Math.min(next, this.#bounds.nextTooOld(now));
  }

  #textOf(session: QueuedSession): string | undefined {
    if (session.text !== undefined) return session.text;
    try {
      const text = session.source!.serialize();
      if (typeof text === 'string') {
        this.#queue.serialized(session, text);
        return text;
      }
      if (text.kind === 'declined') this.#end(session, text);
      else this.#drop(session, text.reason);
      return undefined;
    } catch {
      this.#drop(session, 'serialize_failed');
      return undefined;
    }
  }

  #settle(session: QueuedSession, outcome: AttemptOutcome): void {
    const now = this.#now();
    session.batch?.met(outcome);
    switch (outcome.kind) {
      case 'delivered':
        this.#blame.passed();
        this.#gate.passed(session);
        if (outcome.incomplete !== undefined) this.#ledger.noteError('incomplete', outcome.incomplete, session.batch);
        this.#end(session, outcome);
        break;
      case 'rejected':
        this.#blame.passed();
        this.#gate.passed(session);
        this.#ledger.noteError(outcome.reason, `${outcome.message}; the session is lost`, session.batch);
        this.#end(session, { kind: 'rejected', reason: outcome.reason });
        break;
      case 'retryable':
      case 'unauthorised':
        this.#settleFailure(session, outcome, now);
        break;
    }
    this.#answerInVain(now);
  }

  #settleFailure(session: QueuedSession, failure: Failure, now: number): void {
    this.#ledger.noteError(failure.reason, failure.message, session.batch);
    const blamed = this.#blame.failed(session, failure);
    const pauses = blamed === 'server' || pausesAllLanes(failure);
    if (blamed === 'session') session.attempts += 1;
    if (!pauses) session.failures += 1;
    if (pauses) this.#gate.failed(session, failure, now, this.#random());
    else this.#gate.passed(session);
    if (session.copy !== undefined) {
      this.#overflow!.failed(session, failure, pauses);
      return;
    }

    const step = nextStep(failure, session, now - session.acceptedAt, pauses, this.#random());
    if ('drop' in step) {
      this.#drop(session, step.drop);
    } else {
      this.#queue.giveBack(session, step.retryInMillis > 0 ? now + step.retryInMillis : undefined);
      this.#bounds.makeRoom();
    }
  }

  /** What is on disk is not lost when memory lets it go. */
  #drop(session: QueuedSession, reason: DropReason): void {
    if (session.copy !== undefined) {
      this.#overflow!.release(session);
      return;
    }
    this.#ledger.noteLoss(reason, session.batch);
    this.#end(session, { kind: 'dropped', reason });
  }

  #end(session: QueuedSession, end: SessionEnd): void {
    const { batch } = session;
    this.#queue.remove(session);
    this.#ledger.tally.count(end);
    batch?.count(end, session.spans);
    if (session.copy === undefined) this.#batches.sessionEnded(batch);
    else this.#overflow!.ended(session);
    this.#leftQueue();
  }

  #leftQueue(): void {
    if (this.#flushes.size > 0) this.#flushes.sessionsEnded(this.#queue.oldest?.sequence);
  }

  /** Sessions in the outbox are lost. */
  #lose(reason: DropReason, count: number): void {
    this.#ledger.noteLoss(reason, undefined);
    for (let lost = 0; lost < count; lost += 1) this.#ledger.tally.count({ kind: 'dropped', reason });
  }

  #lookAgain(): void {
    this.#answerInVain(this.#now());
    this.#lanes.fillSoon();
  }

  /** During a pause, answers whoever waits for what cannot happen in time. */
  #answerInVain(now: number): void {
    const pausedUntil = this.#gate.pausedUntil(now);
    if (pausedUntil === undefined) return;
    // What goes to the outbox now is answered when it is there.
    if (this.#overflow?.takesSessions !== true) this.#batches.answerInVain(pausedUntil);
    if (this.#queue.inFlight === 0) this.#flushes.nothingBefore(pausedUntil);
  }

  #stop(): void {
    this.#lanes.stop();
    this.#overflow?.releaseAll();
    this.#ledger.noteLeft(this.#queue.size);
    for (let session = this.#queue.oldest; session !== undefined; session = this.#queue.oldest) {
      this.#end(session, { kind: 'dropped', reason: 'shutdown' });
    }
    this.#transport.close();
  }
}

const NOTHING_STORED = { recovered: 0, stored: 0, inMemory: 0, handedOver: 0 };

function timeToStore(timeoutMillis: number): number {
  return Math.min(timeoutMillis * STORE_SHARE, STORE_MOST_MILLIS);
}
