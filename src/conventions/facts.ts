import type { Form } from './convention.js';
import { families } from './families.js';
import { type Plan, PlanBook } from './plan.js';
import { type Work, unnamedModelCall, unspecifiedWork, workNamed } from './work.js';

/** One attribute's share in a fact. The value is the span's own and is never changed. */
export interface Part {
  key: string;
  form: Form;
  /** Where in the fact it belongs: the rest of a flattened key, or empty for the whole. */
  path: string;
  value: unknown;
}

/** What the most explicit attributes say about one target. */
export interface Claim {
  rank: number;
  id: boolean;
  hint: boolean;
  parts: Part[];
}

/**
 * What a span's attributes and events say: not read yet, only put in order. Values are parsed
 * when a session is built, since most spans are never part of one.
 */
export interface Facts {
  /** By target, see `Target`. */
  claims: Map<string, Claim>;
  /** Numbers by field of `metadata.usage`. */
  usage: Map<string, number> | undefined;
  /** The span does AI work: an AI family's attributes are there, or a kind of work is named. */
  ai: boolean;
  /** What it does; also set where HoneyHive's own attributes say nothing of it. */
  work: Work | undefined;
  /** HoneyHive's own attributes are there. */
  marked: boolean;
  /** Identifiers that lost against a more explicit one, by their own key. */
  otherIds: [string, unknown][];
  /** Attributes that no family knows, by their own key; left out for spans below a root. */
  unknown: [string, unknown][];
  /** Estimated bytes that the values hold: text at two bytes a character. */
  bytes: number;
}

/** A span event, as far as conventions look at it. */
export interface EventLike {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Attributes by key; own keys only, since SDK 3 lets an attribute replace the prototype. */
export type AttributesLike = Readonly<Record<string, unknown>>;

const book = new PlanBook(families);
const eventRules = new Map(families.flatMap((family) => Object.entries(family.events ?? {})));
// Events that carry the attributes of a model call instead of the span.
const CARRIER_EVENTS: ReadonlySet<string> = new Set([
  'gen_ai.client.inference.operation.details',
  'gen_ai.content.prompt',
  'gen_ai.content.completion',
]);
// Chat in events is older than any attribute that says the same.
const EVENT_RANK = 900_000;
const NO_EVENTS: readonly EventLike[] = [];
// Key, list entry and bookkeeping of one attribute.
const ENTRY_BYTES = 64;
const MAX_ESTIMATED_DEPTH = 16;

/**
 * Puts a span's attributes and events in order.
 *
 * @param everything keep also what only a session's root may say (attributes that no family knows).
 */
export function readFacts(attributes: AttributesLike, events: readonly EventLike[] = NO_EVENTS, everything = false): Facts {
  const facts: Facts = {
    claims: new Map(),
    usage: undefined,
    ai: false,
    work: undefined,
    marked: false,
    otherIds: [],
    unknown: [],
    bytes: 0,
  };
  readAttributes(facts, attributes, everything, 0);
  for (const event of events) readEvent(facts, event);
  // Parts of one value, in an order that does not depend on when each attribute was set.
  for (const { parts } of facts.claims.values()) if (parts.length > 1 && parts[0]!.form === 'fields') parts.sort((a, b) => (a.key < b.key ? -1 : 1));
  const work = claimedText(facts, 'work');
  facts.ai ||= work !== undefined;
  facts.work = work === undefined ? unnamedWork(facts) : workNamed(work);
  return facts;
}

/** What is said of a bucket and of its fields, most explicit first. */
export function claimsOn(bucket: string, claims: ReadonlyMap<string, Claim>): [string, Claim][] {
  const found: [string, Claim][] = [];
  for (const entry of claims) {
    const [target] = entry;
    if (target.startsWith(bucket) && (target.length === bucket.length || target[bucket.length] === '.')) found.push(entry);
  }
  return found.length < 2 ? found : found.sort(([a, { rank }], [b, other]) => rank - other.rank || (a < b ? -1 : 1));
}

/** The first text of a claim, or undefined: identifiers, names and the like are short texts. */
export function claimedText(facts: Facts, target: string): string | undefined {
  for (const part of facts.claims.get(target)?.parts ?? []) {
    const text = toText(part.value);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The agent that a span is about; an agent's span that names none is named after it. */
export function agentNameOf(facts: Facts, spanName: string): string | undefined {
  return claimedText(facts, 'agent_name') ?? (facts.work?.agent === true ? spanName.replace(/^invoke_agent /, '').trim() || undefined : undefined);
}

/** An attribute as a short text, or undefined: of an array (a request header) its first entry. */
export function toText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'string') return first.trim() || undefined;
  return typeof first === 'number' || typeof first === 'boolean' ? String(first) : undefined;
}

function readAttributes(facts: Facts, attributes: AttributesLike, everything: boolean, rankOffset: number): void {
  for (const key in attributes) {
    if (!Object.hasOwn(attributes, key)) continue;
    const value = attributes[key];
    if (isBlank(value)) continue;
    const plan = book.planFor(key);
    if (plan.ai) facts.ai = true;
    if (plan.marks) facts.marked = true;
    if (plan.target === 'nothing') continue;
    if (plan.usage !== undefined) {
      readUsage(facts, plan.usage, value);
      continue;
    }
    if (plan.target === 'unknown') {
      if (!everything) continue;
      facts.unknown.push([key, value]);
    } else {
      addPart(facts, plan, { key, form: plan.form, path: plan.path, value }, plan.rank + rankOffset);
    }
    facts.bytes += ENTRY_BYTES + estimateBytes(value);
  }
}

function addPart(facts: Facts, { target, id, hint }: Pick<Plan, 'target' | 'id' | 'hint'>, part: Part, rank: number): void {
  const known = facts.claims.get(target);
  if (rank === known?.rank) {
    known.parts.push(part);
    return;
  }
  const claim: Claim = { rank, id, hint, parts: [part] };
  const loser = known !== undefined && known.rank < rank ? claim : known;
  if (loser !== claim) facts.claims.set(target, claim);
  if (loser?.id) for (const { key, value } of loser.parts) facts.otherIds.push([key, value]);
}

function readUsage(facts: Facts, field: string, value: unknown): void {
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0) return;
  facts.usage ??= new Map();
  facts.usage.set(field, Math.max(facts.usage.get(field) ?? 0, number));
}

function readEvent(facts: Facts, event: EventLike): void {
  const attributes = event.attributes;
  if (attributes === undefined) return;
  const rule = eventRules.get(event.name);
  if (rule !== undefined) {
    facts.ai = true;
    const part: Part = { key: event.name, form: 'event', path: rule.role ?? '', value: attributes };
    addPart(facts, { target: rule.to, id: false, hint: false }, part, EVENT_RANK);
    facts.bytes += ENTRY_BYTES + estimateBytes(attributes);
  } else if (CARRIER_EVENTS.has(event.name)) {
    readAttributes(facts, attributes, false, EVENT_RANK + 1);
  }
}

function unnamedWork(facts: Facts): Work | undefined {
  if (!facts.ai && !facts.marked) return undefined;
  return facts.claims.has('config.model') ? unnamedModelCall : unspecifiedWork;
}

function isBlank(value: unknown): boolean {
  // Nearly every text starts with a visible character: no need to look for one.
  if (typeof value === 'string') return !(value.charCodeAt(0) > 0x20) && !/\S/.test(value);
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** Bytes that a value holds, roughly: text counts two bytes a character. */
function estimateBytes(value: unknown, depth = 0): number {
  if (typeof value === 'string') return value.length * 2;
  if (typeof value !== 'object' || value === null || depth > MAX_ESTIMATED_DEPTH) return 8;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  let bytes = 16;
  for (const entry of Object.values(value)) bytes += estimateBytes(entry, depth + 1);
  return bytes;
}
