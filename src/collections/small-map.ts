interface Entry<V> {
  readonly key: string;
  value: V;
  next: Entry<V> | undefined;
}

// Longer lists are slower to search than a Map.
const LONGEST_LIST = 16;

/**
 * A map that nearly always has one, two or three entries, of which thousands are kept: a list as long
 * as it is short. A Map for each would hold three times the memory and take longer to look into.
 */
export class SmallMap<V> implements Iterable<readonly [string, V]> {
  #first: Entry<V> | undefined;
  #many: Map<string, V> | undefined;

  get size(): number {
    let size = this.#many?.size ?? 0;
    for (let entry = this.#first; entry !== undefined; entry = entry.next) size += 1;
    return size;
  }

  get(key: string): V | undefined {
    if (this.#many !== undefined) return this.#many.get(key);
    let entry = this.#first;
    while (entry !== undefined && entry.key !== key) entry = entry.next;
    return entry?.value;
  }

  set(key: string, value: V): void {
    if (this.#many !== undefined) {
      this.#many.set(key, value);
      return;
    }
    let last: Entry<V> | undefined;
    let size = 0;
    for (let entry = this.#first; entry !== undefined; entry = entry.next) {
      if (entry.key === key) {
        entry.value = value;
        return;
      }
      last = entry;
      size += 1;
    }
    const added: Entry<V> = { key, value, next: undefined };
    if (last === undefined) this.#first = added;
    else last.next = added;
    if (size < LONGEST_LIST) return;
    this.#many = new Map(this);
    this.#first = undefined;
  }

  /** Takes the entry out. */
  take(key: string): V | undefined {
    if (this.#many !== undefined) {
      const value = this.#many.get(key);
      this.#many.delete(key);
      return value;
    }
    let previous: Entry<V> | undefined;
    for (let entry = this.#first; entry !== undefined; entry = entry.next) {
      if (entry.key === key) {
        if (previous === undefined) this.#first = entry.next;
        else previous.next = entry.next;
        return entry.value;
      }
      previous = entry;
    }
    return undefined;
  }

  /** In the order in which keys were set first. Takes less than to iterate. */
  forEach(visit: (value: V, key: string) => void): void {
    this.#many?.forEach(visit);
    for (let entry = this.#first; entry !== undefined; entry = entry.next) visit(entry.value, entry.key);
  }

  /** In the order in which keys were set first. */
  *[Symbol.iterator](): Iterator<readonly [string, V]> {
    if (this.#many !== undefined) yield* this.#many;
    else for (let entry = this.#first; entry !== undefined; entry = entry.next) yield [entry.key, entry.value];
  }
}
