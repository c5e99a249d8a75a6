import type { Json, JsonObject } from '../session.js';

/** Parses a text as JSON; `undefined` when it is none, and then it is meant as text. */
export type ParseJson = (text: string) => Json | undefined;

// Values below this depth are left out of what SDK 3 lets an application nest.
const MAX_ATTRIBUTE_DEPTH = 64;

/** A text that may be a JSON object, array or string, parsed; anything else is `undefined`. */
export const parseJson: ParseJson = (text) => {
  if (!mayBeJson(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined; // cut by an attribute limit, or never meant as JSON
  }
};

/** Nearly every text says so by its first character. */
export function mayBeJson(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === OPENING_BRACE || first === OPENING_BRACKET || first === QUOTE || (first <= SPACE && /^\s*[[{"]/.test(text));
}

const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
const QUOTE = 0x22;
const SPACE = 0x20;

// Far below the few thousand levels at which JSON.stringify runs out of stack.
const MAX_JSON_DEPTH = 200;

/** As `parseJson`, but JSON nested too deep to be printed again stays text. */
export const parseShallowJson: ParseJson = (text) => {
  const value = parseJson(text);
  return value !== undefined && isShallow(value) ? value : undefined;
};

// Node 20 has it; the language level that we compile for does not name it yet.
export const isWellFormed = (text: string): boolean => (text as unknown as { isWellFormed(): boolean }).isWellFormed();

/** Whether what a text holds is nested no deeper than is sent as structure. Most texts have fewer brackets than that: they are found many times faster than an object is walked through. */
export function isShallowText(text: string, value: Json): boolean {
  return opensSeldom(text) || isShallow(value);
}

function opensSeldom(text: string): boolean {
  let left = MAX_JSON_DEPTH;
  for (let at = text.indexOf('{'); at >= 0 && left >= 0; at = text.indexOf('{', at + 1)) left -= 1;
  for (let at = text.indexOf('['); at >= 0 && left >= 0; at = text.indexOf('[', at + 1)) left -= 1;
  return left >= 0;
}

/** Whether a JSON value is nested no deeper than is sent as structure. */
export function isShallow(value: Json, depth: number = 0): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= MAX_JSON_DEPTH) return false;
  if (Array.isArray(value)) {
    for (const entry of value) if (typeof entry === 'object' && !isShallow(entry, depth + 1)) return false;
    return true;
  }
  for (const key in value) {
    const entry = value[key]!;
    if (typeof entry === 'object' && !isShallow(entry, depth + 1)) return false;
  }
  return true;
}

/**
 * An attribute value as JSON, never the value itself where that could change later. NaN and the
 * infinities become text, bytes base64, as OpenTelemetry's specification says for formats other
 * than OTLP (`specification/common/README.md`). `undefined` for what cannot be said.
 */
export function toJson(value: unknown, depth = 0): Json | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return null;
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
      if (depth >= MAX_ATTRIBUTE_DEPTH) return undefined;
      return Array.isArray(value) ? value.map((entry) => toJson(entry, depth + 1) ?? null) : objectToJson(value, depth);
    default:
      return undefined;
  }
}

function objectToJson(value: object, depth: number): JsonObject {
  const object: JsonObject = {};
  for (const [key, entry] of Object.entries(value)) {
    const json = toJson(entry, depth + 1);
    if (json !== undefined) setOwn(object, key, json);
  }
  return object;
}

/** An attribute value as JSON; a text that holds JSON is parsed. */
export function structured(value: unknown, parse: ParseJson): Json | undefined {
  return (typeof value === 'string' ? parse(value) : undefined) ?? toJson(value);
}

/** As `structured`; in an array of texts each is looked at by itself, too. */
export function structuredEntries(value: unknown, parse: ParseJson): Json | undefined {
  const json = structured(value, parse);
  return Array.isArray(json) ? json.map((entry) => (typeof entry === 'string' ? (parse(entry) ?? entry) : entry)) : json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without making a list of its names. */
export function isEmpty(object: JsonObject): boolean {
  for (const _ in object) return false;
  return true;
}

/** Sets an own property: an assignment to `__proto__` would change the prototype instead. */
export function setOwn(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** An own property: `constructor` and the like are no fields of an object that lacks them. */
export function getOwn(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** JSON as one text: a string as it is, anything else printed. */
export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
