import type { Json, JsonObject } from '../session/session.js';
import { isObject, isOfKind, type FieldTable } from './fields.js';
import type { StoredEvent } from './stored-event.js';

const EVENT_FIELDS = {
  event_id: 'text',
  session_id: 'text',
  org_id: 'text',
  workspace_id: 'text',
  project_id: 'text',
  event_type: 'text',
  event_name: 'text',
  config: 'object',
  inputs: 'object',
  outputs: 'object',
  source: 'text',
  duration: 'number',
  user_properties: 'object',
  metrics: 'object',
  feedback: 'object',
  metadata: 'object',
  start_time: 'number',
  end_time: 'number',
  children_ids: 'ids',
} as const satisfies FieldTable & Partial<Record<keyof StoredEvent, string>>;

/**
 * The line of the journal for one accepted request, its line feed included: the whole event as it
 * stands after the request. So the last line of an id says everything about it, and a line that
 * was lost (a full disk) is made good by the next one.
 */
export function writeLine(event: StoredEvent): string {
  return `${JSON.stringify(event)}\n`;
}

/**
 * Reads one line of the journal. The file lies open to editors and torn writes, so nothing in it
 * is believed.
 *
 * @throws Error when the line is not an event.
 */
export function readLine(line: string): StoredEvent {
  const value = JSON.parse(line) as Json;
  if (!isStoredEvent(value)) throw new Error('not a line of this journal');
  return value;
}

function isStoredEvent(value: Json): value is JsonObject & StoredEvent {
  return isObject(value) && Object.entries(EVENT_FIELDS).every(([name, kind]) => isOfKind(value[name], kind));
}
