import { buildSession, type SessionDraft, type SessionSettings } from './build-session.js';
import { parseShallowJson } from './content/json.js';
import { JsonText, quoted } from './json-text.js';
import type { MetadataDraft } from './metadata.js';
import type { SessionFacts } from './session-facts.js';
import type { JsonObject } from './session.js';

/** A session as JSON text, and the objects that it was printed from. */
export interface PrintedSession {
  text: string;
  values: () => JsonObject[];
}

/**
 * Prints a session. JSON.parse takes any depth, JSON.stringify and what walks through a session do
 * not: where they run out of stack, what is nested too deep stays text.
 */
export function serializeSession<T>(facts: SessionFacts, settings: SessionSettings, finish: (printed: PrintedSession) => T): T {
  try {
    return finish(printed(buildSession(facts, settings)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return finish(printed(buildSession(facts, settings, parseShallowJson)));
  }
}

function printed(draft: SessionDraft): PrintedSession {
  return { text: print(draft), values: () => valuesOf(draft) };
}

function valuesOf({ metadata, scores, buckets }: SessionDraft): JsonObject[] {
  return [metadata.fields, ...metadata.spliced, ...[...scores, ...buckets].map(([, bucket]) => (bucket instanceof JsonText ? bucket.object : bucket))];
}

/** Prints a session; what is JSON text already is put in as it is. */
function print({ fields, scores, buckets, metadata }: SessionDraft): string {
  const name = quoted(fields.session_name);
  // Ids and numbers need no escapes. Printed by JSON.stringify, this would cost twice as much.
  let text = '{';
  for (const [bucketName, bucket] of scores) text += `"${bucketName}":${printBucket(bucket)},`;
  text +=
    `"session_id":"${fields.session_id}","session_name":${name},"event_name":${name},"source":${quoted(fields.source)},` +
    `"start_time":${fields.start_time},"end_time":${fields.end_time},"duration":${fields.duration}`;
  if (fields.project !== undefined) text += `,"project":${quoted(fields.project)}`;
  for (const [bucketName, bucket] of buckets) text += `,"${bucketName}":${printBucket(bucket)}`;
  return `${text},"metadata":${printMetadata(metadata)}}`;
}

function printBucket(bucket: JsonObject | JsonText): string {
  return bucket instanceof JsonText ? bucket.text : JSON.stringify(bucket);
}

function printMetadata({ fields, texts }: MetadataDraft): string {
  const printed = JSON.stringify(fields);
  let text = printed.slice(0, -1);
  let separator = printed.length > 2 ? ',' : '';
  for (const more of texts) {
    text += separator + more;
    separator = ',';
  }
  return `${text}}`;
}
