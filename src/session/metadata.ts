import { SmallMap } from '../collections/small-map.js';
import type { Facts } from '../conventions/facts.js';
import type { Shape } from '../conventions/shape.js';
import type { Usage } from '../conventions/usage-details.js';
import { wholeBucket } from './content/fields.js';
import { getOwn, isEmpty, type ParseJson, setOwn } from './content/json.js';
import { addMissing, nest } from './content/nest.js';
import { describedClaims, describedFields, describedPlan } from './described.js';
import { escaped, type JsonText } from './json-text.js';
import { type Loose, looseObject, looseOf } from './loose-fields.js';
import { type FieldsPlan, printedFields } from './printed-fields.js';
import { isSecretKey } from './redaction/secret-keys.js';
import { type ResourceFields, resourceFields } from './resource.js';
import type { Reason, SessionFacts } from './session-facts.js';
import type { JsonObject } from './session.js';

/**
 * Names in `metadata` that are ours (the payload's table), and those that HoneyHive computes for
 * a session and overwrites (docs `v2/tracing/aggregation-logic`; `tool_name` would label the row).
 * An application's own field of such a name goes to `metadata.attributes`.
 */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'error error_type error_stack trace_id span_id span_name span_kind conversation_id service ' +
    'agent_name tools operation_name usage usage_of_root counts trimmed redacted attributes ' +
    'num_events num_model_events has_feedback cost total_tokens prompt_tokens completion_tokens tool_name'
  ).split(' '),
);

/** What the whole session knows of itself, beside what attributes say. */
export interface MetadataSource {
  facts: SessionFacts;
  /** Facts that may describe the call behind the session, most explicit first. */
  speakers: readonly Facts[];
  failure: Reason | undefined;
  conversationId: string | undefined;
  agentName: string | undefined;
  operationName: string | undefined;
  /** Identifiers that decided nothing, by their own key. */
  otherIds: readonly (readonly [string, unknown])[];
}

/** `metadata` of a session: fields, and JSON text of further fields, without braces. No name is in two of them. */
export interface MetadataDraft {
  fields: JsonObject;
  text: string;
  /** What stands last: the same for all sessions of a process. */
  resource: ResourceFields | undefined;
  /** What the text says that was given as metadata, where a name in it may be that of a credential. */
  given: JsonObject | JsonText | undefined;
  /** As `given`, of what no family knows. */
  left: JsonObject | undefined;
}

export function metadataOf(source: MetadataSource, parse: ParseJson): MetadataDraft {
  const { root, below } = source.facts;
  const resource = resourceFields(root.resource);
  const loose = looseOf(root.facts, source.otherIds);

  let text = identityAndCounts(source);
  let given: JsonObject | JsonText | undefined;
  let left: JsonObject | undefined;
  const fields: JsonObject = {};
  const displaced: JsonObject = {};
  const byPlan = source.speakers.length === 1 && loose.plan !== undefined ? describedText(root.facts, loose.plan, resource) : undefined;
  if (byPlan !== undefined) {
    if (byPlan !== '') text += `,${byPlan}`;
  } else {
    const claims = describedClaims('metadata', source.speakers);
    const whole = wholeBucket(claims, parse);
    if (whole !== undefined && staysWhole(whole, loose, root.facts, resource)) {
      text += `,${whole.inner}`;
      given = whole;
    } else if (claims.length > 0) {
      const described = whole?.object ?? describedFields('metadata', claims, parse);
      if (areFree(Object.keys(described), resource, loose.names)) {
        // In the place that a plan gives them.
        if (!isEmpty(described)) text += `,${JSON.stringify(described).slice(1, -1)}`;
        given = described;
      } else place(described, fields, displaced);
    }
  }
  if (leavesFree(loose, root.facts, resource) && (isEmpty(fields) || !loose.names.some((name) => Object.hasOwn(fields, name)))) {
    if (loose.text !== '') text += `,${loose.text}`;
    if (loose.plan?.hasSecretKey !== false) left = looseObject(loose, root.facts);
  } else {
    place(looseObject(loose, root.facts), fields, displaced);
  }
  const resourceStays = isEmpty(fields) || !resource.names.some((name) => Object.hasOwn(fields, name));
  if (!resourceStays) {
    for (const [name, value] of Object.entries(resource.fields)) {
      const known = getOwn(fields, name);
      if (known !== undefined) addMissing(displaced, { [name]: known });
      setOwn(fields, name, value);
    }
  }

  if (!isEmpty(displaced)) fields['attributes'] = displaced;
  addFailure(fields, source.failure);
  const usage = usageOf(root.facts.usage, below.usage);
  const less = lesserUsage(root.facts.usage, below.usage);
  const printed = isEmpty(fields) ? printedUsage('"usage":{"', usage) : undefined;
  const printedLess = printedUsage('"usage_of_root":{"', less);
  if (printed !== undefined && printedLess !== undefined) text = printed + printedLess + text;
  else {
    if (usage !== undefined) fields['usage'] = nest([...usage]);
    if (less !== undefined) fields['usage_of_root'] = nest([...less]);
  }
  return { fields, text, resource: resourceStays && resource.names.length > 0 ? resource : undefined, given, left };
}

/** Whether no field of metadata that was given as a whole has a name that is ours or somebody else's. */
function staysWhole(whole: JsonText, loose: Loose, { shape }: Facts, resource: ResourceFields): boolean {
  if (whole.isPlain && loose.plan !== undefined && !kindOf(shape, loose.plan, resource).taken.test(whole.text)) return true;
  return areFree(Object.keys(whole.object), resource, loose.names);
}

/** None of these names is ours or somebody else's. */
function areFree(names: readonly string[], { fields }: ResourceFields, others: readonly string[] = []): boolean {
  return names.every((name) => !RESERVED.has(name) && !Object.hasOwn(fields, name) && !others.includes(name));
}

function leavesFree({ names, plan }: Loose, { shape }: Facts, resource: ResourceFields): boolean {
  return plan === undefined ? areFree(names, resource) : kindOf(shape, plan, resource).leavesFree;
}

/** What is described field by field, where nothing of it is in the way of other fields: JSON without braces. */
function describedText(facts: Facts, loose: FieldsPlan, resource: ResourceFields): string | undefined {
  const { described } = kindOf(facts.shape, loose, resource);
  return described && printedFields(described, facts);
}

/** What all spans of a shape and a resource have in common. */
interface Kind {
  readonly resource: ResourceFields;
  /** No loose field has a name that is taken. */
  readonly leavesFree: boolean;
  /** Of fields whose names are free and none that of a credential. */
  readonly described: FieldsPlan | undefined;
  /** Finds fields of names that are taken in a text; also such that are nested, where any name is free. */
  readonly taken: RegExp;
}

const kinds = new WeakMap<Shape, Kind>();

function kindOf(shape: Shape, loose: FieldsPlan, resource: ResourceFields): Kind {
  let kind = kinds.get(shape);
  if (kind?.resource !== resource) {
    const plan = describedPlan('metadata', shape);
    const names = [...RESERVED, ...loose.names, ...resource.names].map((name) => JSON.stringify(name).replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
    kind = {
      resource,
      leavesFree: areFree(loose.names, resource),
      described: plan?.hasSecretKey === false && areFree(plan.names, resource, loose.names) ? plan : undefined,
      taken: new RegExp(`(?:${names.join('|')})\\s*:`),
    };
    kinds.set(shape, kind);
  }
  return kind;
}

function place(more: JsonObject, fields: JsonObject, displaced: JsonObject): void {
  for (const name of Object.keys(more)) {
    if (RESERVED.has(name) || Object.hasOwn(fields, name)) addMissing(displaced, { [name]: more[name]! });
    else setOwn(fields, name, more[name]!);
  }
}

function addFailure(fields: JsonObject, failure: Reason | undefined): void {
  if (failure?.message !== undefined) fields['error'] = failure.message;
  if (failure?.type !== undefined) fields['error_type'] = failure.type;
  if (failure?.stack !== undefined) fields['error_stack'] = failure.stack;
}

// Ids, names and counts are printed by hand: JSON.stringify of an object of them takes four times as long.

function identityAndCounts({ facts: { root, below }, conversationId, agentName, operationName }: MetadataSource): string {
  const { work } = root.facts;
  const modelCalls = Math.max(work?.model === true ? 1 : 0, below.modelCalls);
  const toolCalls = Math.max(work?.tool === true ? 1 : 0, below.toolCalls);
  const failedSpans = below.failedSpans + (root.failure === undefined ? 0 : 1);
  let text = `"trace_id":"${escaped(root.traceId)}","span_id":"${escaped(root.spanId)}`;
  if (root.name !== '') text += `","span_name":"${escaped(root.name)}`;
  text += `","span_kind":"${root.kind}`;
  if (conversationId !== undefined) text += `","conversation_id":"${escaped(conversationId)}`;
  if (agentName !== undefined) text += `","agent_name":"${escaped(agentName)}`;
  if (operationName !== undefined) text += `","operation_name":"${escaped(operationName)}`;
  text += below.tools.length > 0 ? `","tools":${JSON.stringify(below.tools)},` : '",';
  text += `"counts":{"spans":${below.spans + 1},"model_calls":${modelCalls},"tool_calls":${toolCalls},"failed_spans":${failedSpans}`;
  if (root.droppedAttributes > 0) text += `,"dropped_attributes":${root.droppedAttributes}`;
  return `${text}}`;
}

/** Per field the larger of the root's own figure and the sum below it: nothing counts twice. */
function usageOf(own: Usage | undefined, below: Usage | undefined): Usage | undefined {
  if (own === undefined || below === undefined) return own ?? below;
  const usage: Usage = new SmallMap();
  below.forEach((sum, field) => usage.set(field, Math.max(sum, own.get(field) ?? 0)));
  own.forEach((number, field) => usage.get(field) ?? usage.set(field, number));
  return usage;
}

/** A root that reports less than was used below it (AI SDK 4 and 5: the last step only) is quoted beside it. */
function lesserUsage(own: Usage | undefined, below: Usage | undefined): Usage | undefined {
  if (own === undefined || below === undefined) return undefined;
  const less: Usage = new SmallMap();
  own.forEach((number, field) => number < (below.get(field) ?? 0) && less.set(field, number));
  return less.size === 0 ? undefined : less;
}

/** A field as JSON, of the opening up to the first name, with its comma. `undefined`: a name is nested, or not known to be no credential's. */
function printedUsage(opening: string, usage: Usage | undefined): string | undefined {
  if (usage === undefined) return '';
  let text = '';
  let isPlain = true as boolean;
  usage.forEach((number, name) => {
    isPlain &&= PLAIN_NAME.test(name) && !isSecretKey(name) && Number.isFinite(number);
    text += `${text === '' ? opening : ',"'}${name}":${number}`;
  });
  return isPlain ? `${text}},` : undefined;
}

const PLAIN_NAME = /^[a-z_]+$/;
