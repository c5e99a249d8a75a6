/** Longer ones fire at once. Source: Node's documentation of setTimeout. */
const LONGEST_MILLIS = 2 ** 31 - 1;

/** A timeout that does not keep the process alive. */
export function quietTimeout(callback: () => void, millis: number): NodeJS.Timeout {
  const timer = setTimeout(callback, Math.min(Math.max(Math.ceil(millis), 0), LONGEST_MILLIS));
  timer.unref();
  return timer;
}

/** Later than this, a timeout tells of this process and not of whom it waited for. */
const LATE_MILLIS = 1_000;

/**
 * A quiet timeout that holds nothing against others while this process stood still. When it is late
 * itself (a frozen function that wakes up, a blocked event loop), it waits once more: what has come
 * in meanwhile is not yet read.
 */
export class PatientTimeout {
  private readonly timer: NodeJS.Timeout;
  private readonly millis: number;
  private latest = 0;
  private hasWaitedAgain = false;

  constructor(callback: () => void, millis: number) {
    this.millis = millis;
    this.timer = quietTimeout(() => {
      if (this.hasWaitedAgain || performance.now() <= this.latest) return callback();
      this.hasWaitedAgain = true;
      this.timer.refresh();
    }, millis);
    this.start();
  }

  /** Gives it the whole time again. */
  refresh(): void {
    this.timer.refresh();
    this.start();
  }

  clear(): void {
    clearTimeout(this.timer);
  }

  private start(): void {
    this.latest = performance.now() + this.millis + LATE_MILLIS;
    this.hasWaitedAgain = false;
  }
}

/** A machine that slept does not tell timers; whoever waits for longer looks at the clock again. */
const LONGEST_SLEEP_MILLIS = 10_000;

/** One timer for whatever is due next. */
export class WakeTimer {
  private readonly wake: () => void;
  private timer: NodeJS.Timeout | undefined;
  private at: number | undefined;

  constructor(wake: () => void) {
    this.wake = wake;
  }

  /** Wakes at that time in place of any other, or in ten seconds if that is earlier; undefined: not at all. Both are milliseconds of one clock. */
  set(at: number | undefined, now: number): void {
    if (at === this.at) return;
    clearTimeout(this.timer);
    this.at = at;
    if (at === undefined) return;
    this.timer = quietTimeout(() => {
      this.at = undefined;
      this.wake();
    }, Math.min(at - now, LONGEST_SLEEP_MILLIS));
  }
}
