import { agentNameOf, type Claim, claimedText, type Facts } from '../conventions/facts.js';
import { sameCall } from '../session/config.js';
import type { WorkBelow } from '../session/session-facts.js';
import type { Failure } from '../span/failure.js';
import { largerOf, sumOf, type Usage } from './usage.js';

/** A finished span, as far as it is folded into what its parent's subtree has to say. */
export interface FoldedSpan {
  name: string;
  /** Unix milliseconds. */
  startTime: number;
  /** Unix milliseconds. */
  endTime: number;
  facts: Facts;
  failure: Failure | undefined;
}

/** A span whose word may stand for the whole session. */
interface Candidate {
  facts: Facts;
  /** `false`: it only serves the conversation (a tool, a retrieval), see `Work.tier`. */
  leads: boolean;
  startTime: number;
  endTime: number;
}

interface CallCandidate extends Candidate {
  /** Outermost first. */
  chain: Facts[];
}

interface IdentityClaim {
  claim: Claim;
  depth: number;
  startTime: number;
}

const MAX_TOOLS = 64;
const MAX_OTHER_IDS = 32;
// Identifiers and short messages: not worth counting, and kept when content is given up.
const MAX_UNCOUNTED_BYTES = 2048;
const MAX_BRIEF_MESSAGE = 256;
const MAX_CALL_CHAIN = 4;

// What is kept of a call without its content: short texts, not worth counting.
const CALL_TARGETS: readonly string[] = ['config.model', 'config.provider', 'work', 'metadata.response_model'];
const NO_USAGE: ReadonlyMap<string, number> = new Map();

/** Targets that any span of a trace may decide for the whole. */
export function isIdentity(target: string): boolean {
  return (
    target === 'session_id' ||
    target === 'session_name' ||
    target === 'source' ||
    target === 'project' ||
    target === 'conversation_id' ||
    target.startsWith('user_properties')
  );
}

/**
 * What a subtree of finished spans has to say, without the spans. Two moves build it: `add`
 * lays siblings side by side, `enclose` puts the span around them that has just ended.
 *
 * Both keep to the same rules: the outermost AI span is believed over those below it; among
 * siblings the earliest input and the latest output; what leads a conversation over what serves it.
 */
export class Digest implements WorkBelow {
  spans = 0;
  modelCalls = 0;
  toolCalls = 0;
  failedSpans = 0;
  /** Some span did AI work. */
  ai = false;
  /** Some span carries HoneyHive's own attributes. */
  marked = false;
  /** Start of the earliest span, Unix milliseconds. */
  startTime: number = Infinity;
  agentName: string | undefined;

  #usage: Usage | undefined;
  #input: Candidate | undefined;
  #output: Candidate | undefined;
  #call: CallCandidate | undefined;
  #identity: Map<string, IdentityClaim> | undefined;
  #otherIds: [string, unknown][] = [];
  #tools: Set<string> | undefined;
  #failure: { failure: Failure; endTime: number } | undefined;
  #agentStart = Infinity;

  get usage(): ReadonlyMap<string, number> {
    return this.#usage ?? NO_USAGE;
  }

  get input(): Facts | undefined {
    return this.#input?.facts;
  }

  get output(): Facts | undefined {
    return this.#output?.facts;
  }

  get calls(): readonly Facts[] {
    return this.#call?.chain ?? [];
  }

  get identity(): ReadonlyMap<string, Claim> {
    return new Map([...(this.#identity ?? [])].map(([target, { claim }]) => [target, claim]));
  }

  get otherIds(): readonly (readonly [string, unknown])[] {
    return this.#otherIds;
  }

  get tools(): readonly string[] {
    return [...(this.#tools ?? [])];
  }

  get failure(): Failure | undefined {
    return this.#failure?.failure;
  }

  /** Bytes held by what the kept spans said. */
  get bytes(): number {
    let bytes = largeBytes(this.#failure?.failure);
    for (const { claim } of this.#identity?.values() ?? []) for (const { value } of claim.parts) bytes += largeBytes(value);
    if (this.#input === undefined && this.#output === undefined && this.#call === undefined) return bytes;
    for (const facts of new Set([this.#input?.facts, this.#output?.facts, ...this.calls])) bytes += facts?.bytes ?? 0;
    return bytes;
  }

  /** Puts a span around everything in this digest: its word goes before theirs. */
  enclose(span: FoldedSpan): void {
    const { facts, failure } = span;
    this.spans += 1;
    this.startTime = Math.min(this.startTime, span.startTime);
    this.ai ||= facts.ai;
    this.marked ||= facts.marked;
    if (facts.usage !== undefined) this.#usage = largerOf(facts.usage, this.#usage);
    if (failure !== undefined) {
      this.failedSpans += 1;
      if (failure.message !== undefined || this.#failure === undefined) this.#failure = { failure, endTime: span.endTime };
    }
    this.#encloseIdentity(span);
    if (facts.work !== undefined) this.#encloseWork(span);
  }

  #encloseWork(span: FoldedSpan): void {
    const { facts } = span;
    const { model, tool, tier } = facts.work!;
    // One call is often written twice, by a framework and by the client below it.
    if (model) this.modelCalls = Math.max(1, this.modelCalls);
    if (tool) {
      this.toolCalls = Math.max(1, this.toolCalls);
      this.#addTool(claimedText(facts, 'tool_name') ?? span.name);
    }

    const own: Candidate = { facts, leads: tier === 'conversation', startTime: span.startTime, endTime: span.endTime };
    // What happens inside a tool or a retriever is no part of the conversation either.
    if (!own.leads) for (const candidate of [this.#input, this.#output, this.#call]) if (candidate) candidate.leads = false;
    if (facts.claims.has('inputs')) this.#input = own;
    if (facts.claims.has('outputs')) this.#output = { ...own };
    this.#call = callAround(own, this.#call);

    const agent = agentNameOf(facts, span.name);
    if (agent !== undefined) {
      this.agentName = agent;
      this.#agentStart = span.startTime;
    }
  }

  #encloseIdentity({ facts, startTime }: FoldedSpan): void {
    for (const known of this.#identity?.values() ?? []) known.depth += 1;
    for (const [target, claim] of facts.claims) {
      if (!isIdentity(target)) continue;
      const known = this.#identity?.get(target);
      if (known !== undefined && claim.hint && !known.claim.hint) continue;
      (this.#identity ??= new Map()).set(target, { claim, depth: 0, startTime });
    }
    this.#addOtherIds(facts.otherIds);
  }

  /** Lays a sibling's subtree beside this one. */
  add(sibling: Digest): void {
    this.spans += sibling.spans;
    this.modelCalls += sibling.modelCalls;
    this.toolCalls += sibling.toolCalls;
    this.failedSpans += sibling.failedSpans;
    this.ai ||= sibling.ai;
    this.marked ||= sibling.marked;
    this.startTime = Math.min(this.startTime, sibling.startTime);
    this.#usage = sumOf(this.#usage, sibling.#usage);
    this.#input = better(this.#input, sibling.#input, (a, b) => a.startTime <= b.startTime);
    this.#output = better(this.#output, sibling.#output, (a, b) => a.endTime > b.endTime);
    this.#call = better(this.#call, sibling.#call, (a, b) => a.endTime > b.endTime);
    this.#addIdentity(sibling);
    this.#addOtherIds(sibling.#otherIds);
    for (const tool of sibling.#tools ?? []) this.#addTool(tool);
    if (sibling.#agentStart < this.#agentStart) {
      this.agentName = sibling.agentName;
      this.#agentStart = sibling.#agentStart;
    }
    this.#failure = moreTelling(this.#failure, sibling.#failure);
  }

  #addIdentity(sibling: Digest): void {
    for (const [target, claim] of sibling.#identity ?? []) {
      const known = this.#identity?.get(target);
      if (known !== undefined && !goesBefore(claim, known)) continue;
      (this.#identity ??= new Map()).set(target, claim);
    }
  }

  #addOtherIds(ids: readonly [string, unknown][]): void {
    for (const id of ids) {
      if (this.#otherIds.length >= MAX_OTHER_IDS) return;
      if (!this.#otherIds.some(([key]) => key === id[0])) this.#otherIds.push(id);
    }
  }

  #addTool(name: string): void {
    this.#tools ??= new Set();
    if (this.#tools.size < MAX_TOOLS) this.#tools.add(name);
  }

  /** Gives up what was said, to free memory; identity, usage and counts stay. */
  dropContent(): void {
    this.#input = undefined;
    this.#output = undefined;
    if (this.#call !== undefined) this.#call.chain = this.#call.chain.map(withoutContent);
    if (this.#failure !== undefined) this.#failure.failure = brief(this.#failure.failure);
    for (const [target, { claim }] of this.#identity ?? []) {
      if (claim.parts.some(({ value }) => largeBytes(value) > 0)) this.#identity!.delete(target);
    }
  }
}

/** Bytes of a text, or of the texts in an object, where they are too many not to count. */
function largeBytes(value: unknown): number {
  let bytes = 0;
  if (typeof value === 'string') bytes = value.length * 2;
  else if (typeof value === 'object' && value !== null) for (const entry of Object.values(value)) if (typeof entry === 'string') bytes += entry.length * 2;
  return bytes > MAX_UNCOUNTED_BYTES ? bytes : 0;
}

function brief({ message, type }: Failure): Failure {
  const failure: Failure = {};
  // Through a buffer: a slice of a text keeps all of it in memory.
  if (message !== undefined) failure.message = Buffer.from(message.slice(0, MAX_BRIEF_MESSAGE)).toString();
  if (type !== undefined) failure.type = type;
  return failure;
}

/** Which model worked is said by the span around, what it leaves open by the one below. */
function callAround(own: Candidate, below: CallCandidate | undefined): CallCandidate | undefined {
  const model = claimedText(own.facts, 'config.model');
  const speaks = model !== undefined || [...own.facts.claims.keys()].some((target) => target.startsWith('config'));
  if (!speaks && below !== undefined) return below;
  return { ...own, chain: sameCall(own.facts, below?.chain ?? []).slice(0, MAX_CALL_CHAIN) };
}

function better<C extends Candidate>(a: C | undefined, b: C | undefined, first: (a: C, b: C) => boolean): C | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.leads !== b.leads) return a.leads ? a : b;
  return first(a, b) ? a : b;
}

/** A statement goes before a hint, then the shallowest, then the earliest. */
function goesBefore(a: IdentityClaim, b: IdentityClaim): boolean {
  if (a.claim.hint !== b.claim.hint) return b.claim.hint;
  if (a.depth !== b.depth) return a.depth < b.depth;
  return a.startTime < b.startTime;
}

/** The latest failure is the one that the others did not recover from. */
function moreTelling<F extends { failure: Failure; endTime: number }>(a: F | undefined, b: F | undefined): F | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const saysWhy = (known: F): boolean => known.failure.message !== undefined;
  if (saysWhy(a) !== saysWhy(b)) return saysWhy(a) ? a : b;
  return b.endTime >= a.endTime ? b : a;
}

function withoutContent(facts: Facts): Facts {
  return { ...facts, claims: new Map([...facts.claims].filter(([target]) => CALL_TARGETS.includes(target))), bytes: 0 };
}
