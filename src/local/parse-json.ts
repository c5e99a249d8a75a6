import type { Json } from '../session/session.js';
import { Refusal } from './refusal.js';

/**
 * Deeper JSON is refused. JSON.parse takes any depth, but JSON.stringify is recursive: on Node 20
 * it ends in a RangeError between 3,000 and 5,000 levels (measured), and whatever is stored has
 * to be written again. our guess: HoneyHive's own limit is not published.
 */
export const MAX_DEPTH = 1_000;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Bytes of a request to a JSON value.
 *
 * @throws Refusal when the bytes are not UTF-8, not JSON, or nested deeper than {@link MAX_DEPTH}.
 */
export function parseJson(bytes: Uint8Array): Json {
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    throw new Refusal(400, 'the body is not valid UTF-8');
  }
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new Refusal(400, `the body is not valid JSON: ${(error as Error).message}`);
  }
  if (isDeeper(value, MAX_DEPTH)) {
    throw new Refusal(400, `the body is nested deeper than ${MAX_DEPTH} levels`);
  }
  return value;
}

function isDeeper(root: Json, limit: number): boolean {
  let level: Json[] = [root];
  for (let depth = 0; depth <= limit; depth += 1) {
    const below: Json[] = [];
    for (const value of level) {
      if (typeof value === 'object' && value !== null) {
        for (const child of Object.values(value)) below.push(child);
      }
    }
    if (below.length === 0) return false;
    level = below;
  }
  return true;
}
