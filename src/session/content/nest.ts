import { RecentMap } from '../../collections/recent-map.js';
import type { Json, JsonObject } from '../session.js';
import { getOwn, isObject, setOwn } from './json.js';

// Longer paths keep their rest as one name: a key of ten thousand dots is no structure.
const MAX_SEGMENTS = 16;
const INDEX = /\.\d/;

/**
 * Objects out of dotted names, as HoneyHive's own ingestion nests them: `a.b` becomes
 * `{"a": {"b": ...}}`, and `a.0`, `a.1` the array `a`. The result does not depend on the order of
 * the entries. A name that is both a value and the start of longer names keeps the value; the
 * longer names then stay dotted.
 */
export function nest(entries: readonly (readonly [string, Json])[]): JsonObject {
  // Order matters only where names get into each other's way, which is rare: sorted only then.
  return placeAll(entries) ?? placeAll([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)), true)!;
}

/** `undefined`: two names were in each other's way, and that was not `expected`. */
function placeAll(entries: readonly (readonly [string, Json])[], expected = false): JsonObject | undefined {
  const root: JsonObject = {};
  let made: Set<JsonObject> | undefined;
  let indexed = false;
  for (const entry of entries) {
    const name = entry[0];
    const value = entry[1];
    const path = name.includes('.') ? pathOf(name) : undefined;
    const free = path === undefined ? placeHere(root, name, value) : place(root, path.segments, value, (made ??= new Set()));
    if (!free && !expected) return undefined;
    indexed ||= path?.indexed === true;
  }
  if (indexed) for (const [name, value] of Object.entries(root)) setOwn(root, name, withArrays(value, made!));
  return root;
}

/** Answers whether the place was free. */
function place(root: JsonObject, segments: readonly string[], value: Json, made: Set<JsonObject>): boolean {
  let object = root;
  let depth = 0;
  for (; depth < segments.length - 1; depth++) {
    const name = segments[depth]!;
    const next = getOwn(object, name);
    if (next === undefined) {
      const child: JsonObject = {};
      made.add(child);
      setOwn(object, name, child);
      object = child;
    } else if (isObject(next) && made.has(next)) {
      object = next;
    } else if (isObject(next)) {
      // A value of its own, not to be changed while names are still looked at in any order.
      placeHere(next, segments.slice(depth + 1).join('.'), value);
      return false;
    } else {
      break;
    }
  }
  const free = depth === segments.length - 1;
  return placeHere(object, free ? segments[depth]! : segments.slice(depth).join('.'), value) && free;
}

// Dotted names are mostly attribute keys, of which a service has few.
const MAX_KNOWN_PATHS = 4096;
const knownPaths = new RecentMap<Path>(MAX_KNOWN_PATHS);

interface Path {
  readonly segments: readonly string[];
  /** One of them may be the place in an array. */
  readonly indexed: boolean;
}

function pathOf(name: string): Path {
  let path = knownPaths.get(name);
  if (path === undefined) {
    const all = name.split('.');
    const segments = all.length > MAX_SEGMENTS ? [...all.slice(0, MAX_SEGMENTS - 1), all.slice(MAX_SEGMENTS - 1).join('.')] : all;
    path = { segments, indexed: INDEX.test(name) };
    knownPaths.set(name, path);
  }
  return path;
}

function placeHere(object: JsonObject, name: string, value: Json): boolean {
  if (getOwn(object, name) !== undefined) return false;
  setOwn(object, name, value);
  return true;
}

/** Turns objects whose names are 0, 1, 2, ... into arrays: only those that were made here, below the top. */
function withArrays(value: Json, made: ReadonlySet<JsonObject>): Json {
  if (!isObject(value) || !made.has(value)) return value;
  const names = Object.keys(value);
  for (const name of names) setOwn(value, name, withArrays(getOwn(value, name)!, made));
  // Integer-like names come first and in order.
  return names.length > 0 && names.every((name, index) => name === String(index)) ? Object.values(value) : value;
}

/** Adds to an object what it does not know yet, at any depth. */
export function addMissing(known: JsonObject, more: JsonObject): void {
  for (const name of Object.keys(more)) {
    const value = more[name]!;
    const own = getOwn(known, name);
    if (own === undefined) setOwn(known, name, value);
    else if (isObject(own) && isObject(value)) addMissing(own, value);
  }
}
