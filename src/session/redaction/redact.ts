import type { Json, JsonObject } from '../session.js';
import { isObject, setOwn } from '../content/json.js';
import { isSecretKey, mayEndSecretKey } from './secret-keys.js';
import { ESCAPED_LETTER, mayLookSecret, REDACTED, withoutSecrets } from './secret-values.js';

/**
 * How credentials are kept from being sent:
 *
 * - `credentials`: by the names of fields and by the look of values
 * - `off`
 * - a function of each text and the path to it (names and indices), which answers what is sent
 *   instead; if it throws or answers no text, the text is replaced whole
 */
export type Redaction = 'credentials' | 'off' | ((path: readonly string[], value: string) => string);

/** What is left of a value, and how many parts were replaced. */
interface Redacted {
  json: Json;
  count: number;
}

// What identifies a session is never touched.
const IDS: ReadonlySet<string> = new Set(['session_id', 'metadata.trace_id', 'metadata.span_id']);

/**
 * Whether a value has, at any depth, a field that holds a credential by its name.
 *
 * @internal
 */
export function hasSecretKey(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((entry) => typeof entry === 'object' && hasSecretKey(entry));
  return Object.keys(value).some(isSecretKey) || Object.values(value).some((entry) => typeof entry === 'object' && hasSecretKey(entry));
}

/**
 * Whether a JSON text without needless escapes may hold a credential that is told by its look, or stands
 * in JSON in a text, to any depth. Nearly all sessions are done with after this look.
 *
 * @internal
 */
export function mayHoldSecrets(text: string): boolean {
  return mayLookSecret(text) || hasSecretInEscapes(text);
}

/**
 * JSON in a text keeps its quotes escaped, so that names end with `\":`, and may have letters escaped that need not be: `\\u0061`.
 * Both are told by what stands behind the two characters of an escape.
 */
function hasSecretInEscapes(text: string): boolean {
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 2)) {
    const next = text[at + 2];
    if (next === ':' && text[at + 1] === '"' && isSecretNameBefore(text, at)) return true;
    if (next === 'u' && text[at + 3] === '0' && text[at + 5]! < '8' && ESCAPED_LETTER.test(text.slice(at + 1, at + 7))) return true;
    // A name that ends with a backslash.
    if (next === '"' && text.startsWith('\\":', at + 1) && isSecretNameBefore(text, at + 1)) return true;
  }
  return false;
}

/**
 * Whether JSON, in which names need no escapes and have a colon right behind them, has a field that holds a credential by its name.
 *
 * @internal
 */
export function hasSecretKeyIn(json: string): boolean {
  for (let end = json.indexOf('":'); end >= 0; end = json.indexOf('":', end + 2)) if (isSecretNameBefore(json, end)) return true;
  return false;
}

function isSecretNameBefore(text: string, end: number): boolean {
  return mayEndSecretKey(text, end) && isSecretKey(text.slice(text.lastIndexOf('"', end - 1) + 1, end));
}

/**
 * A session without credentials; `metadata.redacted` says how many values were replaced. The session given is changed.
 *
 * @internal
 */
export function redactSession(session: JsonObject, redaction: Exclude<Redaction, 'off'>): JsonObject {
  const { json, count } = redactValue(session, [], redaction === 'credentials' ? withoutCredentials : byFunction(redaction));
  const redacted = json as JsonObject;
  if (count > 0 && isObject(redacted['metadata'])) redacted['metadata']['redacted'] = count;
  return redacted;
}

type RedactText = (path: readonly string[], text: string) => Redacted;

function redactValue(value: Json, path: readonly string[], redact: RedactText): Redacted {
  if (typeof value === 'string') return IDS.has(path.join('.')) ? { json: value, count: 0 } : redact(path, value);
  if (typeof value !== 'object' || value === null) return { json: value, count: 0 };
  let count = 0;
  for (const [name, entry] of Object.entries(value)) {
    const isSecret = redact === withoutCredentials && !Array.isArray(value) && isSecretKey(name);
    const redacted = isSecret ? withoutLeaves(entry) : redactValue(entry, [...path, name], redact);
    if (redacted.count === 0) continue;
    count += redacted.count;
    if (Array.isArray(value)) value[Number(name)] = redacted.json;
    else setOwn(value, name, redacted.json);
  }
  return { json: value, count };
}

/** What stands under the name of a credential: no part of it stays. */
function withoutLeaves(value: Json): Redacted {
  if (typeof value === 'boolean' || value === null || value === '' || value === REDACTED) return { json: value, count: 0 };
  if (typeof value !== 'object') return { json: REDACTED, count: 1 };
  let count = 0;
  for (const [name, entry] of Object.entries(value)) {
    const redacted = withoutLeaves(entry);
    count += redacted.count;
    if (Array.isArray(value)) value[Number(name)] = redacted.json;
    else setOwn(value, name, redacted.json);
  }
  return { json: value, count };
}

/** A text that holds JSON is looked into; what it says otherwise stays letter by letter. */
const withoutCredentials: RedactText = (path, text) => {
  const inner = /^\s*[[{]/.test(text) ? parsed(text) : undefined;
  if (inner !== undefined) {
    const { json, count } = redactValue(inner, path, withoutCredentials);
    return count === 0 ? { json: text, count } : { json: JSON.stringify(json), count };
  }
  const { text: clean, found } = withoutSecrets(text);
  return { json: clean, count: found };
};

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function byFunction(redact: (path: readonly string[], value: string) => string): RedactText {
  return (path, text) => {
    let json: unknown;
    try {
      json = redact(path, text);
    } catch {
      json = undefined;
    }
    if (typeof json !== 'string') return { json: REDACTED, count: 1 };
    return { json, count: json === text ? 0 : 1 };
  };
}
