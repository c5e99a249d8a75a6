import { buildSession, type SessionDraft, type SessionSettings } from './build-session.js';
import { isEmpty, parseShallowJson } from './content/json.js';
import { ChatText, JsonText, quoted } from './json-text.js';
import { FieldsText } from './printed-fields.js';
import { hasSecretKey, hasSecretKeyIn } from './redaction/redact.js';
import type { SessionFacts } from './session-facts.js';
import type { JsonObject } from './session.js';

/** A session as JSON text, and what can be told of it without parsing it again. */
export interface PrintedSession {
  text: string;
  /** The text up to what is the same for all sessions and known to hold no credential. */
  own: () => string;
  /** Some field that is not ours has the name of a credential. */
  hasSecretKey: () => boolean;
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
  const text = print(draft);
  return { text, own: () => ownText(text, draft), hasSecretKey: () => hasSecretKeyAmong(draft) };
}

function ownText(text: string, { metadata: { resource } }: SessionDraft): string {
  return resource === undefined || resource.mayHoldSecrets ? text : text.slice(0, -(resource.text.length + CLOSING.length));
}

// Of metadata and of the session.
const CLOSING = '}}';

function hasSecretKeyAmong({ metadata: { fields, spliced, resource }, scores, buckets }: SessionDraft): boolean {
  return (
    buckets.some(({ content }) => hasSecretKeyInContent(content)) ||
    scores.some(({ content }) => hasSecretKeyInContent(content)) ||
    hasSecretKey(fields) ||
    spliced.some(hasSecretKeyInContent) ||
    (resource?.mayHoldSecrets === true && hasSecretKey(resource.fields))
  );
}

function hasSecretKeyInContent(content: JsonObject | JsonText): boolean {
  if (content instanceof FieldsText) return content.hasSecretKey;
  if (content instanceof ChatText) return hasSecretKeyIn(content.toolArguments);
  return hasSecretKey(content instanceof JsonText ? content.object : content);
}

/** Prints a session; what is JSON text already is put in as it is, all else goes through JSON.stringify at once. */
function print({ fields, scores, buckets, metadata }: SessionDraft): string {
  const name = quoted(fields.session_name);
  let text = '{';
  // First, for whoever must take them out again.
  for (const { name: bucket, content } of scores) text += `"${bucket}":${content instanceof JsonText ? content.text : JSON.stringify(content)},`;
  // Ids and numbers need no escapes. Printed by JSON.stringify, this would cost twice as much.
  text +=
    `"session_id":"${fields.session_id}","session_name":${name},"event_name":${name},"source":${quoted(fields.source)},` +
    `"start_time":${fields.start_time},"end_time":${fields.end_time},"duration":${fields.duration},`;
  if (fields.project !== undefined) text += `"project":${quoted(fields.project)},`;
  const objects: JsonObject = {};
  for (const { name: bucket, content } of buckets) {
    if (content instanceof JsonText) text += `"${bucket}":${content.text},`;
    else objects[bucket] = content;
  }
  // Metadata comes last, so that its text can be added: `..."metadata":{...` + `}}`.
  if (!isEmpty(metadata.fields)) {
    objects['metadata'] = metadata.fields;
    text += `${JSON.stringify(objects).slice(1, -2)},`;
  } else {
    if (!isEmpty(objects)) text += `${JSON.stringify(objects).slice(1, -1)},`;
    text += '"metadata":{';
  }
  text += metadata.text;
  if (metadata.resource !== undefined) text += `,${metadata.resource.text}`;
  return text + CLOSING;
}
