import { buildSession, type SessionSettings } from './build-session.js';
import { parseShallowJson } from './content/json.js';
import type { SessionFacts } from './session-facts.js';

// Far below the few thousand levels at which JSON.stringify runs out of stack.
const MAX_JSON_DEPTH = 200;

/** A session as JSON text. */
export function serializeSession(facts: SessionFacts, settings: SessionSettings): string {
  try {
    return JSON.stringify(buildSession(facts, settings));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // JSON.parse takes any depth, JSON.stringify does not: what is nested too deep stays text.
    return JSON.stringify(buildSession(facts, settings, parseShallowJson(MAX_JSON_DEPTH)));
  }
}
