import type { Claim, Statement } from '../../conventions/claim.js';
import { JsonText } from '../json-text.js';
import type { Json, JsonObject } from '../session.js';
import { getOwn, isEmpty, isObject, isShallowText, isWellFormed, type ParseJson, structured, structuredEntries, toJson } from './json.js';
import { nest } from './nest.js';
import { isObjectText, NEEDLESS_ESCAPE } from './object-text.js';

/** Fields of a bucket, given one by one under dotted names or all at once as a JSON object. */
export function fieldsOf(claim: Claim, parse: ParseJson): JsonObject {
  const entries: [string, Json][] = [];
  for (const statement of claim) addEntries(entries, statement, statement.plan.path, parse);
  return nest(entries);
}

/**
 * A bucket that was given as one JSON object and in no other way, as HoneyHive's own attributes
 * usually are: nothing is to be merged, so it is sent as it is. `undefined`: there is more to do.
 */
export function wholeBucket(claims: readonly Claim[], parse: ParseJson): JsonText | undefined {
  if (claims.length !== 1) return undefined;
  const claim = claims[0]!;
  // One field of a bucket may be given as an object too.
  const whole = claim[0]!.plan.target.includes('.') ? undefined : wholeObject(claim, parse);
  return whole === undefined || whole.isPlain || hasPlainFields(whole.object) ? whole : undefined;
}

/** Names with a dot are nested by it, and fields that are null left out. */
function hasPlainFields(object: JsonObject): boolean {
  for (const name in object) if (object[name] === null || name.includes('.')) return false;
  return true;
}

/** A claim that is one JSON object with something in it. */
export function wholeObject(claim: Claim, parse: ParseJson): JsonText | undefined {
  const { plan, value } = claim[0]!;
  if (claim.length !== 1 || plan.form !== 'fields' || plan.path !== '' || typeof value !== 'string') return undefined;
  if (isObjectText(value)) return new JsonText(value);
  if (!isWellFormed(value)) return undefined;
  const object = parse(value);
  if (!isObject(object) || isEmpty(object) || !isShallowText(value, object)) return undefined;
  return new JsonText(NEEDLESS_ESCAPE.test(value) ? JSON.stringify(object) : value, object);
}

/** Adds one statement as dotted entries of its bucket; `path` is the field that it is about, empty for all of it. */
export function addEntries(entries: [string, Json][], { plan, value }: Statement, path: string, parse: ParseJson): void {
  const json = plan.form === 'json_entries' ? structuredEntries(value, parse) : structured(value, parse);
  if (json === undefined) return;
  if (path !== '') entries.push([path, json]);
  else if (!isObject(json)) entries.push(['value', json]);
  else {
    for (const name of Object.keys(json)) {
      const entry = json[name]!;
      if (entry !== null && !(plan.form === 'parameters' && NO_PARAMETERS.has(name))) entries.push([name, entry]);
    }
  }
}

// Parts of a model request that are content, or say who asks, beside its parameters.
const NO_PARAMETERS: ReadonlySet<string> = new Set(['messages', 'input', 'prompt', 'contents', 'system', 'instructions', 'tools', 'functions', 'user', 'metadata']);

/** A flattened list (`0.message.role`), put together again. */
export function listOf(claim: Claim): Json[] {
  const entries: [string, Json][] = [];
  for (const { plan, value } of claim) {
    const json = toJson(value);
    if (json !== undefined) entries.push([`list.${plan.path}`, json]);
  }
  const list = getOwn(nest(entries), 'list');
  if (Array.isArray(list)) return list;
  // A list that an attribute limit has cut may start late or have holes.
  return isObject(list) ? Object.values(list) : [];
}
