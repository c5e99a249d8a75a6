import { context } from '@opentelemetry/api';
import type { Gate } from '../gate.js';
import { LANE_CONTEXT, SLICE } from '../lanes.js';
import type { QueuedSession, SessionQueue } from '../session-queue.js';
import type { DeliverySettings } from '../settings.js';
import type { FileName } from './file-name.js';
import type { Outbox } from './outbox.js';

/** A server that is well has taken a session by then, so that no session touches the disk. */
const PATIENCE_MILLIS = 1_000;
/** While lanes are paused there is nothing to wait for but company: sessions that go into one file. */
const PAUSED_PATIENCE_MILLIS = 100;
/** Of one file. */
const MOST_SESSIONS = 256;
const MOST_BYTES = 2 * 1024 * 1024;

/** What the writer leaves to others. */
export interface WriterOwner {
  /** The session's JSON; undefined when that was the session's end. Must not throw. */
  textOf(session: QueuedSession): string | undefined;
  /** There may be something to do, or no use in waiting for the disk any more. */
  lookAgain(): void;
}

/** Told that sessions are the lines of a file. Some of them may have ended meanwhile. */
type Written = (name: FileName, sessions: readonly QueuedSession[]) => void;

/**
 * Writes sessions that wait in the queue: once they have waited for a second, or, while lanes are
 * paused, a tenth of one; or when the queue is half full; or when somebody must have an answer.
 */
export class SessionWriter {
  readonly #outbox: Outbox;
  readonly #owner: WriterOwner;
  readonly #written: Written;
  readonly #queue: SessionQueue;
  readonly #gate: Gate<QueuedSession>;
  readonly #settings: DeliverySettings;
  readonly #now: () => number;
  /** Sessions before this sequence number are written at once. */
  #urgentBefore = 0;
  #writing: Promise<void> | undefined;

  constructor(outbox: Outbox, owner: WriterOwner, written: Written, queue: SessionQueue, gate: Gate<QueuedSession>, settings: DeliverySettings, now: () => number) {
    this.#outbox = outbox;
    this.#owner = owner;
    this.#written = written;
    this.#queue = queue;
    this.#gate = gate;
    this.#settings = settings;
    this.#now = now;
  }

  look(now: number): void {
    if (this.#writing === undefined && this.#due(now).length > 0) void this.write();
  }

  /** When to look again; Infinity when there is no need. */
  nextLook(now: number): number {
    if (this.#writing !== undefined) return Infinity;
    const patience = this.#patience(now);
    let next = Infinity;
    for (let node = this.#queue.oldestNode; node !== undefined; node = node.next) {
      const session = node.value;
      if (session.copy !== undefined) continue;
      const inFlight = session.place === 'in_flight';
      next = Math.min(next, session.acceptedAt + (inFlight ? PATIENCE_MILLIS : patience));
      if (!inFlight) break;
    }
    return Math.max(next, this.#outbox.usableFrom, now + 1);
  }

  /** Writes one file after the other, as long as sessions are due, as those before that sequence number are at once. */
  write(urgentBefore = 0): Promise<void> {
    this.#urgentBefore = Math.max(this.#urgentBefore, urgentBefore);
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
      this.#owner.lookAgain();
    }
  }

  /** The sessions of the next file, oldest first. */
  #due(now: number): QueuedSession[] {
    const due: QueuedSession[] = [];
    if (this.#outbox.usableFrom > now) return due;
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
      // Other work of the process gets its turn.
      if (index > 0 && index % SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
      if (session.place === 'ended') continue;
      const text = this.#owner.textOf(session);
      if (text === undefined) continue;
      sessions.push(session);
      texts.push(text);
    }
    if (texts.length === 0) return;
    const name = await this.#outbox.write(texts);
    if (name !== undefined) this.#written(name, sessions);
  }
}
