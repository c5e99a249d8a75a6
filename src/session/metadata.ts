import type { Facts } from '../conventions/facts.js';
import type { Shape } from '../conventions/shape.js';
import type { Usage } from '../conventions/usage-details.js';
import { wholeBucket } from './content/fields.js';
import { getOwn, isEmpty, type ParseJson, setOwn } from './content/json.js';
import { addMissing, nest } from './content/nest.js';
import { describedClaims, describedFields, describedPlan } from './described.js';
import { type JsonText, quoted } from './json-text.js';
import { type Loose, looseOf } from './loose-fields.js';
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
  /** What the text says that is not ours, where a name in it may be that of a credential. */
  spliced: readonly (JsonObject | JsonText)[];
}

export function metadataOf(source: MetadataSource, parse: ParseJson): MetadataDraft {
  const { root, below } = source.facts;
  const resource = resourceFields(root.resource);
  const loose = looseOf(root.facts, source.otherIds);

  let text = `${identityText(source)},${countsText(source.facts)}`;
  const spliced: (JsonObject | JsonText)[] = [];
  const fields: JsonObject = {};
  const displaced: JsonObject = {};
  const described = source.speakers.length === 1 && loose.plan !== undefined ? describedText(root.facts, loose.plan, resource) : undefined;
  if (described !== undefined) {
    if (described !== '') text += `,${described}`;
  } else {
    const claims = describedClaims('metadata', source.speakers);
    const whole = wholeBucket(claims, parse);
    if (whole !== undefined && staysWhole(whole, loose, root.facts, resource)) {
      text += `,${whole.inner}`;
      spliced.push(whole);
    } else if (claims.length > 0) {
      const given = whole?.object ?? describedFields('metadata', claims, parse);
      if (Object.keys(given).every((name) => isFree(name, resource) && !loose.names.includes(name))) {
        // In the place that a plan gives them.
        if (!isEmpty(given)) text += `,${JSON.stringify(given).slice(1, -1)}`;
        spliced.push(given);
      } else place(given, fields, displaced);
    }
  }
  if (areFree(loose, root.facts, resource) && (isEmpty(fields) || !loose.names.some((name) => Object.hasOwn(fields, name)))) {
    if (loose.text !== '') text += `,${loose.text}`;
    if (loose.mayHoldSecretKey) spliced.push(loose.object());
  } else {
    place(loose.object(), fields, displaced);
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
  const printed = isEmpty(fields) ? printedUsage(usage) : undefined;
  if (printed !== undefined) text = printed + text;
  else for (const [name, numbers] of usage) fields[name] = nest(numbers);
  return { fields, text, resource: resourceStays && resource.names.length > 0 ? resource : undefined, spliced };
}

/** Whether no field of metadata that was given as a whole has a name that is ours or somebody else's. */
function staysWhole(whole: JsonText, loose: Loose, { shape }: Facts, resource: ResourceFields): boolean {
  if (whole.isPlain && loose.plan !== undefined && !kindOf(shape, loose.plan, resource).taken.test(whole.text)) return true;
  return Object.keys(whole.object).every((name) => isFree(name, resource) && !loose.names.includes(name));
}

function isFree(name: string, resource: ResourceFields): boolean {
  return !RESERVED.has(name) && !Object.hasOwn(resource.fields, name);
}

function areFree({ names, plan }: Loose, { shape }: Facts, resource: ResourceFields): boolean {
  return plan === undefined ? names.every((name) => isFree(name, resource)) : kindOf(shape, plan, resource).leavesFree;
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
    const isInNobodysWay = plan?.hasSecretKey === false && plan.names.every((name) => isFree(name, resource) && !loose.names.includes(name));
    const names = [...RESERVED, ...loose.names, ...resource.names].map((name) => JSON.stringify(name).replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
    kind = {
      resource,
      leavesFree: loose.names.every((name) => isFree(name, resource)),
      described: isInNobodysWay ? plan : undefined,
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

function identityText({ facts, conversationId, agentName, operationName }: MetadataSource): string {
  const { root, below } = facts;
  let text = `"trace_id":${quoted(root.traceId)},"span_id":${quoted(root.spanId)}`;
  if (root.name !== '') text += `,"span_name":${quoted(root.name)}`;
  text += `,"span_kind":"${root.kind}"`;
  if (conversationId !== undefined) text += `,"conversation_id":${quoted(conversationId)}`;
  if (agentName !== undefined) text += `,"agent_name":${quoted(agentName)}`;
  if (operationName !== undefined) text += `,"operation_name":${quoted(operationName)}`;
  if (below.tools.length > 0) text += `,"tools":${JSON.stringify(below.tools)}`;
  return text;
}

function countsText({ root, below }: SessionFacts): string {
  const { work } = root.facts;
  const modelCalls = Math.max(work?.model === true ? 1 : 0, below.modelCalls);
  const toolCalls = Math.max(work?.tool === true ? 1 : 0, below.toolCalls);
  const failedSpans = below.failedSpans + (root.failure === undefined ? 0 : 1);
  const dropped = root.droppedAttributes > 0 ? `,"dropped_attributes":${root.droppedAttributes}` : '';
  return `"counts":{"spans":${below.spans + 1},"model_calls":${modelCalls},"tool_calls":${toolCalls},"failed_spans":${failedSpans}${dropped}}`;
}


/**
 * Per field the larger of the root's own figure and the sum below it: nothing counts twice. A root
 * that reports less than was used below it (AI SDK 4 and 5: the last step only) is quoted beside it.
 */
function usageOf(own: Usage | undefined, below: Usage | undefined): [string, [string, number][]][] {
  const usage: [string, number][] = [];
  const less: [string, number][] = [];
  below?.forEach((sum, field) => usage.push([field, Math.max(sum, own?.get(field) ?? 0)]));
  own?.forEach((number, field) => {
    const sum = below?.get(field);
    if (sum === undefined) usage.push([field, number]);
    else if (number < sum) less.push([field, number]);
  });
  const parts: [string, [string, number][]][] = [];
  if (usage.length > 0) parts.push(['usage', usage]);
  if (less.length > 0) parts.push(['usage_of_root', less]);
  return parts;
}

/** JSON without braces, each field with its comma. `undefined`: a name is nested, or not known to be no credential's. */
function printedUsage(parts: readonly [string, [string, number][]][]): string | undefined {
  let text = '';
  for (const [part, numbers] of parts) {
    let fields = '';
    for (const [name, number] of numbers) {
      if (!PLAIN_NAME.test(name) || isSecretKey(name) || !Number.isFinite(number)) return undefined;
      fields += fields === '' ? `"${name}":${number}` : `,"${name}":${number}`;
    }
    text += `"${part}":{${fields}},`;
  }
  return text;
}

const PLAIN_NAME = /^[a-z_]+$/;
