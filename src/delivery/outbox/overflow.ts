import { context } from '@opentelemetry/api';
import type { Gate } from '../gate.js';
import { LANE_CONTEXT } from '../lanes.js';
import type { Failure } from '../outcome.js';
import type { QueuedSession, SessionQueue } from '../session-queue.js';
import type { DeliverySettings } from '../settings.js';
import { atMost, WakeTimer } from '../timers.js';
import { Drain } from './drain.js';
import type { FileName } from './file-name.js';
import { Outbox, type OutboxOwner } from './outbox.js';
import type { OwnFiles } from './own-files.js';
import { SessionReader } from './session-reader.js';
import { SessionWriter, type WriterOwner } from './session-writer.js';

/** What the overflow leaves to others. */
export interface OverflowOwner extends OutboxOwner, WriterOwner {
  /** The session is on disk. If no lane has it, it leaves the queue next. */
  stored(session: QueuedSession): void;
  /** Sessions have left the queue for the disk. */
  leftQueue(): void;
}

/**
 * Between the queue and the outbox. A session that has waited for long is written, and then leaves
 * the queue, unless a lane has it. What comes back is tried once: a session that fails goes to its
 * file again, and rests there. So memory holds only what is fresh and what lanes are busy with.
 */
export class Overflow {
  readonly #outbox: Outbox;
  readonly #owner: OverflowOwner;
  readonly #queue: SessionQueue;
  readonly #gate: Gate<QueuedSession>;
  readonly #now: () => number;
  readonly #writer: SessionWriter;
  readonly #reader: SessionReader;
  readonly #drain = new Drain();
  readonly #timer: WakeTimer;
  /** Whoever is not on disk by now has been counted as dropped. */
  #hasLeft = false;

  constructor(directory: string, owner: OverflowOwner, queue: SessionQueue, gate: Gate<QueuedSession>, settings: DeliverySettings, now: () => number, random: () => number) {
    const lookAgain = (): void => owner.lookAgain();
    this.#outbox = context.with(LANE_CONTEXT, () => new Outbox(directory, settings, owner, now, random));
    this.#owner = owner;
    this.#queue = queue;
    this.#gate = gate;
    this.#now = now;
    this.#writer = new SessionWriter(this.#outbox, owner, (name, sessions) => this.#adopt(name, sessions), queue, gate, settings, now);
    this.#reader = new SessionReader(this.#outbox, queue, gate, settings, lookAgain, now, random);
    this.#timer = new WakeTimer(lookAgain);
  }

  get counts(): Pick<OwnFiles, 'recovered' | 'stored' | 'inMemory' | 'handedOver'> {
    return this.#outbox.files;
  }

  /** All that is stored is to be sent now, by all lanes. */
  get draining(): boolean {
    return this.#drain.running;
  }

  /** Whether sessions that wait will be on disk soon. */
  get takesSessions(): boolean {
    return this.#outbox.usableFrom <= this.#now();
  }

  /** Starts what is due now, and sees to it that it is asked again in time. Called whenever lanes look for work. */
  look(now: number): void {
    this.#writer.look(now);
    this.#reader.look(now);
    this.#drain.endIfInVain(this.#gate.pausedUntil(now), this.#reader.idleUntil);
    const next = Math.min(this.#writer.nextLook(now), this.#reader.nextLook(now));
    if (next < Infinity) this.#timer.set(next, now);
  }

  /** Resolves when all sessions before that sequence number are on disk, as far as that is possible in time. */
  async storeBefore(sequence: number, timeoutMillis: number): Promise<void> {
    await atMost(timeoutMillis, this.#writer.write(sequence));
  }

  /** The server has taken a stored session, or will never take it. */
  ended(session: QueuedSession): void {
    const copy = session.copy!;
    this.#outbox.files.ended(copy);
    this.#reader.outcome = 'arrived';
    this.#reader.left(copy);
  }

  /** An attempt with a stored session has failed. `pauses`: and all lanes pause, so that it need not rest by itself. */
  failed(session: QueuedSession, failure: Failure, pauses: boolean): void {
    if (!pauses) this.#reader.outcome ??= 'failed';
    this.release(session, pauses ? undefined : (failure.kind === 'retryable' ? failure.retryAfterMillis : undefined) ?? 0);
  }

  /** Leaves a stored session to the disk. `restMillis`: and does not read it again before. */
  release(session: QueuedSession, restMillis?: number): void {
    const copy = session.copy!;
    copy.file.failedAfter = Math.max(copy.file.failedAfter, session.failedAfter);
    this.#queue.remove(session);
    this.#outbox.files.released(copy, restMillis);
    this.#reader.left(copy);
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

  /** The clock has stood still for so long. */
  catchUp(missedMillis: number): void {
    this.#outbox.files.catchUp(missedMillis);
  }

  /**
   * Sends what is stored until that time, as long as the server lets it. When lanes pause there is
   * one probe; `throughPauses`: and another after each pause that ends in time.
   */
  async drain(until: number, keepAlive: boolean, throughPauses = false): Promise<void> {
    await atMost(until - this.#now(), this.#outbox.opened);
    const now = this.#now();
    const over = this.#drain.start(until, now, keepAlive, throughPauses);
    this.#gate.probeNow(now);
    this.#owner.lookAgain();
    await over;
  }

  /** Leaves the files to others, unless this process goes on after all. */
  async letGo(until: number): Promise<void> {
    await atMost(until - this.#now(), this.#outbox.letGo());
  }

  /** Until that time, writes what is left, those in lanes too, and leaves the files to others. To be called when lanes have stopped. */
  async close(until: number): Promise<void> {
    await this.storeBefore(Infinity, until - this.#now());
    this.#timer.set(undefined, 0);
    await atMost(until - this.#now(), this.#outbox.close());
  }

  #adopt(name: FileName, sessions: readonly QueuedSession[]): void {
    // The disk was slower than the shutdown: better that the next process sends what was counted as dropped than that nobody does.
    if (this.#hasLeft) return;
    const { files } = this.#outbox;
    const file = files.keep(name);
    for (const [line, session] of sessions.entries()) {
      const copy = { file, line, restored: false };
      files.recall(file);
      // Lanes, and the bounds, did not wait for the disk.
      if (session.place === 'ended') {
        files.ended(copy);
        continue;
      }
      session.copy = copy;
      this.#owner.stored(session);
      if (session.place !== 'in_flight') this.release(session);
    }
  }
}
