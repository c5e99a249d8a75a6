/** What of a session can be sent at its start, and what only an update after it can set. */
export interface SessionParts {
  /** JSON text. */
  readonly start: string;
  readonly scores: Readonly<Record<string, unknown>> | undefined;
}

// Where there are any they stand first, so that all other sessions cost one look.
const SCORES_FIRST = /^\{"(?:metrics|feedback)":/;

/** Parts scores and feedback from a session. */
export function partScores(session: string): SessionParts {
  if (!SCORES_FIRST.test(session)) return { start: session, scores: undefined };
  const { metrics, feedback, ...start } = JSON.parse(session) as Record<string, unknown>;
  return { start: JSON.stringify(start), scores: { ...(metrics !== undefined && { metrics }), ...(feedback !== undefined && { feedback }) } };
}
