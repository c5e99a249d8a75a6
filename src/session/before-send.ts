import { isObject } from './content/json.js';
import type { Json, JsonObject, Session } from './session.js';
import { isUuid } from './uuid.js';

/** The last word on a session: what it returns is sent, `null` drops the session. */
export type BeforeSend = (session: Session) => Session | null;

/** What `beforeSend` made of a session. */
export type LastWord = { kind: 'send'; session: JsonObject } | { kind: 'declined' } | { kind: 'failed'; why: string };

const TEXTS = ['session_name', 'event_name', 'source', 'project'] as const;
const NUMBERS = ['start_time', 'end_time', 'duration'] as const;
const OBJECTS = ['config', 'inputs', 'outputs', 'metadata', 'user_properties', 'metrics', 'feedback'] as const;

/** Asks `beforeSend`. A session that it fails on is not sent at all: what it would have taken out is still there. */
export function askBeforeSend(beforeSend: BeforeSend, session: Session): LastWord {
  const { session_name: name, event_name: eventName } = session;
  try {
    const answer: unknown = beforeSend(session);
    if (answer === null) return { kind: 'declined' };
    const json: unknown = isObject(answer as Json) ? JSON.parse(JSON.stringify(answer)) : answer;
    const flaw = flawOf(json);
    if (flaw !== undefined) return { kind: 'failed', why: flaw };
    const changed = json as JsonObject;
    // One name under two keys: whoever changes the first means both.
    if (changed['session_name'] !== name && changed['event_name'] === eventName) changed['event_name'] = changed['session_name']!;
    return { kind: 'send', session: changed };
  } catch (error) {
    return { kind: 'failed', why: `it threw ${error instanceof Error ? error.name : 'something that is no error'}` };
  }
}

/** Why HoneyHive would not understand a session; names fields and types, never values. */
function flawOf(answer: unknown): string | undefined {
  if (!isObject(answer as Json)) {
    const type = answer instanceof Promise ? 'a promise' : answer === undefined ? 'undefined' : Array.isArray(answer) ? 'an array' : typeof answer;
    return `it returned ${type}, not the session or null`;
  }
  const session = answer as JsonObject;
  if (typeof session['session_id'] !== 'string' || !isUuid(session['session_id'])) return 'session_id is no UUID';
  for (const name of TEXTS) if (session[name] !== undefined && typeof session[name] !== 'string') return `${name} is no text`;
  for (const name of NUMBERS) if (typeof session[name] !== 'number') return `${name} is no number`;
  for (const name of OBJECTS) if (session[name] !== undefined && !isObject(session[name])) return `${name} is no object`;
  return undefined;
}
