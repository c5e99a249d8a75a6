// Few enough to stay in the processor's cache, enough that most are free with 10,000 ids.
const MARKS = 1 << 16;
const MARKED_BY = 6;

/**
 * The ids that were added last: at least `capacity` of them, at most twice as many. Two sets take
 * turns, since taking the oldest entry out of one set means looking past all that left before it.
 *
 * Nearly every id that is asked for is a new one, and to find that out in sets of thousands means to
 * fetch several of their ids from memory. So each id leaves a mark at a place that follows from its
 * end (ids of traces are random): where there is none of these two turns, it is in neither set.
 */
export class RecentIds {
  readonly #capacity: number;
  #newer = new Set<string>();
  #older: ReadonlySet<string> = new Set();
  /** The turn in which the last id of that place was added, modulo 256. */
  readonly #marks = new Uint8Array(MARKS);
  #turn = 2;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(id: string): void {
    this.#marks[placeOf(id)] = this.#turn;
    this.#newer.add(id);
    if (this.#newer.size < this.#capacity) return;
    this.#older = this.#newer;
    this.#newer = new Set();
    this.#turn = (this.#turn + 1) & 255;
  }

  has(id: string): boolean {
    const age = (this.#turn - this.#marks[placeOf(id)]!) & 255;
    return age <= 1 && (this.#newer.has(id) || this.#older.has(id));
  }
}

function placeOf(id: string): number {
  let place = id.length;
  for (let at = Math.max(0, id.length - MARKED_BY); at < id.length; at += 1) place = (place * 31 + id.charCodeAt(at)) | 0;
  return place & (MARKS - 1);
}
