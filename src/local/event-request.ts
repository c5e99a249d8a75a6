import { randomUUID } from 'node:crypto';
import type { Json } from '../session/session.js';
import { isObject, readFields, type FieldTable } from './fields.js';
import { Refusal } from './refusal.js';
import type { StoredEvent } from './stored-event.js';

// documented: data plane API 1.9.0, PostEventRequest.
const FIELDS = {
  event_type: 'text',
  event_id: 'text',
  session_id: 'text',
  parent_id: 'text',
  event_name: 'text',
  source: 'text',
  start_time: 'number',
  end_time: 'number',
  duration: 'number',
  config: 'object',
  inputs: 'object',
  outputs: 'object',
  error: 'text',
  metadata: 'object',
  metrics: 'object',
  feedback: 'object',
  user_properties: 'object',
  children_ids: 'ids',
  project_id: 'text',
} as const satisfies FieldTable;

const TYPES: readonly string[] = ['model', 'tool', 'chain', 'session'] satisfies StoredEvent['event_type'][];

/** Reads the body of `POST /events`. documented: the wrapper. @throws Refusal naming the field that is wrong. */
export function readWrappedEvent(body: Json, now: number): StoredEvent {
  const inner = isObject(body) ? body['event'] : undefined;
  if (inner === undefined) throw new Refusal(400, 'event is missing: this route takes {"event": {...}}');
  return readEvent(inner, 'event', now);
}

/** Reads the body of `POST /v1/events`. documented: additionalProperties false. @throws Refusal naming the field that is wrong. */
export function readBareEvent(body: Json, now: number): StoredEvent {
  const unknown = isObject(body) && Object.keys(body).find((key) => !Object.hasOwn(FIELDS, key));
  if (typeof unknown === 'string') throw new Refusal(400, `${unknown} is not a field of an event: this route takes the event without a wrapper`);
  return readEvent(body, '', now);
}

function readEvent(value: Json, where: string, now: number): StoredEvent {
  const fields = readFields(value, where, FIELDS);
  const { event_type, inputs } = fields;
  if (event_type === undefined || !TYPES.includes(event_type)) throw new Refusal(400, `event_type must be one of ${TYPES.join(', ')}`);
  if (inputs === undefined) throw new Refusal(400, 'inputs is missing');
  const event_id = fields.event_id?.toLowerCase() ?? randomUUID();
  const session_id = fields.session_id?.toLowerCase() ?? randomUUID();
  const start_time = fields.start_time ?? now;
  const end_time = fields.end_time ?? now;
  return {
    event_id,
    session_id,
    org_id: 'local',
    workspace_id: 'local',
    project_id: 'local',
    parent_id: fields.parent_id?.toLowerCase() ?? session_id,
    event_type: event_type as StoredEvent['event_type'],
    event_name: fields.event_name || 'unknown',
    config: fields.config ?? {},
    inputs,
    outputs: fields.outputs ?? {},
    error: fields.error ?? null,
    source: fields.source || 'unknown',
    duration: fields.duration ?? Math.max(0, end_time - start_time),
    user_properties: fields.user_properties ?? {},
    metrics: fields.metrics ?? {},
    feedback: fields.feedback ?? {},
    metadata: fields.metadata ?? {},
    start_time,
    end_time,
    children_ids: fields.children_ids ?? [],
  };
}
