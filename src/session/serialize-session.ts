import { type Bucket, BUCKETS, buildSession, SCORES, type SessionDraft, type SessionSettings } from './build-session.js';
import { isEmpty, type ParseJson, parseShallowJson } from './content/json.js';
import { ChatText, escaped, JsonText } from './json-text.js';
import { FieldsText } from './printed-fields.js';
import { hasSecretKey, hasSecretKeyIn } from './redaction/redact.js';
import type { SessionFacts } from './session-facts.js';

/**
 * Prints a session. JSON.parse takes any depth, JSON.stringify and what walks through a session do
 * not: where they run out of stack, what is nested too deep stays text.
 */
export function serializeSession<T>(facts: SessionFacts, settings: SessionSettings, finish: (text: string, draft: SessionDraft) => T, parse?: ParseJson): T {
  try {
    const draft = buildSession(facts, settings, parse);
    return finish(print(draft), draft);
  } catch (error) {
    if (!(error instanceof RangeError) || parse !== undefined) throw error;
    return serializeSession(facts, settings, finish, parseShallowJson);
  }
}

/** A session's text up to what is the same for all sessions and known to hold no credential. */
export function ownText(text: string, { metadata: { resource } }: SessionDraft): string {
  return resource === undefined || resource.mayHoldSecrets ? text : text.slice(0, -resource.ending.length);
}

/** Some field that is not ours has the name of a credential. */
export function hasSecretName({ scores, buckets, metadata }: SessionDraft): boolean {
  const { fields, given, left, resource } = metadata;
  return (
    buckets.some(hasSecretKeyInContent) ||
    scores.some(hasSecretKeyInContent) ||
    hasSecretKey(fields) ||
    hasSecretKeyInContent(given) ||
    hasSecretKeyInContent(left) ||
    (resource?.mayHoldSecrets === true && hasSecretKey(resource.fields))
  );
}

function hasSecretKeyInContent(content: Bucket): boolean {
  if (content === undefined) return false;
  if (content instanceof FieldsText) return content.hasSecretKey;
  if (content instanceof ChatText) return hasSecretKeyIn(content.toolArguments);
  return hasSecretKey(content instanceof JsonText ? content.object : content);
}

/** Prints a session; what is JSON text already is put in as it is, all else goes through JSON.stringify. */
function print({ root, session_id: id, session_name, source, project, scores, buckets, metadata }: SessionDraft): string {
  const name = escaped(session_name);
  // First, for whoever must take them out again.
  const first = texts(SCORES, scores);
  let text = first === '' ? '{' : `{${first.slice(1)},`;
  // Ids and numbers need no escapes. Printed by JSON.stringify, this would cost twice as much.
  text +=
    `"session_id":"${id}","session_name":"${name}","event_name":"${name}","source":"${escaped(source)}",` +
    `"start_time":${root.startTime},"end_time":${root.endTime},"duration":${root.duration}`;
  if (project !== undefined) text += `,"project":"${escaped(project)}"`;
  text += texts(BUCKETS, buckets) + objects(BUCKETS, buckets);
  // Metadata comes last, so that its text can be added: `..."metadata":{...` + `}}`.
  text += isEmpty(metadata.fields) ? ',"metadata":{' : `,"metadata":${JSON.stringify(metadata.fields).slice(0, -1)},`;
  return text + metadata.text + (metadata.resource?.ending ?? '}}');
}

/** Fields that are text already. */
function texts(names: readonly string[], contents: readonly Bucket[]): string {
  let text = '';
  for (let at = 0; at < names.length; at += 1) {
    const content = contents[at];
    if (content instanceof JsonText) text += names[at]! + content.text;
  }
  return text;
}

/** All other fields. */
function objects(names: readonly string[], contents: readonly Bucket[]): string {
  let text = '';
  for (let at = 0; at < names.length; at += 1) {
    const content = contents[at];
    if (content !== undefined && !(content instanceof JsonText)) text += names[at]! + JSON.stringify(content);
  }
  return text;
}
