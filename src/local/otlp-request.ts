import type { Json, JsonObject, Session } from '../session/session.js';
import { isUuid, uuidOf } from '../session/uuid.js';
import { isObject } from './fields.js';
import { Refusal } from './refusal.js';
import type { StoredEvent } from './stored-event.js';

/** What a span of HoneyHive's OTLP route comes to: an event in a session, or a session that it starts. */
export type FromSpan = { readonly event: StoredEvent } | { readonly session: Session };

/** documented: which attribute names the session, the first that is there (semantic conventions). */
const SESSION_IDS = ['honeyhive.session_id', 'traceloop.association.properties.session_id', 'session.id'];

/**
 * Reads the body of `POST /opentelemetry/v1/traces`, OTLP as JSON.
 *
 * documented: a span belongs to the session that it names; with `honeyhive.session_auto_create` it
 * starts that session, with a name and times only; one that names none is taken and shown in no
 * session (HoneyHive's own set-up guide). our guess: what an event has of its span.
 *
 * @throws Refusal when the body is no OTLP.
 */
export function readSpans(body: Json): FromSpan[] {
  if (!isObject(body) || !Array.isArray(body['resourceSpans'])) throw new Refusal(400, 'resourceSpans must be an array: this server reads OTLP as JSON only');
  return objectsIn(body['resourceSpans'])
    .flatMap((resource) => objectsIn(resource['scopeSpans']))
    .flatMap((scope) => objectsIn(scope['spans']))
    .flatMap(fromSpan);
}

function fromSpan(span: JsonObject): FromSpan[] {
  const attributes = attributesOf(span['attributes']);
  const named = SESSION_IDS.map((key) => attributes[key]).find((value) => typeof value === 'string');
  if (named === undefined) return [];
  const session_id = isUuid(named) ? named.toLowerCase() : uuidOf(named);
  const name = textOf(span['name']);
  const [start_time, end_time] = [millisOf(span['startTimeUnixNano']), millisOf(span['endTimeUnixNano'])];
  const source = textOf(attributes['honeyhive.source']) || 'otlp';
  if (attributes['honeyhive.session_auto_create'] === true) {
    return [{ session: { session_id, event_name: textOf(attributes['honeyhive.session_name']) || 'Session', source, start_time, end_time } }];
  }
  const traceId = textOf(span['traceId']);
  const parent = textOf(span['parentSpanId']);
  const event: StoredEvent = {
    event_id: uuidOf(`${traceId}-${textOf(span['spanId'])}`),
    session_id,
    org_id: 'local',
    workspace_id: 'local',
    project_id: 'local',
    parent_id: parent === '' ? session_id : uuidOf(`${traceId}-${parent}`),
    event_type: 'chain',
    event_name: name,
    config: {},
    inputs: {},
    outputs: {},
    error: null,
    source,
    duration: end_time - start_time,
    user_properties: {},
    metrics: {},
    feedback: {},
    metadata: { ...attributes, trace_id: traceId, span_id: textOf(span['spanId']) },
    start_time,
    end_time,
    children_ids: [],
  };
  return [{ event }];
}

function objectsIn(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter((entry) => isObject(entry)) : [];
}

/** OTLP's attributes, as far as they are scalars. */
function attributesOf(list: Json | undefined): JsonObject {
  const attributes: JsonObject = {};
  for (const { key, value } of objectsIn(list)) {
    if (typeof key !== 'string' || key === '__proto__' || !isObject(value)) continue;
    const scalar = value['stringValue'] ?? value['boolValue'] ?? value['doubleValue'] ?? value['intValue'];
    if (scalar !== undefined) attributes[key] = scalar;
  }
  return attributes;
}

function millisOf(nanos: Json | undefined): number {
  const millis = Number(nanos) / 1e6;
  return Number.isFinite(millis) ? millis : 0;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
