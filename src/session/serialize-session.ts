import { buildSession, type SessionDraft, type SessionSettings } from './build-session.js';
import { parseShallowJson } from './content/json.js';
import { JsonText } from './json-text.js';
import type { SessionFacts } from './session-facts.js';

/** A session as JSON text. */
export function serializeSession(facts: SessionFacts, settings: SessionSettings): string {
  try {
    return print(buildSession(facts, settings));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // JSON.parse takes any depth, JSON.stringify does not: what is nested too deep stays text.
    return print(buildSession(facts, settings, parseShallowJson));
  }
}

/** Prints a session; what is JSON text already is put in as it is. */
function print(session: SessionDraft): string {
  const { inputs, outputs } = session;
  let text = JSON.stringify({ ...session, inputs: undefined, outputs: undefined }).slice(0, -1);
  if (inputs !== undefined) text += `,"inputs":${inputs instanceof JsonText ? inputs.text : JSON.stringify(inputs)}`;
  if (outputs !== undefined) text += `,"outputs":${outputs instanceof JsonText ? outputs.text : JSON.stringify(outputs)}`;
  return `${text}}`;
}
