import type { Claim, Claims } from '../conventions/claim.js';
import { agentNameOf, type Facts } from '../conventions/facts.js';
import type { Usage } from '../conventions/usage-details.js';
import type { WorkBelow } from '../session/session-facts.js';
import type { Failure } from '../span/failure.js';
import { better, type Candidate, isFirst, outermost, withoutContent } from './candidate.js';
import { largerOf, sumOf } from './usage.js';

/** A finished span, as far as it is folded into what its parent's subtree has to say. */
export interface FoldedSpan {
  spanId: string;
  name: string;
  /** Unix milliseconds with their fraction: siblings often start within one. */
  startTime: number;
  /** Unix milliseconds with their fraction. */
  endTime: number;
  facts: Facts;
  failure: Failure | undefined;
}

interface IdentityClaim {
  claim: Claim;
  depth: number;
  startTime: number;
  spanId: string;
}

interface KnownAgent {
  name: string;
  startTime: number;
  spanId: string;
}

interface KnownFailure {
  failure: Failure;
  endTime: number;
  spanId: string;
}

const MAX_TOOLS = 64;
const MAX_OTHER_IDS = 32;
// Identifiers and short messages: not worth counting, and kept when content is given up.
const MAX_UNCOUNTED_BYTES = 2048;
const MAX_BRIEF_MESSAGE = 256;

const NO_IDENTITY: Claims = new Map();

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
  /** Start of the earliest span that says something, Unix milliseconds. */
  startTime: number = Infinity;
  /** Bytes held by what the kept spans said. */
  bytes = 0;

  #usage: Usage | undefined;
  #input: Candidate | undefined;
  #output: Candidate | undefined;
  #call: Candidate | undefined;
  #identity: Map<string, IdentityClaim> | undefined;
  #otherIds: [string, unknown][] | undefined;
  #tools: Set<string> | undefined;
  #failure: KnownFailure | undefined;
  #agent: KnownAgent | undefined;

  get usage(): Usage | undefined {
    return this.#usage;
  }

  get input(): Facts | undefined {
    return this.#input?.facts;
  }

  get output(): Facts | undefined {
    return this.#output?.facts;
  }

  get calls(): readonly Facts[] {
    const calls: Facts[] = [];
    for (let call = this.#call; call !== undefined; call = call.within) calls.push(call.facts);
    return calls;
  }

  get identity(): Claims {
    if (this.#identity === undefined) return NO_IDENTITY;
    const claims = new Map<string, Claim>();
    for (const [target, { claim }] of this.#identity) claims.set(target, claim);
    return claims;
  }

  get otherIds(): readonly (readonly [string, unknown])[] {
    return this.#otherIds ?? [];
  }

  get tools(): readonly string[] {
    return [...(this.#tools ?? [])].sort();
  }

  get agentName(): string | undefined {
    return this.#agent?.name;
  }

  get failure(): Failure | undefined {
    return this.#failure?.failure;
  }

  /** Puts a span around everything in this digest: its word goes before theirs. */
  enclose(span: FoldedSpan): void {
    const { facts } = span;
    this.#count(span);
    this.ai ||= facts.ai;
    this.marked ||= facts.marked;
    if (facts.usage !== undefined) {
      this.#usage = largerOf(facts.usage, this.#usage);
      facts.usage = undefined;
    }
    this.#encloseIdentity(span);
    if (facts.work !== undefined) this.#encloseWork(span);
    this.#recount();
  }

  /** Lays spans beside this that have nothing to say but that they were there. */
  addSilent(spans: number): void {
    this.spans += spans;
  }

  #count({ startTime, endTime, spanId, failure }: FoldedSpan): void {
    this.spans += 1;
    if (startTime < this.startTime) this.startTime = startTime;
    if (failure === undefined) return;
    this.failedSpans += 1;
    if (failure.message !== undefined || this.#failure === undefined) this.#failure = { failure, endTime, spanId };
  }

  #encloseWork(span: FoldedSpan): void {
    const { facts, name, spanId, startTime, endTime } = span;
    const { model, tool, tier } = facts.work!;
    // One call is often written twice, by a framework and by the client below it.
    if (model) this.modelCalls = Math.max(1, this.modelCalls);
    if (tool) {
      this.toolCalls = Math.max(1, this.toolCalls);
      this.#addTool(facts.text('tool_name') ?? facts.text('name') ?? name);
    }

    const leads = tier === 'conversation';
    // What happens inside a tool or a retriever is no part of the conversation either.
    if (!leads) for (const candidate of [this.#input, this.#output, this.#call]) if (candidate) candidate.leads = false;
    const within = this.#call;
    const speaks = facts.hasConfig || within === undefined;
    if (facts.hasInput || facts.hasOutput || speaks) {
      const own: Candidate = { facts, name, spanId, leads, startTime, endTime, within: speaks ? outermost(within) : undefined };
      if (facts.hasInput) this.#input = own;
      if (facts.hasOutput) this.#output = own;
      // Which model worked is said by the span around, what it leaves open by the one below.
      if (speaks) this.#call = own;
    }

    const agent = agentNameOf(facts, name);
    if (agent !== undefined) {
      this.#agent = { name: agent, startTime, spanId };
    }
  }

  #encloseIdentity({ facts, startTime, spanId }: FoldedSpan): void {
    if (this.#identity !== undefined) for (const known of this.#identity.values()) known.depth += 1;
    if (!facts.hasIdentity) return;
    const { claims, otherIds } = facts.identity();
    for (const [target, claim] of claims) {
      const { hint } = claim[0]!.plan;
      const known = this.#identity?.get(target);
      if (known !== undefined && hint && !known.claim[0]!.plan.hint) continue;
      (this.#identity ??= new Map()).set(target, { claim, depth: 0, startTime, spanId });
    }
    this.#addOtherIds(otherIds);
  }

  /** Lays a sibling's subtree beside this one. */
  add(sibling: Digest): void {
    this.spans += sibling.spans;
    this.modelCalls += sibling.modelCalls;
    this.toolCalls += sibling.toolCalls;
    this.failedSpans += sibling.failedSpans;
    this.ai ||= sibling.ai;
    this.marked ||= sibling.marked;
    if (sibling.startTime < this.startTime) this.startTime = sibling.startTime;
    this.#usage = sumOf(this.#usage, sibling.#usage);
    this.#input = better(this.#input, sibling.#input, (a, b) => isFirst(a.startTime, a.spanId, b.startTime, b.spanId));
    this.#output = better(this.#output, sibling.#output, (a, b) => isFirst(b.endTime, b.spanId, a.endTime, a.spanId));
    this.#call = better(this.#call, sibling.#call, (a, b) => (a.facts.hasConfig === b.facts.hasConfig ? isFirst(b.endTime, b.spanId, a.endTime, a.spanId) : a.facts.hasConfig));
    this.#addIdentity(sibling);
    if (sibling.#otherIds !== undefined) this.#addOtherIds(sibling.#otherIds);
    for (const tool of sibling.#tools ?? []) this.#addTool(tool);
    this.#agent = earlier(this.#agent, sibling.#agent);
    this.#failure = moreTelling(this.#failure, sibling.#failure);
    this.#recount();
  }

  #addIdentity(sibling: Digest): void {
    if (sibling.#identity === undefined) return;
    for (const [target, claim] of sibling.#identity) {
      const known = this.#identity?.get(target);
      if (known !== undefined && !goesBefore(claim, known)) continue;
      (this.#identity ??= new Map()).set(target, claim);
    }
  }

  #addOtherIds(ids: readonly [string, unknown][]): void {
    for (const id of ids) {
      this.#otherIds ??= [];
      if (this.#otherIds.length >= MAX_OTHER_IDS) return;
      if (!this.#otherIds.some(([key]) => key === id[0])) this.#otherIds.push(id);
    }
  }

  #addTool(name: string): void {
    this.#tools ??= new Set();
    this.#tools.add(name);
    // Which ones stay must not depend on the order in which they came.
    if (this.#tools.size > MAX_TOOLS) this.#tools.delete([...this.#tools].reduce((last, other) => (other > last ? other : last)));
  }

  /** Gives up what was said, to free memory; identity, usage and counts stay. */
  dropContent(): void {
    this.#input = undefined;
    this.#output = undefined;
    this.#call = withoutContent(this.#call);
    if (this.#failure !== undefined) this.#failure.failure = brief(this.#failure.failure);
    for (const [target, { claim }] of this.#identity ?? []) {
      if (claim.some(({ value }) => largeBytes(value) > 0)) this.#identity!.delete(target);
    }
    this.#recount();
  }

  #recount(): void {
    let bytes = this.#failure === undefined ? 0 : largeBytes(this.#failure.failure);
    if (this.#identity !== undefined) for (const { claim } of this.#identity.values()) for (const { value } of claim) bytes += largeBytes(value);
    const input = this.#input;
    const output = this.#output;
    if (input !== undefined) bytes += input.facts.bytes;
    if (output !== undefined && output !== input) bytes += output.facts.bytes;
    for (let call = this.#call; call !== undefined; call = call.within) if (call !== input && call !== output) bytes += call.facts.bytes;
    this.bytes = bytes;
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

/** A statement goes before a hint, then the shallowest, then the earliest. */
function goesBefore(a: IdentityClaim, b: IdentityClaim): boolean {
  const [hint, otherHint] = [a.claim[0]!.plan.hint, b.claim[0]!.plan.hint];
  if (hint !== otherHint) return otherHint;
  if (a.depth !== b.depth) return a.depth < b.depth;
  return isFirst(a.startTime, a.spanId, b.startTime, b.spanId);
}

function earlier(a: KnownAgent | undefined, b: KnownAgent | undefined): KnownAgent | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return isFirst(a.startTime, a.spanId, b.startTime, b.spanId) ? a : b;
}

/** The latest failure is the one that the others did not recover from. */
function moreTelling(a: KnownFailure | undefined, b: KnownFailure | undefined): KnownFailure | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const saysWhy = (known: KnownFailure): boolean => known.failure.message !== undefined;
  if (saysWhy(a) !== saysWhy(b)) return saysWhy(a) ? a : b;
  return isFirst(a.endTime, a.spanId, b.endTime, b.spanId) ? b : a;
}
