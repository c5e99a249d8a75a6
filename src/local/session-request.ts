import type { Json, Session } from '../session/session.js';
import { isObject, readFields, type FieldTable } from './fields.js';
import { Refusal } from './refusal.js';

// documented: data plane API 1.9.0, StartSessionRequest; none of them is required.
const SESSION_FIELDS = {
  session_id: 'text',
  session_name: 'text',
  event_name: 'text',
  source: 'text',
  start_time: 'time',
  end_time: 'time',
  duration: 'number',
  config: 'object',
  inputs: 'object',
  outputs: 'object',
  metadata: 'object',
  user_properties: 'object',
  children_ids: 'ids',
} as const satisfies FieldTable;

// our guess: any version digit is taken, as HoneyHive's clients check the shape alone.
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * Reads the body of `POST /session/start`.
 *
 * documented: the wrapper is required, and unknown keys of the inner object are tolerated (data
 * plane API 1.9.0, `LegacyStartSessionRequestSession`). our guess: what they hold is dropped,
 * also the `error`, `metrics` and `feedback` of old versions.
 *
 * @throws Refusal naming the field that is wrong.
 */
export function readWrappedSession(body: Json, now: number): Session {
  const inner = isObject(body) ? body['session'] : undefined;
  if (inner === undefined) {
    throw new Refusal(400, 'session is missing: this route takes {"session": {...}}');
  }
  return readSession(inner, 'session', now);
}

/**
 * Reads the body of `POST /v1/sessions`.
 *
 * our guess: an unknown key is refused. The schema `StartSessionRequest` says
 * additionalProperties false; whether the server insists is not established.
 *
 * @throws Refusal naming the field that is wrong.
 */
export function readBareSession(body: Json, now: number): Session {
  const unknown = isObject(body) && Object.keys(body).find((key) => !Object.hasOwn(SESSION_FIELDS, key));
  if (typeof unknown === 'string') {
    throw new Refusal(400, `${unknown} is not a field of a session: this route takes the session without a wrapper`);
  }
  return readSession(body, '', now);
}

function readSession(value: Json, where: string, now: number): Session {
  const { session_id, start_time, end_time, ...fields } = readFields(value, where, SESSION_FIELDS);
  const session: Session = fields;
  // our guess: an id keeps its meaning in any case and is stored in lower case.
  const id = session_id?.toLowerCase();
  // documented: an id that is not a UUID is silently replaced (data plane API 1.9.0).
  if (id !== undefined && UUID.test(id)) session.session_id = id;
  if (start_time !== undefined) session.start_time = asTime(start_time, now);
  if (end_time !== undefined) session.end_time = asTime(end_time, now);
  return session;
}

// documented: times are numbers only, a string silently becomes "now" (data plane API 1.9.0).
function asTime(value: number | string, now: number): number {
  return typeof value === 'string' ? now : value;
}
