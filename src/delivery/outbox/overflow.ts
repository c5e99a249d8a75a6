import { context } from '@opentelemetry/api';
import type { Gate } from '../gate.js';
import { LANE_CONTEXT, SLICE } from '../lanes.js';
import type { Failure } from '../outcome.js';
import { fruitlessRestMillis } from '../retry-policy.js';
import type { QueuedSession, SessionQueue } from '../session-queue.js';
import type { DeliverySettings } from '../settings.js';
import { atMost, quietTimeout, WakeTimer } from '../timers.js';
import { Outbox, type OutboxOwner } from './outbox.js';
import type { StoredCopy, StoredFile } from './stored-file.js';

/** A server that is well has taken a session by then, so that no session touches the disk. */
const PATIENCE_MILLIS = 1_000;
/** While lanes are paused there is nothing to wait for but company: sessions that go into one file. */
const PAUSED_PATIENCE_MILLIS = 100;
/** Of one file. */
const MOST_SESSIONS = 256;
const MOST_BYTES = 2 * 1024 * 1024;
/** Of one file that is read: whoever shares the directory may have larger sessions. A character that counts two bytes in memory may take three on disk. */
const LARGEST_FILE = 64 * 1024 * 1024;
/** Sessions that are read at a time, for each lane. */
const READ_PER_LANE = 4;
/** Time between what was read last and the next reading: see `#read`. */
const GAP_MILLIS = 10;
/** Sessions that take longer do not hold up the reading of others. */
const TAIL_MILLIS = 1_000;

/** What the overflow leaves to others. */
export interface OverflowOwner extends OutboxOwner {
  /** The session's JSON; undefined when that was the session's end. Must not throw. */
  textOf(session: QueuedSession): string | undefined;
  /** The session is on disk. If no lane has it, it leaves the queue next. */
  stored(session: QueuedSession): void;
  /** Sessions have left the queue for the disk. */
  leftQueue(): void;
}

/**
 * Between the queue and the outbox: which sessions are written when, and when they come back.
 *
 * A session is written once it has waited for a second, or, while lanes are paused, a tenth of one;
 * or when the queue is half full; or when somebody must have an answer. It then leaves the queue,
 * unless a lane has it. What comes back is tried once: a session that fails goes to its file again,
 * and rests there. So memory holds only what is fresh and what lanes are busy with.
 */
export class Overflow {
  readonly #outbox: Outbox;
  readonly #owner: OverflowOwner;
  readonly #queue: SessionQueue;
  readonly #gate: Gate<QueuedSession>;
  readonly #settings: DeliverySettings;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #timer: WakeTimer;
  /** Sessions before this sequence number are written at once. */
  #urgentBefore = 0;
  #writing: Promise<void> | undefined;
  #reading = false;
  /** Sessions in the queue that were read from disk. */
  #restored = 0;
  /** Since when those have all been in lanes. */
  #tailSince: number | undefined;
  #fruitless = 0;
  #anyArrived = false;
  #anyFailed = false;
  #readNotBefore = 0;
  #drained: (() => void) | undefined;
  #drainUntil = 0;
  #drainsThroughPauses = false;
  #stopped = false;
  /** Whoever is not on disk by now has been counted as dropped. */
  #hasLeft = false;

  constructor(
    directory: string,
    owner: OverflowOwner,
    queue: SessionQueue,
    gate: Gate<QueuedSession>,
    settings: DeliverySettings,
    now: () => number,
    random: () => number,
  ) {
    const { url, outboxMaxBytes: maxBytes, outboxMaxAgeMillis: maxAgeMillis, maxPendingBytes } = settings;
    const largestFile = Math.max(LARGEST_FILE, 2 * maxPendingBytes);
    this.#outbox = context.with(LANE_CONTEXT, () => new Outbox({ directory, url, maxBytes, maxAgeMillis, largestFile }, owner, now, random));
    this.#owner = owner;
    this.#queue = queue;
    this.#gate = gate;
    this.#settings = settings;
    this.#now = now;
    this.#random = random;
    this.#timer = new WakeTimer(() => this.#owner.lookAgain());
  }

  get counts(): Pick<Outbox, 'recovered' | 'stored' | 'inMemory' | 'handedOver'> {
    return this.#outbox;
  }

  /** All that is stored is to be sent now, by all lanes. */
  get draining(): boolean {
    return this.#drained !== undefined;
  }

  /** Whether sessions that wait will be on disk soon. */
  get takesSessions(): boolean {
    return this.#outbox.usable;
  }

  /** Starts what is due now, and sees to it that it is asked again in time. Called whenever lanes look for work. */
  look(now: number): void {
    if (this.#stopped) return;
    if (this.#writing === undefined && this.#due(now).length > 0) void this.#write();
    this.#read(now);
    if (this.#drained !== undefined && this.#isIdle(now)) this.#drained();
    const next = this.#nextLook(now);
    if (next !== undefined) this.#timer.set(next, now);
  }

  /** Resolves when all sessions before that sequence number are on disk, as far as that is possible in time. */
  async storeBefore(sequence: number, timeoutMillis: number): Promise<void> {
    this.#urgentBefore = Math.max(this.#urgentBefore, sequence);
    await atMost(timeoutMillis, this.#write());
  }

  /** The server has taken a stored session, or will never take it. */
  ended(session: QueuedSession): void {
    this.#anyArrived = true;
    this.#outbox.ended(session.copy!);
    this.#leftMemory(session.copy!);
  }

  /** An attempt with a stored session has failed. `pauses`: and all lanes pause, so that it need not rest by itself. */
  failed(session: QueuedSession, failure: Failure, pauses: boolean): void {
    this.#anyFailed ||= !pauses;
    this.release(session, pauses ? undefined : (failure.kind === 'retryable' ? failure.retryAfterMillis : undefined) ?? 0);
  }

  /** Leaves a stored session to the disk. `restMillis`: and does not read it again before. */
  release(session: QueuedSession, restMillis?: number): void {
    const copy = session.copy!;
    copy.file.failedAfter = Math.max(copy.file.failedAfter, session.failedAfter);
    this.#queue.remove(session);
    this.#outbox.released(copy, restMillis);
    this.#leftMemory(copy);
    this.#owner.leftQueue();
  }

  /** Leaves all that is stored to the disk. */
  releaseAll(): void {
    this.#hasLeft = true;
    for (let node = this.#queue.oldestNode; node !== undefined; ) {
      const session = node.value;
      node = node.next;
      if (session.copy !== undefined) this.release(session);
    }
  }

  /** The clock has stood still for so long: what rests has rested. */
  catchUp(missedMillis: number): void {
    this.#readNotBefore -= missedMillis;
    this.#outbox.catchUp(missedMillis);
  }

  /**
   * Sends what is stored until that time, as long as the server lets it. When lanes pause there is
   * one probe; `throughPauses`: and another after each pause that ends in time.
   */
  async drain(until: number, keepAlive: boolean, throughPauses = false): Promise<void> {
    const left = (): number => Math.max(0, until - this.#now());
    await atMost(left(), this.#outbox.opened);
    // A shutdown takes over from the last flush.
    this.#drained?.();
    this.#drainUntil = until;
    this.#drainsThroughPauses = throughPauses;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        if (this.#drained === end) this.#drained = undefined;
        resolve();
      };
      const timer = quietTimeout(end, left());
      if (keepAlive) timer.ref();
      this.#drained = end;
      this.#gate.probeNow(this.#now());
      this.#owner.lookAgain();
    });
  }

  /** Leaves the files to others, unless this process goes on after all. */
  async letGo(until: number): Promise<void> {
    await atMost(until - this.#now(), this.#outbox.letGo());
  }

  /** Until that time, writes what is left, those in lanes too, and leaves the files to others. */
  async close(until: number): Promise<void> {
    await this.storeBefore(Infinity, until - this.#now());
    this.#stopped = true;
    this.#timer.set(undefined, 0);
    await atMost(until - this.#now(), this.#outbox.close());
  }

  /** One file after the other, as long as sessions are due. */
  #write(): Promise<void> {
    this.#writing ??= context
      .with(LANE_CONTEXT, () => this.#writeAll())
      .finally(() => {
        this.#writing = undefined;
      });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    for (let due = this.#due(this.#now()); due.length > 0; due = this.#due(this.#now())) {
      await this.#writeFile(due);
      // Whoever waited for the disk, or for room, is told.
      this.#owner.lookAgain();
    }
  }

  /** The sessions of the next file, oldest first. */
  #due(now: number): QueuedSession[] {
    const due: QueuedSession[] = [];
    if (!this.#outbox.usable) return due;
    const patience = this.#patience(now);
    const mostBytes = Math.min(MOST_BYTES, this.#settings.outboxMaxBytes / 2);
    let bytes = 0;
    for (let node = this.#queue.oldestNode; node !== undefined; node = node.next) {
      const session = node.value;
      if (session.copy !== undefined) continue;
      const age = now - session.acceptedAt;
      const urgent = session.sequence < this.#urgentBefore;
      // Once one is due, those that soon will be go with it.
      if (!urgent && age < (due.length === 0 ? patience : patience / 2)) break;
      if (!urgent && session.place === 'in_flight' && age < PATIENCE_MILLIS) continue;
      due.push(session);
      bytes += session.bytes;
      if (due.length === MOST_SESSIONS || bytes >= mostBytes) break;
    }
    return due;
  }

  #patience(now: number): number {
    const { maxPendingBytes, maxPendingSessions } = this.#settings;
    if (this.#queue.bytes > maxPendingBytes / 2 || this.#queue.size > maxPendingSessions / 2) return 0;
    return this.#gate.pausedUntil(now) === undefined ? PATIENCE_MILLIS : PAUSED_PATIENCE_MILLIS;
  }

  async #writeFile(due: readonly QueuedSession[]): Promise<void> {
    const sessions: QueuedSession[] = [];
    const texts: string[] = [];
    for (const [index, session] of due.entries()) {
      if (index > 0 && index % SLICE === 0) await otherWork();
      if (session.place === 'ended') continue;
      const text = this.#owner.textOf(session);
      if (text === undefined) continue;
      sessions.push(session);
      texts.push(text);
    }
    if (texts.length === 0) return;
    const file = await this.#outbox.write(texts);
    if (file !== undefined) this.#adopt(file, sessions);
  }

  #adopt(file: StoredFile, sessions: readonly QueuedSession[]): void {
    // The disk was slower than the shutdown: better that the next process sends what was counted as dropped than that nobody does.
    if (this.#hasLeft) return;
    this.#outbox.keep(file);
    for (const [line, session] of sessions.entries()) {
      const copy = { file, line, restored: false };
      this.#outbox.recall(file);
      // Lanes, and the bounds, did not wait for the disk.
      if (session.place === 'ended') {
        this.#outbox.ended(copy);
        continue;
      }
      session.copy = copy;
      this.#owner.stored(session);
      if (session.place !== 'in_flight') this.release(session);
    }
  }

  /**
   * Reads on when all that was read before has left memory, and only after a gap in which the
   * process has nothing of ours to do. If that is all that keeps it running, it ends there: what is
   * stored is safe, and no reason to go on.
   */
  #read(now: number): void {
    if (!this.#mayRead(now)) return;
    this.#reading = true;
    quietTimeout(() => {
      void context
        .with(LANE_CONTEXT, () => this.#readSome())
        .finally(() => {
          this.#reading = false;
          this.#owner.lookAgain();
        });
    }, GAP_MILLIS);
  }

  #mayRead(now: number): boolean {
    const due = this.#outbox.nextDue;
    if (this.#reading || due === undefined || due > now || now < this.#readNotBefore) return false;
    if (this.#gate.admits(now) === 'none' || this.#queue.bytes > this.#settings.maxPendingBytes / 2) return false;
    if (this.#restored === 0) return true;
    if (this.#queue.backlogReady > 0) this.#tailSince = undefined;
    else this.#tailSince ??= now;
    return this.#tailSince !== undefined && now - this.#tailSince >= TAIL_MILLIS;
  }

  async #readSome(): Promise<void> {
    const restore = (text: string, copy: StoredCopy): void => {
      this.#restored += 1;
      this.#queue.restore(text, copy, this.#now());
    };
    this.#tailSince = undefined;
    // For a probe, one will do.
    const enough = this.#gate.admits(this.#now()) === 'all' ? this.#settings.maxConcurrency * READ_PER_LANE : 1;
    for (let left = enough; left > 0 && !this.#stopped; ) {
      if (this.#queue.bytes > this.#settings.maxPendingBytes / 2) break;
      const read = await this.#outbox.readNext(restore);
      if (read === undefined) break;
      left -= read;
    }
  }

  #leftMemory(copy: StoredCopy): void {
    if (!copy.restored) return;
    this.#restored -= 1;
    if (this.#restored > 0) return;
    this.#fruitless = this.#anyFailed && !this.#anyArrived ? this.#fruitless + 1 : 0;
    this.#readNotBefore = this.#fruitless === 0 ? 0 : this.#now() + fruitlessRestMillis(this.#fruitless, this.#random());
    this.#anyArrived = false;
    this.#anyFailed = false;
  }

  /** Nothing that is stored can be sent before the drain must end. */
  #isIdle(now: number): boolean {
    const pausedUntil = this.#gate.pausedUntil(now);
    if (pausedUntil !== undefined) return !this.#drainsThroughPauses || pausedUntil >= this.#drainUntil;
    if (this.#reading || this.#restored > 0) return false;
    const due = this.#outbox.nextDue;
    return due === undefined || Math.max(due, this.#readNotBefore) > this.#drainUntil;
  }

  #nextLook(now: number): number | undefined {
    return earliest(this.#nextWrite(now), this.#nextRead(now));
  }

  #nextWrite(now: number): number | undefined {
    if (this.#writing !== undefined) return undefined;
    const patience = this.#patience(now);
    let next = Infinity;
    for (let node = this.#queue.oldestNode; node !== undefined; node = node.next) {
      const session = node.value;
      if (session.copy !== undefined) continue;
      const inFlight = session.place === 'in_flight';
      next = Math.min(next, session.acceptedAt + (inFlight ? PATIENCE_MILLIS : patience));
      if (!inFlight) break;
    }
    return next === Infinity ? undefined : Math.max(next, this.#outbox.usableFrom, now + 1);
  }

  #nextRead(now: number): number | undefined {
    const due = this.#outbox.nextDue;
    if (due === undefined || this.#reading) return undefined;
    const pausedUntil = this.#gate.pausedUntil(now);
    // Otherwise lanes are about to find out whether they may send.
    if (pausedUntil === undefined && this.#gate.admits(now) === 'none') return undefined;
    const tail = this.#restored === 0 ? now : (this.#tailSince ?? now) + TAIL_MILLIS;
    return Math.max(due, this.#readNotBefore, pausedUntil ?? now, tail, now + 1);
  }
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** Lets the process do something else. */
function otherWork(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
