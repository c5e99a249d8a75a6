import type { SmallMap } from '../collections/small-map.js';
import type { Plan } from './plan.js';

/** One attribute's share in what a span says. The value is the span's own and is never changed. */
export interface Statement {
  readonly plan: Plan;
  readonly value: unknown;
}

/** What the most explicit attributes say about one target: never empty, all of one rank. */
export type Claim = readonly Statement[];

/** A target and what is said of it. */
export type ClaimEntry = readonly [string, Claim];

/** Claims by target. */
export type Claims = Pick<SmallMap<Claim>, 'get' | 'size' | typeof Symbol.iterator>;

/** What a span says for its whole trace. */
export interface Identity {
  readonly claims: Claims;
  /** Identifiers that lost against a more explicit one, by their own key. */
  readonly otherIds: readonly [string, unknown][];
}

/** Whoever says something of a session: a span's facts, or those of several put together. */
export interface Speaker {
  /** What the most explicit statement says about a target, as a text. */
  text(target: string): string | undefined;
  /** What the most explicit statements say about a target. */
  claim(target: string): Claim | undefined;
  /** What is said of a bucket and of its fields, most explicit first. */
  claimsIn(bucket: string): ClaimEntry[];
}

// Fields of a bucket that are searched one by one.
export const FEW: number = 16;

/** What is said of a bucket and of its fields, most explicit first. */
export function claimsOn(bucket: string, claims: Claims): ClaimEntry[] {
  const found: ClaimEntry[] = [];
  for (const entry of claims) if (entry[1][0]!.plan.bucket === bucket) found.push(entry);
  return byRank(found);
}

/** Sorts, the most explicit first. A handful is put in place one by one: Array.sort copies twice. */
export function byRank<E extends ClaimEntry>(entries: E[]): E[] {
  if (entries.length > FEW) return entries.sort((a, b) => (goesFirst(a, b) ? -1 : 1));
  for (let next = 1; next < entries.length; next += 1) {
    const entry = entries[next]!;
    let place = next;
    for (; place > 0 && goesFirst(entry, entries[place - 1]!); place -= 1) entries[place] = entries[place - 1]!;
    entries[place] = entry;
  }
  return entries;
}

function goesFirst([target, [first]]: ClaimEntry, [other, [second]]: ClaimEntry): boolean {
  const [rank, otherRank] = [first!.plan.rank, second!.plan.rank];
  return rank === otherRank ? target < other : rank < otherRank;
}

/** The first text of a claim, or undefined: identifiers, names and the like are short texts. */
export function textOf(claim: Claim | undefined): string | undefined {
  if (claim !== undefined) {
    for (const { value } of claim) {
      const text = toText(value);
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

/** An attribute as a short text, or undefined: of an array (a request header) its first entry. */
export function toText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'string') return first.trim() || undefined;
  return typeof first === 'number' || typeof first === 'boolean' ? String(first) : undefined;
}

/** The claim with a statement that may be part of it, or displace it. */
export function mostExplicit(claim: Statement[] | undefined, statement: Statement): Statement[] {
  const rank = claim?.[0]!.plan.rank ?? Infinity;
  if (claim === undefined || rank > statement.plan.rank) return [statement];
  if (rank === statement.plan.rank) claim.push(statement);
  return claim;
}

export function entryOf(target: string, entries: readonly [string, Statement[]][]): [string, Statement[]] | undefined {
  for (const entry of entries) if (entry[0] === target) return entry;
  return undefined;
}

/** Parts of one value, in an order that does not depend on when each attribute was set. */
export function inOrder(claim: Statement[]): Claim {
  if (claim.length < 2) return claim;
  const { form } = claim[0]!.plan;
  return form === 'fields' || form === 'message' ? claim.sort((a, b) => (a.plan.key < b.plan.key ? -1 : 1)) : claim;
}
