import { byRank } from './claim.js';
import type { Plan } from './plan.js';

/** A target, and the statements on it that count, by their place. */
export interface ShapeClaim {
  readonly target: string;
  /** The one that came first. */
  readonly first: number;
  /** In an order that does not depend on when each attribute was set, where they are parts of one value. */
  readonly statements: readonly number[];
}

/**
 * What follows from the plans of a span's statements alone, whatever their values: which of them
 * count. Spans of one kind share a shape, so that it is worked out once.
 */
export class Shape {
  readonly plans: readonly Plan[];
  /** `Says` of all plans together. */
  readonly says: number;
  /** By target, in the order in which targets came first. */
  readonly claims: ReadonlyMap<string, ShapeClaim>;
  /** Attributes that no family knows. */
  readonly unknown: readonly number[];
  /** Identifiers for which there is a more explicit one. */
  readonly lostIds: readonly { readonly loser: number; readonly winner: number }[];
  /** Another span had it before: what more can be worked out is worth keeping. */
  isShared = false;
  readonly #buckets = new Map<string, readonly ShapeClaim[]>();

  constructor(plans: readonly Plan[]) {
    this.plans = plans;
    this.says = plans.reduce((says, plan) => says | plan.says, 0);
    this.claims = claimsOf(plans);
    this.unknown = placesOf(plans, ({ target }) => target === 'unknown');
    this.lostIds = placesOf(plans, ({ id }) => id)
      .map((loser) => ({ loser, winner: this.claims.get(plans[loser]!.target)!.first }))
      .filter(({ loser, winner }) => plans[winner]!.rank < plans[loser]!.rank);
  }

  /** The claims on a bucket and its fields, most explicit first. */
  claimsIn(bucket: string): readonly ShapeClaim[] {
    let claims = this.#buckets.get(bucket);
    if (claims === undefined) {
      const all = [...this.claims.values()].filter(({ first }) => this.plans[first]!.bucket === bucket);
      claims = byRank(all, ({ first }) => this.plans[first]!);
      this.#buckets.set(bucket, claims);
    }
    return claims;
  }
}

function claimsOf(plans: readonly Plan[]): Map<string, ShapeClaim> {
  const claims = new Map<string, { target: string; first: number; statements: number[] }>();
  plans.forEach(({ target, rank }, at) => {
    if (target === 'unknown') return;
    const known = claims.get(target);
    const knownRank = known && plans[known.first]!.rank;
    if (knownRank === undefined || rank < knownRank) claims.set(target, { target, first: at, statements: [at] });
    else if (rank === knownRank) known!.statements.push(at);
  });
  for (const { first, statements } of claims.values()) {
    const { form } = plans[first]!;
    if (form === 'fields' || form === 'message') statements.sort((a, b) => (plans[a]!.key < plans[b]!.key ? -1 : 1));
  }
  return claims;
}

function placesOf(plans: readonly Plan[], isWanted: (plan: Plan) => boolean): number[] {
  return plans.flatMap((plan, at) => (isWanted(plan) ? [at] : []));
}

// A service has few kinds of spans. Where two meet in one place, the later one takes it.
const PLACES = 256;
// Spans with more statements are rare, and have ids in their keys.
const MAX_SHARED = 128;
const shared: (Shape | undefined)[] = Array.from({ length: PLACES });

/** The shape of these plans. The list itself is not kept. */
export function shapeOf(plans: readonly Plan[]): Shape {
  if (plans.length > MAX_SHARED) return new Shape(plans.slice());
  let hash = plans.length;
  for (let at = 0; at < plans.length; at += 1) hash = (hash * 31 + plans[at]!.serial) | 0;
  const place = hash & (PLACES - 1);
  let shape = shared[place];
  if (shape === undefined || !isSame(shape.plans, plans)) {
    shape = new Shape(plans.slice());
    shared[place] = shape;
  } else {
    shape.isShared = true;
  }
  return shape;
}

function isSame(plans: readonly Plan[], others: readonly Plan[]): boolean {
  if (plans.length !== others.length) return false;
  for (let at = 0; at < plans.length; at += 1) if (plans[at] !== others[at]) return false;
  return true;
}
