import { type Claim, claimsOn, type Facts } from '../conventions/facts.js';
import { entriesOf, wholeBucket } from './content/fields.js';
import { getOwn, type ParseJson, setOwn, structured, toJson } from './content/json.js';
import { addMissing, nest } from './content/nest.js';
import { resourceFields } from './resource.js';
import type { Reason, SessionFacts } from './session-facts.js';
import type { Json, JsonObject } from './session.js';

/**
 * Names in `metadata` that are ours (the payload's table), and those that HoneyHive computes for
 * a session and overwrites (docs `v2/tracing/aggregation-logic`; `tool_name` would label the row).
 * An application's own field of such a name goes to `metadata.attributes`.
 */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'error error_type error_stack trace_id span_id span_name span_kind conversation_id service ' +
    'agent_name tools operation_name usage counts trimmed redacted attributes ' +
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

/** `metadata` of a session. */
export function metadataOf(source: MetadataSource, parse: ParseJson): JsonObject {
  const { root, below } = source.facts;
  const metadata: JsonObject = {};
  const displaced: JsonObject = {};
  const described = describedFields(source.speakers, parse);
  const unknown = unknownFields(root.facts.unknown, source.otherIds);
  for (const fields of [described, unknown]) {
    for (const name of Object.keys(fields)) {
      const taken = RESERVED.has(name) || Object.hasOwn(metadata, name);
      if (taken) addMissing(displaced, { [name]: fields[name]! });
      else setOwn(metadata, name, fields[name]!);
    }
  }
  for (const [name, value] of Object.entries(resourceFields(root.resource))) {
    const known = getOwn(metadata, name);
    if (known !== undefined) addMissing(displaced, { [name]: known });
    setOwn(metadata, name, value);
  }
  if (Object.keys(displaced).length > 0) metadata['attributes'] = displaced;
  Object.assign(metadata, failureFields(source.failure), identityFields(source));
  if (below.usage.size > 0 || (root.facts.usage?.size ?? 0) > 0) metadata['usage'] = usageOf(root.facts, below.usage);
  metadata['counts'] = countsOf(source.facts);
  return metadata;
}

/** Fields that an attribute family puts into `metadata`, the most explicit span's first. */
function describedFields(speakers: readonly Facts[], parse: ParseJson): JsonObject {
  const claims = new Map<string, Claim>();
  for (const facts of speakers) {
    for (const [target, claim] of claimsOn('metadata', facts.claims)) if (!claims.has(target)) claims.set(target, claim);
  }
  const whole = wholeBucket([...claims], parse);
  if (whole !== undefined) return whole;
  const fields: [string, Json][] = [];
  for (const [target, { parts }] of claims) {
    const field = target.slice('metadata.'.length);
    for (const part of parts) {
      // Not spread into push: a bucket may have more fields than a call may have arguments.
      if (field === '') for (const entry of entriesOf(part, parse)) fields.push(entry);
      else if (part.form === 'list') fields.push([field, asList(structured(part.value, parse))]);
      else fields.push(...entriesOf({ ...part, path: field }, part.form === 'text' ? asWritten : parse));
    }
  }
  return nest(fields);
}

/** Attributes that nobody knows, and identifiers that decided nothing, by their own names. */
function unknownFields(...lists: (readonly (readonly [string, unknown])[])[]): JsonObject {
  const fields: [string, Json][] = [];
  for (const list of lists) {
    for (const [key, value] of list) {
      const json = toJson(value);
      if (json !== undefined) fields.push([key, json]);
    }
  }
  return nest(fields);
}

const asWritten: ParseJson = () => undefined;

function asList(value: Json | undefined): Json {
  return Array.isArray(value) ? value.filter((entry) => entry !== null) : [value ?? null];
}

function failureFields(failure: Reason | undefined): JsonObject {
  const fields: JsonObject = {};
  if (failure?.message !== undefined) fields['error'] = failure.message;
  if (failure?.type !== undefined) fields['error_type'] = failure.type;
  if (failure?.stack !== undefined) fields['error_stack'] = failure.stack;
  return fields;
}

function identityFields({ facts, conversationId, agentName, operationName }: MetadataSource): JsonObject {
  const { root, below } = facts;
  const fields: JsonObject = { trace_id: root.traceId, span_id: root.spanId };
  if (root.name !== '') fields['span_name'] = root.name;
  fields['span_kind'] = root.kind;
  if (conversationId !== undefined) fields['conversation_id'] = conversationId;
  if (agentName !== undefined) fields['agent_name'] = agentName;
  if (operationName !== undefined) fields['operation_name'] = operationName;
  if (below.tools.length > 0) fields['tools'] = [...below.tools];
  return fields;
}

/** Per field the larger of the root's own figure and the sum below it: nothing counts twice. */
function usageOf(own: Facts, below: ReadonlyMap<string, number>): JsonObject {
  const usage = new Map(below);
  for (const [field, number] of own.usage ?? []) usage.set(field, Math.max(number, usage.get(field) ?? 0));
  return nest([...usage]);
}

function countsOf({ root, below }: SessionFacts): JsonObject {
  const { work } = root.facts;
  return {
    spans: below.spans + 1,
    model_calls: Math.max(work?.model === true ? 1 : 0, below.modelCalls),
    tool_calls: Math.max(work?.tool === true ? 1 : 0, below.toolCalls),
    failed_spans: below.failedSpans + (root.failure === undefined ? 0 : 1),
    ...(root.droppedAttributes > 0 ? { dropped_attributes: root.droppedAttributes } : {}),
  };
}
