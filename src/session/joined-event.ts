import type { JsonObject, Session } from './session.js';
import { uuidOf } from './uuid.js';

/**
 * What a request says that belongs to its caller's session: not a session, but an event in that one.
 * Always the same id for the same span, so that a request can be repeated.
 *
 * Source: HoneyHive data plane API 1.9.0, `PostEventRequest`: `event_type` and `inputs` are required,
 * `parent_id` is the session's id where it is the topmost.
 *
 * @param text the request's session, as JSON.
 * @returns the event, as `POST /events` takes it.
 */
export function joinedEvent(text: string, { traceId, spanId }: { traceId: string; spanId: string }): string {
  const { session_name: _, inputs = {}, ...fields } = JSON.parse(text) as Session & JsonObject;
  const error = fields.metadata?.['error'];
  return JSON.stringify({
    event: {
      event_id: uuidOf(`${traceId.toLowerCase()}-${spanId.toLowerCase()}`),
      event_type: 'chain',
      parent_id: fields.session_id,
      ...fields,
      inputs,
      ...(typeof error === 'string' && { error }),
    },
  });
}
