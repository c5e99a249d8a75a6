import type { Facts } from '../conventions/facts.js';
import type { Shape } from '../conventions/shape.js';
import { toJson } from './content/json.js';
import { nest } from './content/nest.js';
import { quoted } from './json-text.js';
import { hasSecretKey } from './redaction/redact.js';
import type { Json, JsonObject } from './session.js';

/** Attributes that no family knows, and identifiers that decided nothing, nested by their own names. */
export interface Loose {
  /** Of the outermost fields. */
  names: readonly string[];
  /** JSON without braces. */
  text: string;
  object: () => JsonObject;
  /** Some field, at any depth, may have the name of a credential. */
  mayHoldSecretKey: boolean;
  plan: LoosePlan | undefined;
}

export function looseOf(facts: Facts, otherIds: readonly (readonly [string, unknown])[]): Loose {
  // For a span that is the only one of its kind, a plan is more work than to do without.
  const plan = otherIds.length === 0 && facts.shape.isShared ? planFor(facts.shape) : undefined;
  const text = plan && printed(plan, facts);
  if (text !== undefined) return { names: plan!.names, text, object: () => fieldsOf(facts.unknown), mayHoldSecretKey: plan!.hasSecretKey, plan };
  const fields = fieldsOf(facts.unknown, otherIds);
  return { names: Object.keys(fields), text: JSON.stringify(fields).slice(1, -1), object: () => fields, mayHoldSecretKey: true, plan: undefined };
}

function fieldsOf(...lists: (readonly (readonly [string, unknown])[])[]): JsonObject {
  const fields: [string, Json][] = [];
  for (const list of lists) {
    for (const [key, value] of list) {
      const json = toJson(value);
      if (json !== undefined) fields.push([key, json]);
    }
  }
  return nest(fields);
}

/** What all spans of a shape have in common of it. */
export interface LoosePlan {
  readonly names: readonly string[];
  readonly hasSecretKey: boolean;
  /** JSON without braces, cut where values belong. */
  readonly pieces: readonly string[];
  /** Which statement's value follows each piece but the last. */
  readonly statements: readonly number[];
}

const plans = new WeakMap<Shape, LoosePlan>();

function planFor(shape: Shape): LoosePlan {
  let plan = plans.get(shape);
  if (plan === undefined) {
    plan = compile(shape);
    plans.set(shape, plan);
  }
  return plan;
}

/** `undefined`: a value takes more than to be printed. */
function printed({ pieces, statements }: LoosePlan, facts: Facts): string | undefined {
  let text = pieces[0]!;
  for (let place = 0; place < statements.length; place += 1) {
    const value = printedValue(facts.valueAt(statements[place]!));
    if (value === undefined) return undefined;
    text += value + pieces[place + 1]!;
  }
  return text;
}

function compile(shape: Shape): LoosePlan {
  // The place of each statement stands for its value.
  const fields = nest(shape.unknown.map((at): [string, Json] => [shape.plans[at]!.key, at]));
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
  return Array.isArray(value) ? printedList(value) : undefined;
}

function printedList(values: readonly unknown[]): string | undefined {
  let text = '[';
  for (const value of values) {
    const printed = Array.isArray(value) ? undefined : printedValue(value);
    if (printed === undefined) return undefined;
    text += text === '[' ? printed : `,${printed}`;
  }
  return `${text}]`;
}
