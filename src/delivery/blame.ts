import type { Failure } from './outcome.js';

/** So many sessions that fail with nothing passing in between: the server is down, not the sessions are bad. */
const MANY = 5;

/** What is remembered of a session. */
export interface Suspect {
  /** How often anything had passed when the session failed last; -1: it has not failed yet. */
  failedAfter: number;
}

/**
 * Tells a server that is down from a session that it cannot digest: both are answered 500, or not at
 * all. A session is to blame as long as others pass. When many fail and none passes, the server is.
 */
export class Blame {
  /** Attempts that passed, since the start. */
  #passes = 0;
  /** Sessions that have failed since the last of those. */
  #failing = 0;

  /** The server has dealt with a session. */
  passed(): void {
    this.#passes += 1;
    this.#failing = 0;
  }

  /**
   * Lays a failure to the session, or to the server. To nobody, when nothing has passed since the
   * session failed before: it may be either, and is not held against the session twice.
   */
  failed(session: Suspect, failure: Failure): 'session' | 'server' | 'nobody' {
    // The server never saw it.
    if (failure.kind === 'retryable' && failure.unreachable === true) return 'server';
    const hadPassed = session.failedAfter !== this.#passes;
    if (hadPassed) {
      session.failedAfter = this.#passes;
      this.#failing += 1;
    }
    if (this.#failing >= MANY) return 'server';
    return hadPassed ? 'session' : 'nobody';
  }
}
