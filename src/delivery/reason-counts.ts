const MOST_REASONS = 50;

/** Counts by reason. Past 50 distinct reasons further ones count as `other`, so that what is kept stays bounded. */
export class ReasonCounts {
  private readonly counts = new Map<string, number>();

  add(reason: string, count = 1): void {
    const known = this.counts.has(reason) || this.counts.size < MOST_REASONS;
    const key = known ? reason : 'other';
    this.counts.set(key, (this.counts.get(key) ?? 0) + count);
  }

  toRecord(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }
}
