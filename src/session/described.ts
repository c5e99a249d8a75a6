import type { Claim } from '../conventions/claim.js';
import type { Form } from '../conventions/convention.js';
import type { Facts } from '../conventions/facts.js';
import type { Shape } from '../conventions/shape.js';
import { addEntries } from './content/fields.js';
import { type ParseJson, structured } from './content/json.js';
import { nest } from './content/nest.js';
import { type FieldsPlan, planOf, type PrintValue, printedAsList, printedUnlessJson, printedValue } from './printed-fields.js';
import type { Json, JsonObject } from './session.js';

/** What attribute families say of a bucket, the most explicit span's word first. */
export function describedClaims(bucket: string, speakers: readonly Facts[]): Claim[] {
  if (speakers.length === 1) return speakers[0]!.claimsIn(bucket);
  const claims = new Map<string, Claim>();
  for (const facts of speakers) {
    for (const claim of facts.claimsIn(bucket)) {
      const { target } = claim[0]!.plan;
      if (!claims.has(target)) claims.set(target, claim);
    }
  }
  return [...claims.values()];
}

/** The bucket that such claims come to. */
export function describedFields(bucket: string, claims: readonly Claim[], parse: ParseJson): JsonObject {
  const entries: [string, Json][] = [];
  for (const claim of claims) {
    for (const statement of claim) {
      const { form, path, target } = statement.plan;
      const field = target.slice(bucket.length + 1);
      if (field === '') addEntries(entries, statement, path, parse);
      else if (form === 'list') entries.push([field, asList(structured(statement.value, parse))]);
      else addEntries(entries, statement, field, form === 'text' ? asWritten : parse);
    }
  }
  return nest(entries);
}

/** The plan of `describedFields`, where each is one plain value. */
export function describedPlan(bucket: string, shape: Shape): FieldsPlan | undefined {
  const claims = shape.claimsIn(bucket);
  const isPlain = claims.every(({ target, first, statements }) => target !== bucket && statements.length === 1 && shape.plans[first]!.form !== 'json_entries');
  return isPlain ? planOf(claims.map(({ target, first }) => ({ name: target.slice(bucket.length + 1), statement: first, print: PRINTED[shape.plans[first]!.form] ?? printedUnlessJson }))) : undefined;
}

const PRINTED: Partial<Record<Form, PrintValue>> = { text: printedValue, list: printedAsList };

const asWritten: ParseJson = () => undefined;

function asList(value: Json | undefined): Json {
  return Array.isArray(value) ? value.filter((entry) => entry !== null) : [value ?? null];
}
