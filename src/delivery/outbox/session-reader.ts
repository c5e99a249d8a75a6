import { context } from '@opentelemetry/api';
import type { Gate } from '../gate.js';
import { LANE_CONTEXT } from '../lanes.js';
import { fruitlessRestMillis } from '../retry-policy.js';
import type { QueuedSession, SessionQueue } from '../session-queue.js';
import type { DeliverySettings } from '../settings.js';
import { quietTimeout } from '../timers.js';
import type { Outbox } from './outbox.js';
import type { StoredCopy } from './stored-file.js';

/** Sessions that are read at a time, for each lane. */
const READ_PER_LANE = 4;
/** Time between what was read last and the next reading: see `look`. */
const GAP_MILLIS = 10;
/** Sessions that take longer do not hold up the reading of others. */
const TAIL_MILLIS = 1_000;

/** Brings sessions back from disk into the queue: a few at a time, and the next when those have left memory. */
export class SessionReader {
  /** What has come of those that were read last, told by whoever knows: `failed` as long as nothing has arrived. */
  outcome: 'arrived' | 'failed' | undefined;

  readonly #outbox: Outbox;
  readonly #queue: SessionQueue;
  readonly #gate: Gate<QueuedSession>;
  readonly #settings: DeliverySettings;
  readonly #done: () => void;
  readonly #now: () => number;
  readonly #random: () => number;
  #reading = false;
  /** Sessions in the queue that were read from disk. */
  #restored = 0;
  /** Since when those have all been in lanes. */
  #tailSince: number | undefined;
  /** Times in a row that nothing arrived of what was read. */
  #fruitless = 0;

  /** @param done is told that some have been read. */
  constructor(outbox: Outbox, queue: SessionQueue, gate: Gate<QueuedSession>, settings: DeliverySettings, done: () => void, now: () => number, random: () => number) {
    this.#outbox = outbox;
    this.#queue = queue;
    this.#gate = gate;
    this.#settings = settings;
    this.#done = done;
    this.#now = now;
    this.#random = random;
  }

  /**
   * Reads on when all that was read before has left memory, and only after a gap in which the
   * process has nothing of ours to do. If that is all that keeps it running, it ends there: what is
   * stored is safe, and no reason to go on.
   */
  look(now: number): void {
    if (!this.#mayRead(now)) return;
    this.#reading = true;
    quietTimeout(() => {
      void context
        .with(LANE_CONTEXT, () => this.#read())
        .finally(() => {
          this.#reading = false;
          this.#done();
        });
    }, GAP_MILLIS);
  }

  /** When to look again; Infinity when there is no need. */
  nextLook(now: number): number {
    const pausedUntil = this.#gate.pausedUntil(now);
    // While a probe is under way, lanes are about to find out whether they may send.
    if (this.#reading || (pausedUntil === undefined && this.#gate.admits(now) === 'none')) return Infinity;
    const tail = this.#restored === 0 ? now : (this.#tailSince ?? now) + TAIL_MILLIS;
    return Math.max(this.#outbox.files.nextDue, pausedUntil ?? now, tail, now + 1);
  }

  /** Before that time nothing that is stored is sent, pauses apart. */
  get idleUntil(): number {
    return this.#reading || this.#restored > 0 ? 0 : this.#outbox.files.nextDue;
  }

  /** A stored session has left the queue. */
  left({ restored }: StoredCopy): void {
    if (!restored) return;
    this.#restored -= 1;
    if (this.#restored > 0) return;
    this.#fruitless = this.outcome === 'failed' ? this.#fruitless + 1 : 0;
    this.#outbox.files.notBefore = this.#fruitless === 0 ? 0 : this.#now() + fruitlessRestMillis(this.#fruitless, this.#random());
    this.outcome = undefined;
  }

  #mayRead(now: number): boolean {
    if (this.#reading || this.#outbox.files.nextDue > now) return false;
    if (this.#gate.admits(now) === 'none' || this.#isHalfFull()) return false;
    if (this.#restored === 0) return true;
    if (this.#queue.backlogReady > 0) this.#tailSince = undefined;
    else this.#tailSince ??= now;
    return this.#tailSince !== undefined && now - this.#tailSince >= TAIL_MILLIS;
  }

  async #read(): Promise<void> {
    const restore = (text: string, copy: StoredCopy): void => {
      this.#restored += 1;
      this.#queue.restore(text, copy, this.#now());
    };
    this.#tailSince = undefined;
    // For a probe, one will do.
    let left = this.#gate.admits(this.#now()) === 'all' ? this.#settings.maxConcurrency * READ_PER_LANE : 1;
    while (left > 0 && !this.#isHalfFull()) {
      const read = await this.#outbox.readNext(restore);
      if (read === undefined) break;
      left -= read;
    }
  }

  #isHalfFull(): boolean {
    return this.#queue.bytes > this.#settings.maxPendingBytes / 2;
  }
}
