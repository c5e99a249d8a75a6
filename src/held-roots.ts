import { LinkedList, type ListNode } from './collections/linked-list.js';
import { WakeTimer } from './delivery/timers.js';
import type { ReadableSpanLike } from './span/readable-span.js';
import type { Entry } from './trace/trace-spans.js';

/** A root that has ended, and waits for what is open below it. */
export interface HeldRoot {
  readonly root: ReadableSpanLike;
  readonly entry: HoldingEntry;
  /** By the clock of `performance.now`. */
  readonly until: number;
}

/** An entry that knows its place among the roots that wait. */
export type HoldingEntry = Entry<ListNode<HeldRoot>>;

/** Roots that wait for their descendants, each for so long at most. */
export class HeldRoots {
  readonly #longestMillis: number;
  readonly #onDue: () => void;
  /** The one whose time is up first comes first. */
  readonly #held = new LinkedList<HeldRoot>();
  readonly #timer = new WakeTimer(() => this.#onDue());

  /** @param onDue is to take those whose time is up. */
  constructor(longestMillis: number, onDue: () => void) {
    this.#longestMillis = longestMillis;
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#held.size;
  }

  hold(root: ReadableSpanLike, entry: HoldingEntry): void {
    const now = performance.now();
    entry.held = this.#held.push({ root, entry, until: now + this.#longestMillis });
    this.#timer.set(this.#held.first!.value.until, now);
  }

  /** Takes out one that is there. */
  take(node: ListNode<HeldRoot>): HeldRoot {
    this.#held.remove(node);
    node.value.entry.held = undefined;
    return node.value;
  }

  /** Takes out the next whose time is up; undefined: none. */
  takeDue(now: number): HeldRoot | undefined {
    const { first } = this.#held;
    if (first !== undefined && first.value.until <= now) return this.take(first);
    this.#timer.set(first?.value.until, now);
    return undefined;
  }
}
