import type { Claim, Part } from '../../conventions/facts.js';
import type { Json, JsonObject } from '../session.js';
import { getOwn, isObject, type ParseJson, structured, toJson } from './json.js';
import { nest } from './nest.js';

/** Fields of a bucket, given one by one under dotted names or all at once as a JSON object. */
export function fieldsOf(parts: readonly Part[], parse: ParseJson): JsonObject {
  return nest(parts.flatMap((part) => entriesOf(part, parse)));
}

/**
 * A bucket that was given as one JSON object and in no other way, as HoneyHive's own attributes
 * usually are: nothing is to be merged, so it is taken as it is. `undefined`: there is more to do.
 */
export function wholeBucket(claims: readonly (readonly [string, Claim])[], parse: ParseJson): JsonObject | undefined {
  if (claims.length !== 1) return undefined;
  const [target, { parts }] = claims[0]!;
  const part = parts[0]!;
  // One field of a bucket may be given as an object too: `honeyhive_feedback` is `metadata.feedback`.
  if (target.includes('.') || parts.length !== 1 || part.form !== 'fields' || part.path !== '' || typeof part.value !== 'string') return undefined;
  const json = parse(part.value);
  if (!isObject(json)) return undefined;
  for (const name of Object.keys(json)) if (json[name] === null || name.includes('.')) return undefined;
  return json;
}

/** One part as dotted entries of its bucket. */
export function entriesOf({ path, value, form }: Part, parse: ParseJson): [string, Json][] {
  const json = structured(value, parse);
  if (json === undefined) return [];
  if (path !== '') return [[path, json]];
  if (!isObject(json)) return [['value', json]];
  const entries: [string, Json][] = [];
  for (const name of Object.keys(json)) {
    const entry = json[name]!;
    if (entry !== null && !(form === 'parameters' && NO_PARAMETERS.has(name))) entries.push([name, entry]);
  }
  return entries;
}

// Parts of a model request that are content, or say who asks, beside its parameters.
const NO_PARAMETERS: ReadonlySet<string> = new Set(['messages', 'input', 'prompt', 'contents', 'system', 'instructions', 'tools', 'functions', 'user', 'metadata']);

/** A flattened list (`0.message.role`), put together again. */
export function listOf(parts: readonly Part[]): Json[] {
  const entries: [string, Json][] = [];
  for (const { path, value } of parts) {
    const json = toJson(value);
    if (json !== undefined) entries.push([`list.${path}`, json]);
  }
  const list = getOwn(nest(entries), 'list');
  if (Array.isArray(list)) return list;
  // A list that an attribute limit has cut may start late or have holes.
  return isObject(list) ? Object.values(list) : [];
}
