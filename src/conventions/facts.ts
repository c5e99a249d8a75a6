import { SmallMap } from '../collections/small-map.js';
import { byRank, type Claim, type ClaimEntry, type Claims, claimsOn, entryOf, FEW, type Identity, inOrder, mostExplicit, type Speaker, type Statement, toText } from './claim.js';
import { type Plan, Says } from './plan.js';
import { type Usage, usageIn } from './usage-details.js';
import { type Work, unnamedModelCall, unspecifiedWork, workNamed } from './work.js';

const NOTHING_SAID: Identity = { claims: new SmallMap(), otherIds: [] };

// Key, list entry and bookkeeping of one attribute.
const ENTRY_BYTES = 64;
// Header and slot of a text within a list or an object.
const TEXT_BYTES = 24;
const MAX_ESTIMATED_DEPTH = 16;

/**
 * What a span's attributes and events say. Statements are only collected here: they are put in
 * order and parsed when a session is written, since most spans are never part of one.
 */
export class Facts implements Speaker {
  /** The span does AI work: an AI family's attributes are there, or a kind of work is named. */
  ai = false;
  /** HoneyHive's own attributes are there. */
  marked = false;
  /** What it does; also set where HoneyHive's own attributes say nothing of it. */
  work: Work | undefined;
  usage: Usage | undefined;
  /** Estimated bytes that the values hold: text at two bytes a character. */
  bytes = 0;
  /** Plan, value, plan, value: an object for each pair would take three times the memory, and thousands of traces wait. */
  readonly #said: unknown[] = [];
  /** What is said, as `Says` of all plans together. */
  #says = 0;

  /** It says what it was given. */
  get hasInput(): boolean {
    return (this.#says & Says.INPUT) !== 0;
  }

  /** It says what came of it. */
  get hasOutput(): boolean {
    return (this.#says & Says.OUTPUT) !== 0;
  }

  /** It says which model worked, or how. */
  get hasConfig(): boolean {
    return (this.#says & Says.CONFIG) !== 0;
  }

  get hasModel(): boolean {
    return (this.#says & Says.MODEL) !== 0;
  }

  /** It says what any span may say of its trace. */
  get hasIdentity(): boolean {
    return (this.#says & Says.IDENTITY) !== 0;
  }

  /** Nothing is said that a trace has a use for. */
  get silent(): boolean {
    return !this.ai && !this.marked && this.#said.length === 0 && this.usage === undefined;
  }

  /** What the most explicit statements say about a target. */
  claim(target: string): Claim | undefined {
    let claim: Statement[] | undefined;
    for (let at = 0; at < this.#said.length; at += 2) {
      const plan = this.#said[at] as Plan;
      if (plan.target === target) claim = mostExplicit(claim, { plan, value: this.#said[at + 1] });
    }
    return claim && inOrder(claim);
  }

  /** What is said of a bucket and of its fields, most explicit first. */
  claimsIn(bucket: string): ClaimEntry[] {
    let found: [string, Statement[]][] | undefined;
    for (let at = 0; at < this.#said.length; at += 2) {
      const plan = this.#said[at] as Plan;
      if (plan.bucket !== bucket) continue;
      if (found?.length === FEW) return claimsOn(bucket, this.#order((other) => other.bucket === bucket));
      const statement: Statement = { plan, value: this.#said[at + 1] };
      const known = found === undefined ? undefined : entryOf(plan.target, found);
      if (known !== undefined) known[1] = mostExplicit(known[1], statement);
      else if (found !== undefined) found.push([plan.target, [statement]]);
      // Nearly always the only one: a list that has grown would take a hundred bytes more.
      else found = [[plan.target, [statement]]];
    }
    if (found === undefined) return [];
    for (const [, claim] of found) inOrder(claim);
    return byRank(found);
  }

  /** What the most explicit statements say, by target. */
  get claims(): Claims {
    return this.#order(() => true);
  }

  /** What the span says for its whole trace. */
  identity(): Identity {
    return this.hasIdentity ? { claims: this.#order((plan) => plan.identity), otherIds: this.otherIds } : NOTHING_SAID;
  }

  /** Identifiers that lost against a more explicit one, by their own key. */
  get otherIds(): [string, unknown][] {
    const lost: [string, unknown][] = [];
    for (let at = 0; at < this.#said.length; at += 2) {
      const plan = this.#said[at] as Plan;
      if (!plan.id) continue;
      const best = this.#bestOn(plan.target);
      const winner = this.#said[best] as Plan;
      // What is said in code may stand in an attribute of the same name too.
      const isSame = winner.key === plan.key && this.#said[best + 1] === this.#said[at + 1];
      if (winner.rank < plan.rank && !isSame) lost.push([plan.key, this.#said[at + 1]]);
    }
    return lost;
  }

  /** Attributes that no family knows, by their own key; left out for spans below a root. */
  get unknown(): [string, unknown][] {
    const unknown: [string, unknown][] = [];
    for (let at = 0; at < this.#said.length; at += 2) {
      const plan = this.#said[at] as Plan;
      if (plan.target === 'unknown') unknown.push([plan.key, this.#said[at + 1]]);
    }
    return unknown;
  }

  /** Takes in what one attribute says. */
  add(plan: Plan, value: unknown): void {
    if (plan.usage !== undefined) {
      this.usage = usageIn(plan.usage, value, this.usage);
      return;
    }
    this.#said.push(plan, value);
    this.#says |= plan.says;
    this.bytes += ENTRY_BYTES + estimateBytes(value);
  }

  /** To be called when all is said. */
  settle(): void {
    const work = this.text('work');
    if (work !== undefined) {
      this.ai = true;
      this.work = workNamed(work);
    } else if (this.ai || this.marked) {
      this.work = this.hasModel ? unnamedModelCall : unspecifiedWork;
    }
  }

  /** What the most explicit statement says about a target, as a text. */
  text(target: string): string | undefined {
    return toText(this.value(target));
  }

  /** What the most explicit statement says about a target. */
  value(target: string): unknown {
    const at = this.#bestOn(target);
    return at < 0 ? undefined : this.#said[at + 1];
  }

  /** Where the most explicit statement about a target begins, or -1. */
  #bestOn(target: string): number {
    const said = this.#said;
    let best = -1;
    for (let at = 0; at < said.length; at += 2) {
      const plan = said[at] as Plan;
      if (plan.target === target && (best < 0 || plan.rank < (said[best] as Plan).rank)) best = at;
    }
    return best;
  }

  /** Put in order anew each time: spans that wait for their root hold no more than was said. */
  #order(isWanted: (plan: Plan) => boolean): Claims {
    const claims = new SmallMap<Statement[]>();
    for (let at = 0; at < this.#said.length; at += 2) {
      const plan = this.#said[at] as Plan;
      if (plan.target === 'unknown' || !isWanted(plan)) continue;
      const known = claims.get(plan.target);
      const best = mostExplicit(known, { plan, value: this.#said[at + 1] });
      if (best !== known) claims.set(plan.target, best);
    }
    for (const [, claim] of claims) inOrder(claim);
    return claims;
  }

  /** These facts without what was given, answered and attached: which model worked stays. */
  withoutContent(): Facts {
    const brief = new Facts();
    brief.ai = this.ai;
    brief.marked = this.marked;
    brief.work = this.work;
    for (const [target, claim] of this.claims) {
      if (KEPT_WITHOUT_CONTENT.has(target)) for (const { plan, value } of claim) brief.add(plan, value);
    }
    brief.bytes = 0;
    return brief;
  }
}

// Short texts, not worth counting.
const KEPT_WITHOUT_CONTENT: ReadonlySet<string> = new Set(['config.model', 'config.provider', 'work', 'metadata.response_model']);

/** The agent that a span is about; an agent's span that names none is named after it. */
export function agentNameOf(facts: Facts, spanName: string): string | undefined {
  return facts.text('agent_name') ?? (facts.work?.agent === true ? spanName.replace(/^invoke_agent /, '').trim() || undefined : undefined);
}

/** Bytes that a value holds, roughly: text counts two bytes a character. */
export function estimateBytes(value: unknown, depth: number = 0): number {
  if (typeof value === 'string') return value.length * 2 + (depth > 0 ? TEXT_BYTES : 0);
  if (typeof value !== 'object' || value === null || depth > MAX_ESTIMATED_DEPTH) return 8;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  let bytes = 16;
  for (const entry of Object.values(value)) bytes += estimateBytes(entry, depth + 1);
  return bytes;
}
