import type { Facts } from '../conventions/facts.js';
import type { Shape } from '../conventions/shape.js';
import { nest } from './content/nest.js';
import { quoted } from './json-text.js';
import { hasSecretKey } from './redaction/redact.js';
import type { Json, JsonObject } from './session.js';

/** Attributes that no family knows, nested by their own names: what all spans of a shape have in common. */
export interface LooseFields {
  /** Of the outermost fields. */
  readonly names: readonly string[];
  readonly hasSecretKey: boolean;
  /** JSON without braces, cut where values belong. */
  readonly pieces: readonly string[];
  /** Which statement's value follows each piece but the last. */
  readonly statements: readonly number[];
}

const compiled = new WeakMap<Shape, LooseFields>();

export function looseFieldsOf(shape: Shape): LooseFields {
  let loose = compiled.get(shape);
  if (loose === undefined) {
    loose = compile(shape);
    compiled.set(shape, loose);
  }
  return loose;
}

/** The fields as JSON without braces, or `undefined` where a value takes more than to be printed. */
export function printLoose({ pieces, statements }: LooseFields, facts: Facts): string | undefined {
  let text = pieces[0]!;
  for (let place = 0; place < statements.length; place += 1) {
    const value = printedValue(facts.valueAt(statements[place]!));
    if (value === undefined) return undefined;
    text += value + pieces[place + 1]!;
  }
  return text;
}

function compile({ plans, unknown }: Shape): LooseFields {
  // The place of each statement stands for its value.
  const fields = nest(unknown.map((at): [string, Json] => [plans[at]!.key, at]));
  const pieces: string[] = [];
  const statements: number[] = [];
  let piece = '';
  const writeFields = (object: JsonObject): void =>
    Object.entries(object).forEach(([name, value], index) => {
      piece += `${index === 0 ? '' : ','}${JSON.stringify(name)}:`;
      write(value);
    });
  const write = (value: Json): void => {
    if (Array.isArray(value)) {
      value.forEach((entry, index) => {
        piece += index === 0 ? '[' : ',';
        write(entry);
      });
      piece += ']';
    } else if (typeof value === 'object' && value !== null) {
      piece += '{';
      writeFields(value);
      piece += '}';
    } else {
      statements.push(value as number);
      pieces.push(piece);
      piece = '';
    }
  };
  writeFields(fields);
  pieces.push(piece);
  return { names: Object.keys(fields), hasSecretKey: hasSecretKey(fields), pieces, statements };
}

function printedValue(value: unknown): string | undefined {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  return Array.isArray(value) && value.every(isPrintable) ? JSON.stringify(value) : undefined;
}

function isPrintable(entry: unknown): boolean {
  return typeof entry === 'string' || typeof entry === 'boolean' || Number.isFinite(entry);
}
