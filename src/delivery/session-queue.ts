import type { Batch } from './batch.js';
import { DueHeap, type Due } from './due-heap.js';
import { LinkedList, type ListNode } from '../collections/linked-list.js';
import type { StoredCopy } from './outbox/stored-file.js';
import type { PendingSession } from './pending-session.js';

/** A session in the queue. Only the queue moves it. */
export interface QueuedSession extends Due {
  /** Ascending in the order of acceptance. */
  readonly sequence: number;
  /** Milliseconds of the queue's clock. */
  readonly acceptedAt: number;
  /** That it was made of. */
  readonly spans: number;
  /** Whose report waits for it; undefined once that has been given. */
  batch: Batch | undefined;
  /** Until it is serialised. */
  source: PendingSession | undefined;
  /** From then on. */
  text: string | undefined;
  bytes: number;
  /** Attempts that count for the retry policy. */
  attempts: number;
  /** Failures that count for its back-off. */
  failures: number;
  /** See Blame. */
  failedAfter: number;
  /** It was tried or deferred before, so it must leave room for fresh ones. */
  backlog: boolean;
  /** Where it stands on disk, if it does. No batch waits for it then. */
  copy: StoredCopy | undefined;
  place: 'ready' | 'delayed' | 'in_flight' | 'ended';
  readyNode: ListNode<QueuedSession> | undefined;
  ageNode: ListNode<QueuedSession> | undefined;
}

/**
 * All sessions that have not ended. Each stands in the order of age, and, unless a lane has it, in
 * one of three places: ready and fresh, ready and backlog, or delayed until it is due.
 */
export class SessionQueue {
  bytes = 0;
  inFlight = 0;
  #backlogInFlight = 0;
  #nextSequence = 0;
  #tookBacklog = false;
  readonly #byAge = new LinkedList<QueuedSession>();
  readonly #fresh = new LinkedList<QueuedSession>();
  readonly #backlog = new LinkedList<QueuedSession>();
  readonly #delayed = new DueHeap<QueuedSession>();

  get size(): number {
    return this.#byAge.size;
  }

  /** The sequence number that the next session will get. */
  get sequence(): number {
    return this.#nextSequence;
  }

  /** A session that was not tried before waits for a lane. */
  get freshWaits(): boolean {
    return this.#fresh.size > 0;
  }

  get oldest(): QueuedSession | undefined {
    return this.#byAge.first?.value;
  }

  /** From here the sessions can be gone through in the order of age. */
  get oldestNode(): ListNode<QueuedSession> | undefined {
    return this.#byAge.first;
  }

  /** Backlog that waits for a lane. */
  get backlogReady(): number {
    return this.#backlog.size;
  }

  get nextDue(): number | undefined {
    return this.#delayed.first?.dueAt;
  }

  add(source: PendingSession, batch: Batch, now: number): QueuedSession {
    return this.#admit({ batch, source, bytes: source.bytes, spans: source.spans ?? 1, acceptedAt: now });
  }

  /** A session comes back from disk, into the backlog. */
  restore(text: string, copy: StoredCopy, now: number): QueuedSession {
    return this.#admit({ text, copy, backlog: true, bytes: text.length * 2, acceptedAt: now, failedAfter: copy.file.failedAfter });
  }

  /**
   * Gives a ready session to a lane. Fresh and backlog take turns, and the backlog never holds more
   * than `backlogLanes`: however slow its sessions are, the other lanes stay open for fresh ones.
   */
  take(backlogLanes: number): QueuedSession | undefined {
    const fresh = this.#fresh.first?.value;
    const old = this.#backlogInFlight < backlogLanes ? this.#backlog.first?.value : undefined;
    const session = fresh !== undefined && old !== undefined ? (this.#tookBacklog ? fresh : old) : (fresh ?? old);
    if (session === undefined) return undefined;

    this.#tookBacklog = session.backlog;
    this.#leavePlace(session);
    session.place = 'in_flight';
    this.inFlight += 1;
    if (session.backlog) this.#backlogInFlight += 1;
    if (session.batch) session.batch.inFlight += 1;
    return session;
  }

  /** The first fresh session that has no text yet, among so many that lanes take next. */
  unwritten(among: number): QueuedSession | undefined {
    let node = this.#fresh.first;
    for (let passed = 0; node !== undefined && passed < among; passed += 1) {
      if (node.value.text === undefined) return node.value;
      node = node.next;
    }
    return undefined;
  }

  /** Keeps the text, and lets go what it was made of. Text counts two bytes a character, as in PendingSession. */
  serialized(session: QueuedSession, text: string): void {
    session.source = undefined;
    session.text = text;
    this.bytes += text.length * 2 - session.bytes;
    session.bytes = text.length * 2;
  }

  /** A lane gives the session back to be tried again: when it is due, or else at its turn. */
  giveBack(session: QueuedSession, dueAt: number | undefined): void {
    this.#leavePlace(session);
    session.backlog = true;
    if (dueAt === undefined) {
      this.#makeReady(session);
    } else {
      session.place = 'delayed';
      session.dueAt = dueAt;
      this.#delayed.push(session);
    }
  }

  /** The batch of the session was answered without it. */
  defer(session: QueuedSession): void {
    if (session.place === 'in_flight' && session.batch) session.batch.inFlight -= 1;
    session.batch = undefined;
    if (session.backlog) return;
    if (session.place === 'in_flight') {
      session.backlog = true;
      this.#backlogInFlight += 1;
    } else {
      this.#leavePlace(session);
      session.backlog = true;
      this.#makeReady(session);
    }
  }

  /** Makes delayed sessions ready that are due by then. */
  wake(dueBy: number): void {
    for (let next = this.#delayed.first; next !== undefined && next.dueAt <= dueBy; next = this.#delayed.first) {
      this.#leavePlace(next);
      this.#makeReady(next);
    }
  }

  /** Part of each delay has passed while the clock stood still. */
  shortenDelays(millis: number): void {
    this.#delayed.advance(millis);
  }

  remove(session: QueuedSession): void {
    this.#leavePlace(session);
    session.place = 'ended';
    session.source = undefined;
    session.text = undefined;
    this.bytes -= session.bytes;
    if (session.ageNode) this.#byAge.remove(session.ageNode);
    session.ageNode = undefined;
  }

  /** The oldest session that no lane has. At most as many are passed over as there are lanes. */
  oldestWaiting(): QueuedSession | undefined {
    let node = this.#byAge.first;
    while (node !== undefined && node.value.place === 'in_flight') node = node.next;
    return node?.value;
  }

  #admit(given: Partial<QueuedSession> & Pick<QueuedSession, 'bytes' | 'acceptedAt'>): QueuedSession {
    const { bytes, acceptedAt, spans = 1, batch, source, text, failedAfter = -1, backlog = false, copy } = given;
    // Field by field: what is spread into an object takes a second one.
    const session: QueuedSession = {
      sequence: this.#nextSequence,
      acceptedAt,
      spans,
      batch,
      source,
      text,
      bytes,
      attempts: 0,
      failures: 0,
      failedAfter,
      backlog,
      copy,
      place: 'ready',
      dueAt: 0,
      heapIndex: 0,
      readyNode: undefined,
      ageNode: undefined,
    };
    this.#nextSequence += 1;
    session.ageNode = this.#byAge.push(session);
    this.#makeReady(session);
    this.bytes += session.bytes;
    return session;
  }

  #makeReady(session: QueuedSession): void {
    session.place = 'ready';
    session.readyNode = (session.backlog ? this.#backlog : this.#fresh).push(session);
  }

  #leavePlace(session: QueuedSession): void {
    if (session.place === 'ready' && session.readyNode) {
      (session.backlog ? this.#backlog : this.#fresh).remove(session.readyNode);
      session.readyNode = undefined;
    } else if (session.place === 'delayed') {
      this.#delayed.remove(session);
    } else if (session.place === 'in_flight') {
      this.inFlight -= 1;
      if (session.backlog) this.#backlogInFlight -= 1;
      if (session.batch) session.batch.inFlight -= 1;
    }
  }
}
