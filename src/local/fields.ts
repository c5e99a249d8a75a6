import type { Json, JsonObject } from '../session/session.js';
import { Refusal } from './refusal.js';

interface KindValues {
  text: string;
  number: number;
  /** A string is a legal time: HoneyHive takes it for "now". */
  time: number | string;
  object: JsonObject;
  ids: string[];
}

type Kind = keyof KindValues;

/** The fields of a request body and the kind of each. */
export type FieldTable = Readonly<Record<string, Kind>>;

/** What {@link readFields} gives for a table: every field may be missing. */
export type FieldValues<T extends FieldTable> = { [Name in keyof T]?: KindValues[T[Name]] };

const DESCRIPTIONS: Readonly<Record<Kind, string>> = {
  text: 'a string',
  number: 'a finite number',
  time: 'a number of Unix milliseconds',
  object: 'an object',
  ids: 'an array of strings',
};

/** Whether a value is a JSON object: neither an array nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is of a kind. */
export function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      // JSON text can say 1e999, which JavaScript reads as Infinity and writes as null.
      return Number.isFinite(value);
    case 'time':
      return typeof value === 'string' || Number.isFinite(value);
    case 'object':
      return isObject(value);
    case 'ids':
      return Array.isArray(value) && value.every((id) => typeof id === 'string');
  }
}

/**
 * Takes the fields of a table out of a request body. Other keys are not looked at.
 * our guess: `null` is read as a field that was left out.
 *
 * @param where how messages name the object, e.g. `session`; empty for the body itself.
 * @throws Refusal naming the field, when the body is no object or a field is of another kind.
 */
export function readFields<T extends FieldTable>(value: Json, where: string, table: T): FieldValues<T> {
  if (!isObject(value)) throw new Refusal(400, `${where || 'the body'} must be an object`);
  const fields: Record<string, Json> = {};
  for (const [name, kind] of Object.entries(table)) {
    const field = value[name];
    if (field === undefined || field === null) continue;
    if (!isOfKind(field, kind)) {
      throw new Refusal(400, `${where ? `${where}.` : ''}${name} must be ${DESCRIPTIONS[kind]}`);
    }
    fields[name] = field;
  }
  return fields as FieldValues<T>;
}
