import type { Facts } from '../conventions/facts.js';
import type { Shape } from '../conventions/shape.js';
import { mayBeJson } from './content/json.js';
import { nest } from './content/nest.js';
import { escaped, JsonText } from './json-text.js';
import { hasSecretKey } from './redaction/redact.js';
import type { Json, JsonObject } from './session.js';

/** A value as JSON; `undefined`: it takes more than to be printed. */
export type PrintValue = (value: unknown) => string | undefined;

/** A field under its dotted name: which statement of a shape gives its value. */
export interface PlannedField {
  readonly name: string;
  readonly statement: number;
  readonly print: PrintValue;
}

/** An object whose names all follow from a shape. */
export interface FieldsPlan {
  /** Of the outermost fields. */
  readonly names: readonly string[];
  /** Some field, at any depth, has the name of a credential. */
  readonly hasSecretKey: boolean;
  /** JSON without braces, cut where values belong. */
  readonly pieces: readonly string[];
  /** Whose value follows each piece but the last. */
  readonly fields: readonly PlannedField[];
}

/** An object that was printed by a plan. */
export class FieldsText extends JsonText {
  readonly hasSecretKey: boolean;

  constructor(inner: string, { hasSecretKey: isSecret }: FieldsPlan) {
    super(`{${inner}}`);
    this.hasSecretKey = isSecret;
  }
}

/** Works something out once for each shape. For a span that is the only one of its kind, that is more work than to do without: `undefined`. */
export function perShape<T>(workOut: (shape: Shape) => T): (shape: Shape) => T | undefined {
  const known = new WeakMap<Shape, { result: T }>();
  return (shape) => {
    if (!shape.isShared) return undefined;
    let entry = known.get(shape);
    if (entry === undefined) {
      entry = { result: workOut(shape) };
      known.set(shape, entry);
    }
    return entry.result;
  };
}

/** The plan of the object that `nest` makes of these fields, whatever their values, as long as none is an object. */
export function planOf(planned: readonly PlannedField[]): FieldsPlan {
  // The place of each stands for its value.
  const object = nest(planned.map(({ name }, at): [string, Json] => [name, at]));
  const pieces: string[] = [];
  const fields: PlannedField[] = [];
  let piece = '';
  const writeFields = (entries: JsonObject): void =>
    Object.entries(entries).forEach(([name, value], index) => {
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
      fields.push(planned[value as number]!);
      pieces.push(piece);
      piece = '';
    }
  };
  writeFields(object);
  pieces.push(piece);
  return { names: Object.keys(object), hasSecretKey: hasSecretKey(object), pieces, fields };
}

/** JSON without braces. `undefined`: a value takes more than to be printed. */
export function printedFields({ pieces, fields }: FieldsPlan, facts: Facts): string | undefined {
  let text = pieces[0]!;
  for (let place = 0; place < fields.length; place += 1) {
    const { statement, print } = fields[place]!;
    const value = print(facts.valueAt(statement));
    if (value === undefined) return undefined;
    text += value + pieces[place + 1]!;
  }
  return text;
}

/** A text as it is, a number, a boolean, or a list of such. */
export const printedValue: PrintValue = (value) => {
  if (typeof value === 'string') return `"${escaped(value)}"`;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  return Array.isArray(value) ? printedList(value) : undefined;
};

/** As `printedValue`, of what is parsed where it is JSON. */
export const printedUnlessJson: PrintValue = (value) => (typeof value === 'string' && mayBeJson(value) ? undefined : printedValue(value));

/** As `printedUnlessJson`; what is no list is one of a single entry. */
export const printedAsList: PrintValue = (value) => {
  const printed = printedUnlessJson(value);
  return printed === undefined || Array.isArray(value) ? printed : `[${printed}]`;
};

function printedList(values: readonly unknown[]): string | undefined {
  let text = '[';
  for (const value of values) {
    const printed = Array.isArray(value) ? undefined : printedValue(value);
    if (printed === undefined) return undefined;
    text += text === '[' ? printed : `,${printed}`;
  }
  return `${text}]`;
}
