/** A source of chance that gives the same for the same seed. */
export class Random {
  readonly seed: number;
  #state: number;

  /** @param seed A whole number below 2 ** 32. */
  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed;
  }

  /** In [0, 1). */
  next(): number {
    // A linear congruential generator with the constants of Numerical Recipes.
    this.#state = (this.#state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return this.#state / 2 ** 32;
  }

  /** Whole, from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.between(0, items.length - 1)]!;
  }
}

/** The seed in FAULT_SEED, to repeat what was seen; else another one each time. */
export function seedOfRun(): number {
  const given = Number(process.env['FAULT_SEED'] ?? '');
  return Number.isInteger(given) && given > 0 ? given % 2 ** 32 : Date.now() % 2 ** 32;
}
