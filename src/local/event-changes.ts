import { randomUUID } from 'node:crypto';
import type { Session } from '../session/session.js';
import type { EventUpdate, StoredEvent } from './stored-event.js';

/** The event that a session becomes when its id is not known yet. */
export function newEvent(session: Session, now: number): StoredEvent {
  const id = session.session_id ?? randomUUID();
  // documented: every field has a fallback on the server (data plane API 1.9.0), "now" for a
  // start that is no number. our guess: the same for an end that is missing.
  const start = session.start_time ?? now;
  const end = session.end_time ?? now;
  return {
    event_id: id,
    session_id: id,
    // our guess: with a real key these are UUIDs of the key's project.
    org_id: 'local',
    workspace_id: 'local',
    project_id: 'local',
    parent_id: null,
    event_type: 'session',
    // documented: event_name, else session_name, else "unknown"; source "unknown" (data plane API
    // 1.9.0). our guess: an empty string counts as missing.
    event_name: session.event_name || session.session_name || 'unknown',
    config: session.config ?? {},
    inputs: session.inputs ?? {},
    outputs: session.outputs ?? {},
    error: null,
    source: session.source || 'unknown',
    // documented: end minus start when absent (semantic conventions, session).
    duration: session.duration ?? Math.max(0, end - start),
    user_properties: session.user_properties ?? {},
    metrics: {},
    feedback: {},
    metadata: session.metadata ?? {},
    start_time: start,
    end_time: end,
    children_ids: session.children_ids ?? [],
  };
}

/**
 * The event after its session was started once more.
 *
 * documented: a repeated `session_id` merges metadata and user_properties into the existing
 * session (data plane API 1.9.0, createSession). our guess: merged means key by key at the top
 * level, on both routes, and everything else of the first one stays.
 */
export function mergeSession(event: StoredEvent, session: Session): StoredEvent {
  return {
    ...event,
    metadata: { ...event.metadata, ...session.metadata },
    user_properties: { ...event.user_properties, ...session.user_properties },
  };
}

/**
 * The event after an update.
 *
 * documented: metadata, feedback, metrics, config and user_properties are merged, the rest is
 * replaced, an empty `children_ids` is ignored (data plane API 1.9.0). our guess: merged means key
 * by key at the top level. The fields that HoneyHive recomputes on a session (`num_events`, `cost`,
 * `total_tokens`, ...) are not recomputed here.
 */
export function updateEvent(event: StoredEvent, update: EventUpdate): StoredEvent {
  return {
    ...event,
    metadata: { ...event.metadata, ...update.metadata },
    feedback: { ...event.feedback, ...update.feedback },
    metrics: { ...event.metrics, ...update.metrics },
    config: { ...event.config, ...update.config },
    user_properties: { ...event.user_properties, ...update.user_properties },
    outputs: update.outputs ?? event.outputs,
    duration: update.duration ?? event.duration,
    end_time: update.end_time ?? event.end_time,
    children_ids: update.children_ids?.length ? update.children_ids : event.children_ids,
  };
}
