import type { Json, JsonObject } from '../session.js';
import { getOwn, isObject, setOwn } from './json.js';

/**
 * The arguments of a function that a decorator has written down as `{"args": [...], "kwargs": {...}}`:
 * named ones by their name, others as `arg0`, `arg1`, and so on; a single one without a name as it
 * is. Anything else is returned unchanged.
 */
export function callArguments(value: Json): Json {
  if (!isObject(value)) return value;
  const args = getOwn(value, 'args');
  const named = getOwn(value, 'kwargs') ?? {};
  const isCall = Array.isArray(args) && isObject(named) && Object.keys(value).every((name) => name === 'args' || name === 'kwargs');
  if (!isCall) return value;
  if (args.length === 1 && Object.keys(named).length === 0) return args[0]!;
  const fields: JsonObject = {};
  args.forEach((arg, index) => setOwn(fields, `arg${index}`, arg));
  for (const [name, arg] of Object.entries(named)) setOwn(fields, name, arg);
  return fields;
}
