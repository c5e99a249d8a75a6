import type { SmallMap } from '../collections/small-map.js';
import type { Plan } from './plan.js';

/** One attribute's share in what a span says. The value is the span's own and is never changed. */
export interface Statement {
  readonly plan: Plan;
  readonly value: unknown;
}

/** What the most explicit attributes say about one target: never empty, all of one rank. */
export type Claim = readonly Statement[];

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
  claimsIn(bucket: string): Claim[];
}

/** What is said of a bucket and of its fields, most explicit first. */
export function claimsOn(bucket: string, claims: Claims): Claim[] {
  const found: Claim[] = [];
  for (const [, claim] of claims) if (claim[0]!.plan.bucket === bucket) found.push(claim);
  return byRank(found, ([first]) => first!.plan);
}

/** Sorts, the most explicit first. */
export function byRank<E>(entries: E[], planOf: (entry: E) => Plan): E[] {
  return entries.sort((a, b) => {
    const { rank, target } = planOf(a);
    const other = planOf(b);
    return rank === other.rank ? (target < other.target ? -1 : 1) : rank - other.rank;
  });
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
