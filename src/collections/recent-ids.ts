// Enough that most are free with the ids of 10,000 traces, few enough to stay in the processor's cache.
const PLACES = 1 << 15;
const MARKED_BY = 6;
// Somebody may see to it that all ids end alike, and is not to have them all looked at each time.
const MOST_LOOKED_AT = 100;

/**
 * The ids that were added last: at least `capacity` of them, fewer than twice as many; of very many that
 * end alike, the last of them.
 *
 * Every trace adds one, and nearly every id that is asked for is a new one: a Set would grow and walk
 * past all that has left it, and to find that an id is not there it fetches others from memory. Here
 * ids take turns in a ring. Those of one place, which follows from an id's end (ids of traces are
 * random), are a list, the newest first.
 */
export class RecentIds {
  readonly #capacity: number;
  readonly #ids: string[] = [];
  /** What follows from each one's end. */
  readonly #ends: number[] = [];
  /** The number of the one before it in its place; 0: none. */
  readonly #before: number[] = [];
  /** By place, the number of the newest one, modulo 2 ** 32. */
  readonly #newest = new Uint32Array(PLACES);
  #added = 0;
  /** How many of the last ones are known; they grow to twice the capacity, and half of them are forgotten. */
  #known = 0;
  /** Where the next one goes. */
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(id: string): void {
    const end = endOf(id);
    const place = end & (PLACES - 1);
    const at = this.#next;
    this.#next = at + 1 === 2 * this.#capacity ? 0 : at + 1;
    this.#added += 1;
    this.#known = this.#known + 1 === 2 * this.#capacity ? this.#capacity : this.#known + 1;
    this.#ids[at] = id;
    this.#ends[at] = end;
    this.#before[at] = this.#newest[place]!;
    this.#newest[place] = this.#added;
  }

  has(id: string): boolean {
    const end = endOf(id);
    let number = this.#newest[end & (PLACES - 1)]!;
    for (let looked = 0; number !== 0 && looked < MOST_LOOKED_AT; looked += 1) {
      const age = (this.#added - number) >>> 0;
      if (age >= this.#known) return false;
      const at = this.#next - 1 - age;
      const place = at < 0 ? at + 2 * this.#capacity : at;
      if (this.#ends[place] === end && this.#ids[place] === id) return true;
      number = this.#before[place]!;
    }
    return false;
  }
}

function endOf(id: string): number {
  let end = id.length;
  for (let at = Math.max(0, id.length - MARKED_BY); at < id.length; at += 1) end = (end * 31 + id.charCodeAt(at)) | 0;
  return end;
}
