import type { ExporterStats } from '../../../src/index.js';

const POLL_MILLIS = 5;

/** Looks at counters again and again: they must add up whenever anybody looks. */
export class StatsWatch {
  polls = 0;
  /** Each look at which they did not. */
  readonly breaches: string[] = [];
  readonly #stats: () => ExporterStats;
  readonly #timer: NodeJS.Timeout;

  constructor(stats: () => ExporterStats) {
    this.#stats = stats;
    this.#timer = setInterval(() => this.look(), POLL_MILLIS);
  }

  look(): void {
    this.polls += 1;
    const stats = this.#stats();
    const { accepted, queued, deferred, inFlight } = stats;
    const ended = endedIn(stats);
    if (accepted !== ended + queued || deferred > queued || inFlight > queued || queued < 0) this.breaches.push(JSON.stringify(stats));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.look();
  }
}

/** How many sessions have ended, in whatever way. */
export function endedIn({ delivered, declined, rejected, dropped }: ExporterStats): number {
  return delivered + declined + total(rejected) + total(dropped);
}

/** All that was counted, whatever the reason. */
export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
