/** A JSON value: what a session may hold. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/**
 * One HoneyHive session: the body of `POST /v1/sessions`, and what `POST /session/start` wraps as
 * `{"session": ...}`. A field without anything to say is left out.
 *
 * Source: HoneyHive data plane API 1.9.0, `StartSessionRequest`: all fields optional, times in
 * Unix milliseconds as numbers (a string is silently replaced by the server's "now"), `duration`
 * in milliseconds, `session_id` a UUID (anything else is silently replaced).
 */
export interface Session {
  session_id?: string;
  session_name?: string;
  /** Same value as `session_name`. */
  event_name?: string;
  source?: string;
  /** Integer Unix milliseconds. */
  start_time?: number;
  /** Integer Unix milliseconds. */
  end_time?: number;
  /** Milliseconds, with their fraction. */
  duration?: number;
  config?: JsonObject;
  inputs?: JsonObject;
  outputs?: JsonObject;
  metadata?: JsonObject;
  user_properties?: JsonObject;
  /** Ids of events that were sent for this session. */
  children_ids?: string[];
  /** Only for old self-hosted servers, and only when it was configured. */
  project?: string;
  /** Scores. Like `feedback` no field of a start: an update after it sets them. */
  metrics?: JsonObject;
  feedback?: JsonObject;
}
