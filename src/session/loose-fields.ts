import type { Facts } from '../conventions/facts.js';
import { toJson } from './content/json.js';
import { nest } from './content/nest.js';
import { type FieldsPlan, perShape, planOf, printedFields, printedValue } from './printed-fields.js';
import type { Json, JsonObject } from './session.js';

/** Attributes that no family knows, and identifiers that decided nothing, nested by their own names. */
export interface Loose {
  /** Of the outermost fields. */
  readonly names: readonly string[];
  /** JSON without braces. */
  readonly text: string;
  /** What has printed it. */
  readonly plan: FieldsPlan | undefined;
  /** What it was printed of, where there is no plan. */
  readonly fields: JsonObject | undefined;
}

export function looseOf(facts: Facts, otherIds: readonly (readonly [string, unknown])[]): Loose {
  const plan = otherIds.length === 0 ? planFor(facts.shape) : undefined;
  const text = plan && printedFields(plan, facts);
  if (text !== undefined) return { names: plan!.names, text, plan, fields: undefined };
  const fields = fieldsOf(facts.unknown, otherIds);
  return { names: Object.keys(fields), text: JSON.stringify(fields).slice(1, -1), plan: undefined, fields };
}

/** Such fields of these facts as an object. */
export function looseObject({ fields }: Loose, facts: Facts): JsonObject {
  return fields ?? fieldsOf(facts.unknown);
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

const planFor = perShape((shape) => planOf(shape.unknown.map((statement) => ({ name: shape.plans[statement]!.key, statement, print: printedValue }))));
