import { SmallMap } from '../collections/small-map.js';
import { type Claim, type Claims, type Identity, type Speaker, toText } from './claim.js';
import { type Plan, Says } from './plan.js';
import { type Shape, type ShapeClaim, shapeOf } from './shape.js';
import { type Usage, usageIn } from './usage-details.js';
import { type Work, unnamedModelCall, unspecifiedWork, workNamed } from './work.js';

const NOTHING_SAID: Identity = { claims: new SmallMap(), otherIds: [] };

// Key, list entry and bookkeeping of one attribute.
const ENTRY_BYTES = 64;
// Header and slot of a text within a list or an object.
const TEXT_BYTES = 24;
const NUMBER_BYTES = 8;
const MAX_ESTIMATED_DEPTH = 16;

/**
 * What a span's attributes and events say. Statements are only kept here: they are parsed when a
 * session is written, since most spans are never part of one.
 */
export class Facts implements Speaker {
  /** The span does AI work: an AI family's attributes are there, or a kind of work is named. */
  readonly ai: boolean;
  /** HoneyHive's own attributes are there. */
  readonly marked: boolean;
  /** What it does; also set where HoneyHive's own attributes say nothing of it. */
  readonly work: Work | undefined;
  /** Some attribute may say that it has failed, whatever its status. */
  readonly mayFail: boolean;
  usage: Usage | undefined;
  /** Estimated bytes that the values hold: text at two bytes a character. */
  readonly bytes: number;
  /** Which statements there are, and which of them count. */
  readonly shape: Shape;
  /** By the place of their statement in the shape: thousands of traces wait, and an object for each pair would take three times the memory. */
  readonly #values: readonly unknown[];

  /** @param values are kept as they are. */
  constructor(shape: Shape, values: readonly unknown[], { ai, marked, mayFail, usage, bytes }: WithoutStatements, work?: Work) {
    this.ai = ai;
    this.marked = marked;
    this.mayFail = mayFail;
    this.usage = usage;
    this.bytes = bytes;
    this.shape = shape;
    this.#values = values;
    this.work = work;
    if (work !== undefined) return;
    const named = (shape.says & Says.WORK) === 0 ? undefined : this.text('work');
    if (named !== undefined) {
      this.ai = true;
      this.work = workNamed(named);
    } else if (ai || marked) {
      this.work = this.hasModel ? unnamedModelCall : unspecifiedWork;
    }
  }

  /** It says what it was given. */
  get hasInput(): boolean {
    return (this.shape.says & Says.INPUT) !== 0;
  }

  /** It says what came of it. */
  get hasOutput(): boolean {
    return (this.shape.says & Says.OUTPUT) !== 0;
  }

  /** It says which model worked, or how. */
  get hasConfig(): boolean {
    return (this.shape.says & Says.CONFIG) !== 0;
  }

  get hasModel(): boolean {
    return (this.shape.says & Says.MODEL) !== 0;
  }

  /** It says itself why it has failed. */
  get hasError(): boolean {
    return (this.shape.says & Says.ERROR) !== 0;
  }

  /** It names an agent. */
  get hasAgentName(): boolean {
    return (this.shape.says & Says.AGENT) !== 0;
  }

  /** It says what any span may say of its trace. */
  get hasIdentity(): boolean {
    return (this.shape.says & Says.IDENTITY) !== 0;
  }

  /** Nothing is said that a trace has a use for. */
  get silent(): boolean {
    return !this.ai && !this.marked && this.#values.length === 0 && this.usage === undefined;
  }

  /** What the most explicit statements say about a target. */
  claim(target: string): Claim | undefined {
    const claim = this.shape.claims.get(target);
    return claim && this.#claimOf(claim);
  }

  /** What is said of a bucket and of its fields, most explicit first. */
  claimsIn(bucket: string): Claim[] {
    return this.shape.claimsIn(bucket).map((claim) => this.#claimOf(claim));
  }

  /** What the most explicit statements say, by target. */
  get claims(): Claims {
    return this.#claimsWhere(() => true);
  }

  /** What the span says for its whole trace. */
  identity(): Identity {
    return this.hasIdentity ? { claims: this.#claimsWhere(({ identity }) => identity), otherIds: this.otherIds } : NOTHING_SAID;
  }

  /** Identifiers that lost against a more explicit one, by their own key. */
  get otherIds(): [string, unknown][] {
    const lost: [string, unknown][] = [];
    for (const { loser, winner } of this.shape.lostIds) {
      const { key } = this.shape.plans[loser]!;
      const value = this.#values[loser];
      // What is said in code may stand in an attribute of the same name too.
      const isSame = this.shape.plans[winner]!.key === key && this.#values[winner] === value;
      if (!isSame) lost.push([key, value]);
    }
    return lost;
  }

  /** Attributes that no family knows, by their own key; left out for spans below a root. */
  get unknown(): [string, unknown][] {
    return this.shape.unknown.map((at) => [this.shape.plans[at]!.key, this.#values[at]]);
  }

  /** The value of a statement, by its place in the shape. */
  valueAt(statement: number): unknown {
    return this.#values[statement];
  }

  /** What the most explicit statement says about a target, as a text. */
  text(target: string): string | undefined {
    const claim = this.shape.claims.get(target);
    return claim && toText(this.#values[claim.first]);
  }

  /** What the most explicit statement says about a target. */
  value(target: string): unknown {
    const claim = this.shape.claims.get(target);
    return claim && this.#values[claim.first];
  }

  #claimOf({ statements }: ShapeClaim): Claim {
    return statements.map((at) => ({ plan: this.shape.plans[at]!, value: this.#values[at] }));
  }

  /** Put together anew each time: spans that wait for their root hold no more than was said. */
  #claimsWhere(isWanted: (plan: Plan) => boolean): Claims {
    const claims = new SmallMap<Claim>();
    for (const claim of this.shape.claims.values()) if (isWanted(this.shape.plans[claim.first]!)) claims.set(claim.target, this.#claimOf(claim));
    return claims;
  }

  /** These facts without what was given, answered and attached: which model worked stays. */
  withoutContent(): Facts {
    const draft = new FactsDraft();
    for (const [target, claim] of this.claims) {
      if (KEPT_WITHOUT_CONTENT.has(target)) for (const { plan, value } of claim) draft.add(plan, value);
    }
    draft.ai = this.ai;
    draft.marked = this.marked;
    draft.mayFail = this.mayFail;
    draft.bytes = 0;
    return draft.facts(this.work);
  }
}

/** What a span says beside its statements, and what these hold. */
type WithoutStatements = Pick<Facts, 'ai' | 'marked' | 'mayFail' | 'usage' | 'bytes'>;

/**
 * Statements, while they are collected. This is done for each attribute of each span: what V8 would
 * take into it when it optimises it, and does itself in few spans, is kept for later or elsewhere.
 */
export class FactsDraft {
  ai = false;
  marked = false;
  mayFail = false;
  bytes = 0;
  readonly plans: Plan[] = [];
  readonly values: unknown[] = [];
  /** Statements on usage, which are summed up at once. */
  readonly #counts: { readonly field: string; readonly value: unknown }[] = [];

  /** Takes in what one attribute says. */
  add(plan: Plan, value: unknown): void {
    if (plan.usage !== undefined) {
      this.#counts.push({ field: plan.usage, value });
      return;
    }
    this.plans.push(plan);
    this.values.push(value);
    this.bytes += statementBytes(value);
  }

  facts(work?: Work): Facts {
    return new Facts(shapeOf(this.plans), this.values.slice(), this, work);
  }

  get usage(): Usage | undefined {
    return this.#counts.reduce((usage: Usage | undefined, { field, value }) => usageIn(field, value, usage), undefined);
  }
}

// Short texts, not worth counting.
const KEPT_WITHOUT_CONTENT: ReadonlySet<string> = new Set(['config.model', 'config.provider', 'work', 'metadata.response_model']);

/** The agent that a span is about; an agent's span that names none is named after it. */
export function agentNameOf(facts: Facts, spanName: string): string | undefined {
  return (facts.hasAgentName ? facts.text('agent_name') : undefined) ?? (facts.work?.agent === true ? spanName.replace(/^invoke_agent /, '').trim() || undefined : undefined);
}

/** Bytes that a statement with this value holds. */
export function statementBytes(value: unknown): number {
  return ENTRY_BYTES + (typeof value === 'string' ? value.length * 2 : typeof value === 'number' ? NUMBER_BYTES : estimateBytes(value));
}

/** Bytes that a value holds, roughly: text counts two bytes a character. */
export function estimateBytes(value: unknown, depth: number = 0): number {
  if (typeof value === 'string') return value.length * 2 + (depth > 0 ? TEXT_BYTES : 0);
  if (typeof value !== 'object' || value === null || depth > MAX_ESTIMATED_DEPTH) return NUMBER_BYTES;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  let bytes = 16;
  // By index: what V8 makes of an iterator would go into the loop over a span's attributes.
  const entries: readonly unknown[] = Object.values(value);
  for (let at = 0; at < entries.length; at += 1) bytes += estimateBytes(entries[at], depth + 1);
  return bytes;
}
