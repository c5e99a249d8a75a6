import type { Json, JsonObject } from '../session.js';
import { getOwn, isObject, setOwn } from './json.js';

// Longer paths keep their rest as one name: a key of ten thousand dots is no structure.
const MAX_SEGMENTS = 16;

/**
 * Objects out of dotted names, as HoneyHive's own ingestion nests them: `a.b` becomes
 * `{"a": {"b": ...}}`, and `a.0`, `a.1` the array `a`. The result does not depend on the order of
 * the entries. A name that is both a value and the start of longer names keeps the value; the
 * longer names then stay dotted.
 */
export function nest(entries: readonly (readonly [string, Json])[]): JsonObject {
  const root: JsonObject = {};
  const made = new Set<JsonObject>([root]);
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [path, value] of sorted) place(root, path, value, made);
  return made.size === 1 ? root : (withArrays(root, made) as JsonObject);
}

function place(root: JsonObject, path: string, value: Json, made: Set<JsonObject>): void {
  const segments = path.split('.');
  if (segments.length > MAX_SEGMENTS) segments.push(segments.splice(MAX_SEGMENTS - 1).join('.'));
  let object = root;
  while (segments.length > 1) {
    const next = getOwn(object, segments[0]!);
    if (next === undefined) {
      const child: JsonObject = {};
      made.add(child);
      setOwn(object, segments.shift()!, child);
      object = child;
    } else if (isObject(next)) {
      segments.shift();
      object = next;
    } else {
      break;
    }
  }
  const name = segments.join('.');
  if (getOwn(object, name) === undefined) setOwn(object, name, value);
}

/** Turns objects whose names are 0, 1, 2, ... into arrays: only those that were made here. */
function withArrays(value: Json, made: ReadonlySet<JsonObject>): Json {
  if (!isObject(value) || !made.has(value)) return value;
  const names = Object.keys(value);
  for (const name of names) setOwn(value, name, withArrays(getOwn(value, name)!, made));
  // Integer-like names come first and in order.
  return names.length > 0 && names.every((name, index) => name === String(index)) ? Object.values(value) : value;
}
