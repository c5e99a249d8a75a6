/**
 * The ids that were added last: at least `capacity` of them, at most twice as many. Two sets take
 * turns, since taking the oldest entry out of one set means looking past all that left before it.
 */
export class RecentIds {
  readonly #capacity: number;
  #newer = new Set<string>();
  #older: ReadonlySet<string> = new Set();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(id: string): void {
    this.#newer.add(id);
    if (this.#newer.size < this.#capacity) return;
    this.#older = this.#newer;
    this.#newer = new Set();
  }

  has(id: string): boolean {
    return this.#newer.has(id) || this.#older.has(id);
  }
}
