import type { Facts } from '../conventions/facts.js';
import { toJson } from './content/json.js';
import { nest } from './content/nest.js';
import { type FieldsPlan, perShape, planOf, printedFields, printedValue } from './printed-fields.js';
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
  plan: FieldsPlan | undefined;
}

export function looseOf(facts: Facts, otherIds: readonly (readonly [string, unknown])[]): Loose {
  const plan = otherIds.length === 0 ? planFor(facts.shape) : undefined;
  const text = plan && printedFields(plan, facts);
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

const planFor = perShape((shape) => planOf(shape.unknown.map((statement) => ({ name: shape.plans[statement]!.key, statement, print: printedValue }))));
