import type { SessionEnd } from './outcome.js';
import { ReasonCounts } from './reason-counts.js';

/** How sessions ended, counted. */
export class Tally {
  delivered = 0;
  merged = 0;
  incomplete = 0;
  declined = 0;
  readonly rejected: ReasonCounts = new ReasonCounts();
  readonly dropped: ReasonCounts = new ReasonCounts();

  count(end: SessionEnd): void {
    switch (end.kind) {
      case 'delivered':
        this.delivered += 1;
        if (end.merged) this.merged += 1;
        if (end.incomplete !== undefined) this.incomplete += 1;
        break;
      case 'declined':
        this.declined += 1;
        break;
      case 'rejected':
        this.rejected.add(end.reason);
        break;
      case 'dropped':
        this.dropped.add(end.reason);
        break;
    }
  }
}
