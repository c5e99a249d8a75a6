/**
 * A map of bounded size that remembers what is used: at least the `capacity` entries that were looked
 * up or set last, at most twice as many. As in RecentIds, two maps take turns. A cache that just
 * stops growing would be full for ever of what came first, such as keys with ids in them.
 */
export class RecentMap<V> {
  readonly #capacity: number;
  #newer = new Map<string, V>();
  #older: ReadonlyMap<string, V> = new Map();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): V | undefined {
    const value = this.#newer.get(key);
    if (value !== undefined || this.#older.size === 0) return value;
    const old = this.#older.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: V): void {
    if (this.#newer.size >= this.#capacity) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(key, value);
  }
}
