import type { Claim } from '../../conventions/claim.js';
import type { Json, JsonObject } from '../session.js';
import { asText, type ParseJson, setOwn, structured, structuredEntries } from './json.js';

/** An answer that was given in pieces, one attribute each. */
export interface Pieces {
  /** What was said; `undefined` when nothing was. */
  message: JsonObject | undefined;
  /** A structured answer. */
  object: Json | undefined;
}

/** Puts an answer together: its text, reasoning, tool calls and files as a message, its object as it is. */
export function pieces(claim: Claim, parse: ParseJson): Pieces {
  const message: JsonObject = {};
  const parts: Json[] = [];
  let object: Json | undefined;
  for (const { plan, value } of claim) {
    const json = plan.path === 'content' ? structured(value, asWritten) : structuredEntries(value, parse);
    if (json === undefined) continue;
    if (plan.path === 'object') object = json;
    else if (plan.path === 'files') parts.push(...filesIn(json));
    else if (plan.path === 'reasoning') parts.unshift(...reasoningIn(json));
    else if (plan.path === 'content') parts.unshift({ type: 'text', text: asText(json) });
    else setOwn(message, plan.path, json);
  }
  if (parts.length > 0) message['content'] = parts;
  return { message: Object.keys(message).length === 0 ? undefined : { role: 'assistant', ...message }, object };
}

const asWritten: ParseJson = () => undefined;

function reasoningIn(json: Json): Json[] {
  const entries = Array.isArray(json) ? json : [json];
  return entries.map((entry) => (typeof entry === 'string' ? { type: 'reasoning', text: entry } : entry));
}

function filesIn(json: Json): Json[] {
  const entries = Array.isArray(json) ? json : [json];
  return entries.map((entry) => (typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? { ...entry, type: 'file' } : entry));
}
