const MOST_REASONS = 50;

/** Counts by reason. Past 50 distinct reasons further ones count as `other`, so that what is kept stays bounded. */
export class ReasonCounts {
  /** Most have nothing to count, and thousands wait while a server is down. */
  #counts: Map<string, number> | undefined;

  add(reason: string, count = 1): void {
    const counts = (this.#counts ??= new Map());
    const known = counts.has(reason) || counts.size < MOST_REASONS;
    const key = known ? reason : 'other';
    counts.set(key, (counts.get(key) ?? 0) + count);
  }

  toRecord(): Record<string, number> {
    return Object.fromEntries(this.#counts ?? []);
  }
}
