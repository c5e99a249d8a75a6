/** Longer ones fire at once. Source: Node's documentation of setTimeout. */
const LONGEST_MILLIS = 2 ** 31 - 1;

/** A timeout that does not keep the process alive. */
export function quietTimeout(callback: () => void, millis: number): NodeJS.Timeout {
  const timer = setTimeout(callback, Math.min(Math.max(Math.ceil(millis), 0), LONGEST_MILLIS));
  timer.unref();
  return timer;
}

/** One timer for whatever is due next. */
export class WakeTimer {
  private readonly wake: () => void;
  private timer: NodeJS.Timeout | undefined;
  private at: number | undefined;

  constructor(wake: () => void) {
    this.wake = wake;
  }

  /** Wakes at that time in place of any other; undefined: not at all. Both are milliseconds of one clock. */
  set(at: number | undefined, now: number): void {
    if (at === this.at) return;
    clearTimeout(this.timer);
    this.at = at;
    if (at === undefined) return;
    this.timer = quietTimeout(() => {
      this.at = undefined;
      this.wake();
    }, at - now);
  }
}
