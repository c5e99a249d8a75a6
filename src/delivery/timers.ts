/** Longer ones fire at once. Source: Node's documentation of setTimeout. */
const LONGEST_MILLIS = 2 ** 31 - 1;

/** A timeout that does not keep the process alive. */
export function quietTimeout(callback: () => void, millis: number): NodeJS.Timeout {
  const timer = setTimeout(callback, Math.min(Math.max(Math.ceil(millis), 0), LONGEST_MILLIS));
  timer.unref();
  return timer;
}

/** Resolves when the work has ended, which must not fail, or when its time is over. */
export function atMost(millis: number, work: Promise<unknown>, keepAlive = false): Promise<void> {
  return new Promise((resolve) => {
    const timer = quietTimeout(resolve, millis);
    if (keepAlive) timer.ref();
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Later than this, a timeout tells of this process and not of whom it waited for. */
const LATE_MILLIS = 1_000;

/** A value whose time runs, in {@link PatientTimeouts}. */
export interface Waiting<T> {
  readonly value: T;
  /** By the clock of `performance.now`. */
  until: number;
  hasWaitedAgain: boolean;
  /** Among all that wait. */
  place: number;
}

/**
 * Quiet timeouts of one length, on one timer, which hold nothing against others while this process
 * stood still. When it is late itself (a frozen function that wakes up, a blocked event loop), all
 * that are due wait once more: what has come in meanwhile is not yet read.
 */
export class PatientTimeouts<T> {
  // In no order. A Set or a LinkedList would have the first to be due in front, but what was taken out
  // of one is kept alive by parts of it that V8 holds to be old, until the next major collection:
  // measured with sessions of 10 KB, their texts were 30 MB of garbage per 1,000 of them.
  readonly #waiting: Waiting<T>[] = [];
  readonly #millis: number;
  readonly #callback: (value: T) => void;
  #isTimed = false;

  constructor(millis: number, callback: (value: T) => void) {
    this.#millis = millis;
    this.#callback = callback;
  }

  start(value: T): Waiting<T> {
    const waiting = { value, until: performance.now() + this.#millis, hasWaitedAgain: false, place: this.#waiting.length };
    this.#waiting.push(waiting);
    this.#setTimer();
    return waiting;
  }

  /** Gives it the whole time again, unless it is over. */
  refresh(waiting: Waiting<T>): void {
    waiting.until = performance.now() + this.#millis;
    waiting.hasWaitedAgain = false;
  }

  clear(waiting: Waiting<T>): void {
    if (this.#waiting[waiting.place] !== waiting) return;
    const last = this.#waiting.pop()!;
    if (last === waiting) return;
    last.place = waiting.place;
    this.#waiting[last.place] = last;
  }

  /** Those whose time runs. */
  values(): T[] {
    return this.#waiting.map(({ value }) => value);
  }

  /** Not set anew when who is due first is cleared: to do so for each would cost more than to look once in vain. */
  #setTimer(): void {
    if (this.#isTimed || this.#waiting.length === 0) return;
    this.#isTimed = true;
    const due = this.#waiting.reduce((least, { until }) => Math.min(least, until), Infinity);
    quietTimeout(() => {
      this.#isTimed = false;
      this.#look(performance.now());
      this.#setTimer();
    }, due - performance.now());
  }

  #look(now: number): void {
    for (const waiting of this.#waiting.filter(({ until }) => until <= now)) {
      // Whoever was told before may have cleared it.
      if (this.#waiting[waiting.place] !== waiting) continue;
      if (!waiting.hasWaitedAgain && now > waiting.until + LATE_MILLIS) {
        this.refresh(waiting);
        waiting.hasWaitedAgain = true;
      } else {
        this.clear(waiting);
        this.#callback(waiting.value);
      }
    }
  }
}

/** A machine that slept does not tell timers; whoever waits for longer looks at the clock again. */
const LONGEST_SLEEP_MILLIS = 10_000;

/** One timer for whatever is due next. */
export class WakeTimer {
  readonly #wake: () => void;
  #timer: NodeJS.Timeout | undefined;
  #due: number | undefined;

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /**
   * Wakes at that time at the latest, and in ten seconds if that is earlier; undefined: not at all.
   * Both are milliseconds of one clock. It is never set to a later time, as it would be for each
   * session that comes and goes: whoever is woken early sets it again.
   */
  set(at: number | undefined, now: number): void {
    const due = at === undefined ? undefined : Math.min(at, now + LONGEST_SLEEP_MILLIS);
    if (due !== undefined && this.#due !== undefined && this.#due <= due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    if (due === undefined) return;
    this.#timer = quietTimeout(() => {
      this.#due = undefined;
      this.#wake();
    }, due - now);
  }
}
