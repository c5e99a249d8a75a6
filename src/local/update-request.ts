import type { Json } from '../session/session.js';
import { readFields, type FieldTable } from './fields.js';
import { Refusal } from './refusal.js';
import type { EventUpdate } from './stored-event.js';

// documented: data plane API 1.9.0, PUT /v1/events/{id}. There is no inputs, error, event_name,
// source or start_time among them; fields that are not named here are silently ignored, and so is
// an `outputs` of null. Strings and arrays as outputs are refused.
const UPDATE_FIELDS = {
  metadata: 'object',
  feedback: 'object',
  metrics: 'object',
  config: 'object',
  user_properties: 'object',
  outputs: 'object',
  duration: 'number',
  end_time: 'number',
  children_ids: 'ids',
} as const satisfies FieldTable;

/**
 * Reads the body of `PUT /v1/events/{id}`.
 *
 * our guess: a string `end_time` is refused here; only the routes that start a session are
 * documented to replace it.
 *
 * @throws Refusal naming the field that is wrong.
 */
export function readUpdate(body: Json): EventUpdate {
  return readFields(body, '', UPDATE_FIELDS);
}

/**
 * The id in the body of `PUT /events`.
 *
 * @throws Refusal when there is none.
 */
export function readEventId(body: Json): string {
  const { event_id: id } = readFields(body, '', { event_id: 'text' });
  if (id === undefined) throw new Refusal(400, 'event_id is missing: this route takes it in the body');
  return id;
}
