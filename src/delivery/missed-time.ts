/** Less than this is a clock that is set, or a process that was busy. */
const SHORTEST_MILLIS = 1_000;

/** Notices when the wall clock went on while the steady one stood still: in a frozen function, on a machine that slept. */
export class MissedTime {
  readonly #wall: () => number;
  #ahead: number;

  /** @param now What the steady clock says. Both are in milliseconds. */
  constructor(wall: () => number, now: number) {
    this.#wall = wall;
    this.#ahead = wall() - now;
  }

  /** Milliseconds that the steady clock, which says `now`, has missed since the last call. */
  upTo(now: number): number {
    const ahead = this.#wall() - now;
    const missed = ahead - this.#ahead;
    this.#ahead = ahead;
    return missed >= SHORTEST_MILLIS ? missed : 0;
  }
}
