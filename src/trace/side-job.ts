import type { Facts } from '../conventions/facts.js';

/** A model call, as far as it tells what it is for. */
export interface NamedCall {
  readonly name: string;
  readonly facts: Facts;
}

// What chat applications ask a model beside the answer, as they name such functions and agents.
const SIDE_NAMES =
  /(?:^|[^a-z])(?:titles?|headline|moderat(?:e|ion)|guard(?:rail)?s?|safety|jailbreak|memor(?:y|ies)|follow-?_? ?ups?|suggest(?:ed|ions?)?|summari[sz]e-?_? ?(?:title|history|chat|conversation)|condense|rephrase|rewrite-?_? ?query|query-?_? ?rewrite|classif(?:y|ier)|router?|tags?)(?:$|[^a-z])/;

const SIDE_MODELS = /moderation|guard|safety/i;

// Instructions of such calls, at the start of what the model is told.
const SIDE_INSTRUCTIONS =
  /\b(?:generate|create|write|produce|suggest|come up with|give|extract|summari[sz]e)\b[^.?!\n]{0,80}?\b(?:title|headline|follow-?up questions?|tags|memor(?:y|ies)|facts (?:about|to remember))\b|\b(?:moderat(?:e|ion)|content policy|jailbreak|prompt injection)\b/i;

const MAX_INSTRUCTIONS = 600;

/**
 * Whether a model call is one that applications make beside the answer (a title for the chat, a
 * moderation, an update of its memory). Only a preference among siblings: a trace that does nothing
 * else is still told by it. Asked only when two calls compete.
 */
export function isSideJob({ name, facts }: NamedCall): boolean {
  const names = [name, facts.text('name'), facts.text('agent_name')];
  if (names.some((text) => text !== undefined && SIDE_NAMES.test(spaced(text)))) return true;
  if (!facts.hasInput && !facts.hasModel) return false;
  const model = facts.text('config.model');
  if (model !== undefined && SIDE_MODELS.test(model)) return true;
  return ['system_instructions', 'inputs'].some((target) => {
    const value = facts.value(target);
    return typeof value === 'string' && SIDE_INSTRUCTIONS.test(value.slice(0, MAX_INSTRUCTIONS));
  });
}

/** `generateTitle` as `generate title`. */
function spaced(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
