import { Batch } from './batch.js';
import { LinkedList } from '../collections/linked-list.js';
import type { QueuedSession, SessionQueue } from './session-queue.js';
import { quietTimeout } from './timers.js';

/** For so long, and so many, sessions that come one by one are put into one batch. */
const SHARED_MILLIS = 100;
const SHARED_SESSIONS = 512;

/** The batches that have not been answered, in the order of their deadlines. */
export class OpenBatches {
  /** Queued sessions whose batch was answered without them. */
  deferred = 0;
  /** That of sessions which came one by one. */
  shared: Batch | undefined;

  readonly #batches = new LinkedList<Batch>();
  readonly #queue: SessionQueue;
  readonly #timeoutMillis: number;
  readonly #now: () => number;
  readonly #storeFirst: ((before: number) => Promise<void>) | undefined;

  /** @param storeFirst tries to get the sessions before a sequence number stored, when a batch can wait no longer. */
  constructor(queue: SessionQueue, timeoutMillis: number, now: () => number, storeFirst?: (before: number) => Promise<void>) {
    this.#queue = queue;
    this.#timeoutMillis = timeoutMillis;
    this.#now = now;
    this.#storeFirst = storeFirst;
  }

  create(now: number): Batch {
    return new Batch(now, this.#timeoutMillis);
  }

  /** The batch into which a session goes that comes by itself; undefined: a new one. */
  sharedAt(now: number): Batch | undefined {
    const batch = this.shared;
    const takesMore = batch?.node !== undefined && now - batch.startedAt < SHARED_MILLIS && batch.sessions.length < SHARED_SESSIONS;
    return takesMore ? batch : undefined;
  }

  /** Has the batch answered at its deadline at the latest; at once when nothing of it is queued. */
  open(batch: Batch): void {
    if (batch.node !== undefined) return;
    batch.node = this.#batches.push(batch);
    if (batch.remaining === 0) this.#answer(batch);
    else batch.timer = quietTimeout(() => this.#expire(batch), this.#timeoutMillis);
  }

  /** A queued session has ended, after its end was counted. */
  sessionEnded(batch: Batch | undefined): void {
    if (batch === undefined) {
      this.deferred -= 1;
      return;
    }
    batch.remaining -= 1;
    if (batch.remaining === 0) this.#answer(batch);
  }

  /** Answers those whose time is over before any lane sends again: to wait on would only hold up callers. */
  answerInVain(pausedUntil: number): void {
    for (let node = this.#batches.first; node !== undefined && node.value.deadline <= pausedUntil; ) {
      const batch = node.value;
      node = node.next;
      if (batch.inFlight === 0) this.#answer(batch);
    }
  }

  /** The session is in the outbox: its batch need not wait for it. */
  sessionStored(session: QueuedSession): void {
    const { batch } = session;
    this.#queue.defer(session);
    if (batch) batch.stored += 1;
    this.sessionEnded(batch);
  }

  #expire(batch: Batch): void {
    if (this.#storeFirst === undefined) this.#answer(batch);
    else void this.#storeFirst(batch.sessions.at(-1)!.sequence + 1).then(() => this.#answer(batch));
  }

  #answer(batch: Batch): void {
    if (batch.node === undefined) return;
    this.#batches.remove(batch.node);
    batch.node = undefined;
    if (this.shared === batch) this.shared = undefined;
    clearTimeout(batch.timer);
    for (const session of batch.remaining > 0 ? batch.sessions : []) {
      if (session.place === 'ended' || session.copy !== undefined) continue;
      this.#queue.defer(session);
      this.deferred += 1;
    }
    batch.answer(this.#now());
  }
}
