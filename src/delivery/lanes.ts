import { context, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { suppressTracing } from '../otel/core.js';
import type { Gate } from './gate.js';
import type { AttemptOutcome } from './outcome.js';
import type { QueuedSession, SessionQueue } from './session-queue.js';
import { WakeTimer } from './timers.js';
import type { Transport } from './transport.js';

/** Lanes belong to no caller: what they do must not be traced, nor count as part of anyone's trace. */
export const LANE_CONTEXT: Context = suppressTracing(ROOT_CONTEXT);

/** Sessions serialised before other work of the process gets its turn: some ten at 100 µs each take one millisecond. */
export const SLICE: number = 16;

/** The same while lanes wait for answers: a lane that gets one should not have to wait for long. */
const SLICE_AHEAD = 4;

/** What lanes leave to others. */
export interface LaneOwner {
  /** Called before lanes take sessions. */
  beforeTaking(now: number): void;
  /** How many lanes the backlog may hold. */
  backlogLanes(): number;
  /** The session's JSON; undefined when that was the session's end. Must not throw. */
  textOf(session: QueuedSession): string | undefined;
  settle(session: QueuedSession, outcome: AttemptOutcome): void;
  /** When lanes must look again though nothing happens; undefined when they need not. */
  nextWake(now: number): number | undefined;
}

/** So many attempts at a time, as long as there are sessions and the gate lets them through. */
export class Lanes {
  readonly #owner: LaneOwner;
  readonly #queue: SessionQueue;
  readonly #gate: Gate<QueuedSession>;
  readonly #transport: Transport;
  readonly #maxConcurrency: number;
  readonly #now: () => number;
  readonly #wakeTimer = new WakeTimer(() => this.#fill());
  #fillScheduled = false;
  #writeAheadScheduled = false;
  #stopped = false;

  constructor(
    owner: LaneOwner,
    queue: SessionQueue,
    gate: Gate<QueuedSession>,
    transport: Transport,
    maxConcurrency: number,
    now: () => number,
  ) {
    this.#owner = owner;
    this.#queue = queue;
    this.#gate = gate;
    this.#transport = transport;
    this.#maxConcurrency = maxConcurrency;
    this.#now = now;
  }

  /** Fills the lanes soon: callers do not pay for serialising, and what it runs of the application may call us in turn. */
  fillSoon(): void {
    if (this.#fillScheduled || this.#stopped) return;
    this.#fillScheduled = true;
    setImmediate(() => {
      this.#fillScheduled = false;
      this.#fill();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#wakeTimer.set(undefined, 0);
  }

  #fill(): void {
    if (!this.#stopped) context.with(LANE_CONTEXT, () => this.#takeSessions());
  }

  #takeSessions(): void {
    const now = this.#now();
    this.#owner.beforeTaking(now);
    for (let taken = 0; this.#isOneFree(now); taken += 1) {
      if (taken === SLICE) {
        this.fillSoon();
        break;
      }
      const session = this.#queue.take(this.#owner.backlogLanes());
      if (session === undefined) break;
      const text = this.#owner.textOf(session);
      if (text === undefined) continue;
      if (this.#gate.admits(now) === 'probe') this.#gate.probing(session);
      this.#send(session, text);
    }
    this.#wakeTimer.set(this.#owner.nextWake(now), now);
    if (this.#queue.freshWaits) this.#writeAheadSoon();
  }

  /**
   * While all lanes wait for answers, the sessions that they take next are serialised: as many as there
   * are lanes. With answers that come together, as they do, each would else wait for all before it.
   */
  #writeAheadSoon(): void {
    if (this.#writeAheadScheduled || this.#queue.inFlight < this.#maxConcurrency) return;
    this.#writeAheadScheduled = true;
    setImmediate(() => {
      this.#writeAheadScheduled = false;
      if (!this.#stopped) context.with(LANE_CONTEXT, () => this.#writeAhead());
    });
  }

  #writeAhead(): void {
    // During a pause nothing is serialised that may never be tried.
    if (this.#gate.admits(this.#now()) !== 'all') return;
    for (let written = 0; written < SLICE_AHEAD; written += 1) {
      const session = this.#queue.unwritten(this.#maxConcurrency);
      if (session === undefined) return;
      this.#owner.textOf(session);
    }
    this.#writeAheadSoon();
  }

  #isOneFree(now: number): boolean {
    return this.#queue.inFlight < this.#maxConcurrency && this.#gate.admits(now) !== 'none';
  }

  #send(session: QueuedSession, text: string): void {
    const settle = (outcome: AttemptOutcome): void => {
      // Shutdown may have ended the session meanwhile.
      if (session.place !== 'in_flight') return;
      this.#owner.settle(session, outcome);
      this.#fill();
    };
    this.#transport.send(text).then(settle, () =>
      settle({ kind: 'retryable', reason: 'internal_error', message: 'an attempt failed unexpectedly' }),
    );
  }
}
