import type { JsonObject } from '../session/session.js';

/**
 * A session as HoneyHive keeps and answers it: an event whose id is the session's id. Or one of the
 * events in it.
 * Times are Unix milliseconds, `duration` is milliseconds.
 *
 * documented: data plane API 1.9.0, `PostSessionStartResponse`.
 */
export interface StoredEvent {
  event_id: string;
  session_id: string;
  org_id: string;
  workspace_id: string;
  project_id: string;
  /** `null` for a session. */
  parent_id: string | null;
  event_type: 'session' | 'model' | 'tool' | 'chain';
  event_name: string;
  config: JsonObject;
  inputs: JsonObject;
  outputs: JsonObject;
  error: string | null;
  source: string;
  duration: number;
  user_properties: JsonObject;
  metrics: JsonObject;
  feedback: JsonObject;
  metadata: JsonObject;
  start_time: number;
  end_time: number;
  children_ids: string[];
}

/**
 * What `PUT /v1/events/{id}` can change. A field that is left out stays as it is.
 *
 * @internal
 */
export interface EventUpdate {
  metadata?: JsonObject;
  feedback?: JsonObject;
  metrics?: JsonObject;
  config?: JsonObject;
  user_properties?: JsonObject;
  outputs?: JsonObject;
  duration?: number;
  end_time?: number;
  children_ids?: string[];
}
