import type { Json, JsonObject } from './session.js';
import { isObject, setOwn } from './content/json.js';

/** A text in a session, and where it stands. */
interface Leaf {
  holder: JsonObject | Json[];
  key: string;
  text: string;
  /** As UTF-8, without what printing escapes. */
  bytes: number;
}

// Shorter texts are left whole: many of them are dealt with by leaving out entries.
const SHORTEST_TRIMMED = 256;
// More cuts of texts would hardly free more.
const CUTS = 3;
// Room for the marker that tells how much went, and for `metadata.trimmed`.
const MARKER_BYTES = 64;

// What identifies and explains a session never goes.
const KEPT: ReadonlySet<string> = new Set(
  'session_id session_name event_name source start_time end_time duration project metadata trace_id span_id span_name span_kind conversation_id error error_type usage counts service trimmed redacted'.split(' '),
);

/**
 * Makes a session small enough to be taken: the largest texts are cut first, all to the same length,
 * each with a marker that says how much went; where that is not enough, lists and objects lose
 * entries. `metadata.trimmed` counts the values concerned. The session given is changed.
 *
 * @param maxBytes of the session as printed.
 * @param bytes that it takes as it is, where that is known: to measure a large session takes long.
 */
export function trimSession(session: JsonObject, maxBytes: number, bytes: number = bytesOf(session)): JsonObject {
  let trimmed = 0;
  const budget = maxBytes - MARKER_BYTES;
  let excess = bytes - budget;
  // What printing escapes shows only afterwards: a second cut takes care of that.
  for (let pass = 0; pass < CUTS && excess > 0; pass++) {
    trimmed = Math.max(trimmed, cutLongest(session, excess));
    excess = bytesOf(session) - budget;
  }
  // Each round takes most of what is too much; the bound is only there so that nothing can go on for ever.
  for (let round = 0; round < 100 && excess > 0; round++) {
    const removed = thinLargest(session, excess);
    if (removed === 0) break;
    trimmed += removed;
    excess = bytesOf(session) - budget;
  }
  if (excess > 0) trimmed += emptyBuckets(session, budget);
  const metadata = session['metadata'];
  if (trimmed > 0 && isObject(metadata)) metadata['trimmed'] = trimmed + trimmedBefore(metadata);
  return session;
}

/** It may have been trimmed to another size before. */
function trimmedBefore({ trimmed }: JsonObject): number {
  return typeof trimmed === 'number' ? trimmed : 0;
}

function bytesOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function collectLeaves(holder: JsonObject | Json[], leaves: Leaf[]): void {
  for (const [key, value] of Object.entries(holder)) {
    if (typeof value === 'string') {
      if (value.length >= SHORTEST_TRIMMED) leaves.push({ holder, key, text: value, bytes: Buffer.byteLength(value) });
    } else if (typeof value === 'object' && value !== null) collectLeaves(value, leaves);
  }
}

/** Cuts texts to one common length, so that as much goes as must, and answers how many were cut. */
function cutLongest(session: JsonObject, excess: number): number {
  const leaves: Leaf[] = [];
  collectLeaves(session, leaves);
  leaves.sort((a, b) => b.bytes - a.bytes);
  let longest = 0;
  let sum = 0;
  let level = 0;
  // How far the first texts must come down if only they are cut; with each further one, less far.
  for (const [index, leaf] of leaves.entries()) {
    sum += leaf.bytes;
    longest = index + 1;
    level = Math.floor((sum - excess) / longest) - MARKER_BYTES;
    const next = leaves[index + 1];
    if (next === undefined || level >= next.bytes) break;
  }
  for (const leaf of leaves.slice(0, longest)) put(leaf.holder, leaf.key, cut(leaf, Math.max(level, SHORTEST_TRIMMED)));
  return longest;
}

function cut({ text, bytes }: Leaf, toBytes: number): string {
  if (bytes <= toBytes) return text;
  let end = Math.floor((text.length * toBytes) / bytes);
  // Characters differ in size.
  while (end > 0 && Buffer.byteLength(text.slice(0, end)) > toBytes) end = Math.floor(end * 0.9);
  if (isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
  return `${text.slice(0, end)}… [${text.length - end} characters trimmed]`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Takes entries out of what has most of them, and answers how many went. */
function thinLargest(session: JsonObject, excess: number): number {
  const sizes = new Map<object, number>();
  measure(session, sizes);
  const sizeOf = (value: Json): number => (typeof value === 'object' && value !== null ? sizes.get(value)! : 0);
  let value: JsonObject | Json[] = session;
  for (;;) {
    // Down to where size is a matter of many entries, and not of one that is large itself.
    const inner: Json = Object.values(value).reduce((largest: Json, entry) => (sizeOf(entry) > sizeOf(largest) ? entry : largest), null);
    if (typeof inner !== 'object' || inner === null || (value !== session && sizeOf(inner) < sizeOf(value) / 2)) break;
    value = inner;
  }
  if (value === session) return 0;
  const share = Math.min(1, (excess * 1.1 + MARKER_BYTES) / sizeOf(value));
  return Array.isArray(value) ? thinList(value, share) : thinObject(value, share);
}

/** What is left when nothing else was enough: who the session is, when it was, and why it failed. */
function emptyBuckets(session: JsonObject, budget: number): number {
  let emptied = 0;
  for (const name of ['inputs', 'outputs', 'config', 'user_properties', 'metrics', 'feedback']) {
    const bucket = session[name];
    if (bucket === undefined || bytesOf(session) <= budget) continue;
    session[name] = { trimmed: `[${bytesOf(bucket)} bytes trimmed]` };
    emptied += 1;
  }
  const metadata = session['metadata'];
  if (bytesOf(session) <= budget || !isObject(metadata)) return emptied;
  const names = Object.keys(metadata).filter((name) => !KEPT.has(name));
  for (const name of names) delete metadata[name];
  return emptied + names.length;
}

/** Bytes of every list and object, roughly. */
function measure(value: Json, sizes: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value.length + 2 : 8;
  let bytes = 2;
  for (const [key, entry] of Object.entries(value)) bytes += measure(entry, sizes) + (Array.isArray(value) ? 1 : key.length + 4);
  sizes.set(value, bytes);
  return bytes;
}

/** The first and the last entries of a list say most. */
function thinList(list: Json[], share: number): number {
  const removed = Math.min(list.length, Math.ceil(list.length * share));
  const at = Math.floor((list.length - removed) / 2);
  const marker = `[${removed} entries trimmed]`;
  const isChat = list.every((entry) => isObject(entry) && typeof entry['role'] === 'string');
  list.splice(at, removed, isChat ? { role: 'system', content: marker } : marker);
  return removed;
}

function thinObject(object: JsonObject, share: number): number {
  const names = Object.keys(object).filter((name) => !KEPT.has(name));
  const removed = names.slice(Math.min(names.length - 1, Math.floor(names.length * (1 - share))));
  for (const name of removed) delete object[name];
  if (removed.length > 0) setOwn(object, 'trimmed_fields', removed.length);
  return removed.length;
}

function put(holder: JsonObject | Json[], key: string, value: Json): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else setOwn(holder, key, value);
}
