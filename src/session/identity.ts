import { isUuid, uuidOf } from './uuid.js';

/** What a session's id is made of. */
export interface SessionKey {
  /** An explicit `honeyhive.session_id`. */
  explicit?: string | undefined;
  /** An id that several traces share, when a session is a conversation. */
  conversation?: string | undefined;
  traceId: string;
  spanId: string;
  /** The root has a parent in another process. */
  hasParent: boolean;
}

/**
 * The session's id. The same key always gives the same id, so that a request can be repeated:
 *
 * - an explicit id that is a UUID: itself, in lower case
 * - any other explicit id: UUIDv5 of it in the URL namespace, as HoneyHive's own code does
 * - a conversation: the same, of the conversation's id
 * - the root of a trace: UUIDv5 of the trace id in lower-case hex
 * - a root below another process: UUIDv5 of trace id, `-`, span id
 */
export function sessionIdOf({ explicit, conversation, traceId, spanId, hasParent }: SessionKey): string {
  const given = explicit ?? conversation;
  if (given !== undefined) return isUuid(given) ? given.toLowerCase() : uuidOf(given);
  const trace = traceId.toLowerCase();
  return uuidOf(hasParent ? `${trace}-${spanId.toLowerCase()}` : trace);
}
