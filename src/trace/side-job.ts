import { RecentMap } from '../collections/recent-map.js';
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

// An application has few names for its calls; what is longer is none.
const MAX_KNOWN_NAMES = 200;
const MAX_NAME = 100;
const knownNames = new RecentMap<boolean>(MAX_KNOWN_NAMES);

/** Where instructions stand, with the last that stood there: an application tells its model the same each time. */
const INSTRUCTIONS = [
  { target: 'system_instructions', last: '', isSide: false },
  { target: 'inputs', last: '', isSide: false },
];

/**
 * Whether a model call is one that applications make beside the answer (a title for the chat, a
 * moderation, an update of its memory). Only a preference among siblings: a trace that does nothing
 * else is still told by it. Asked only when two calls compete.
 */
export function isSideJob({ name, facts }: NamedCall): boolean {
  if (isSideName(name) || isSideName(facts.text('name')) || isSideName(facts.text('agent_name'))) return true;
  if (!facts.hasInput && !facts.hasModel) return false;
  const model = facts.text('config.model');
  if (model !== undefined && SIDE_MODELS.test(model)) return true;
  return INSTRUCTIONS.some((known) => {
    const value = facts.value(known.target);
    if (typeof value !== 'string') return false;
    const start = value.slice(0, MAX_INSTRUCTIONS);
    if (start !== known.last) {
      known.isSide = SIDE_INSTRUCTIONS.test(start);
      // Through a longer text: a slice keeps all that it was cut from in memory.
      known.last = ` ${start}`.slice(1);
    }
    return known.isSide;
  });
}

function isSideName(name: string | undefined): boolean {
  if (name === undefined) return false;
  let isSide = knownNames.get(name);
  if (isSide === undefined) {
    isSide = SIDE_NAMES.test(spaced(name));
    if (name.length <= MAX_NAME) knownNames.set(name, isSide);
  }
  return isSide;
}

/** `generateTitle` as `generate title`. */
function spaced(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
