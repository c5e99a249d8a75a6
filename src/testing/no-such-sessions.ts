import { type Arrival, arrivalLine } from '../local/shipped.js';

/** What was waited for, and what came. */
export interface Waited {
  readonly count: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly url: string;
  /** Sessions that are there. */
  readonly found: number;
  readonly arrivals: readonly Arrival[];
}

const MOST_LINES = 20;
const WIDTH = 120;

/** Why a test waits in vain, as far as can be told from here. */
export function noSuchSessions({ count, timeout, url, found, arrivals }: Waited): string {
  const wanted = `${count} ${count === 1 ? 'session was' : 'sessions were'} expected within ${timeout} ms, ${found === 0 ? 'none' : `only ${found}`} arrived`;
  if (arrivals.length === 0) {
    return `${wanted}. No request came at all: is the exporter's url ${url}, has the root span ended, and is it flushed (provider.forceFlush())?`;
  }
  const lines = arrivals.slice(-MOST_LINES).map((arrival) => `  ${arrivalLine(arrival, { width: WIDTH, color: false })}`);
  const left = arrivals.length > lines.length ? `, the last ${lines.length} of ${arrivals.length}` : '';
  return `${wanted}. What came${left}:\n${lines.join('\n')}`;
}
