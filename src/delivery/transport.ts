import type { AttemptOutcome } from './outcome.js';

/** Sends one session at a time per call; what becomes of it is a value. */
export interface Transport {
  /** Makes one attempt with a session's JSON. Never rejects, and resolves within the time limit, which an update has for itself. */
  send(session: string): Promise<AttemptOutcome>;
  /** Ends attempts in flight, and the connections that are ours. */
  close(): void;
}
