import { type Claim, type Claims, claimsOn, type Speaker, textOf } from '../conventions/claim.js';
import type { Facts } from '../conventions/facts.js';

/** Who and what the session is about: the root's own word, unless it is a mere hint and a descendant states it. */
export function identityOf(own: Facts, below: Claims): Speaker {
  if (below.size === 0) return own;
  const merged = new Map<string, Claim>(below);
  for (const [target, claim] of own.identity().claims) {
    const known = below.get(target);
    if (known === undefined || !claim[0]!.plan.hint || known[0]!.plan.hint) merged.set(target, claim);
  }
  return new Merged(merged);
}

/** Identifiers that decide nothing; among them those that the root gives only as a hint while a descendant states another one. */
export function otherIdsOf(own: Facts, below: readonly (readonly [string, unknown])[], identity: Speaker): (readonly [string, unknown])[] {
  const lost: (readonly [string, unknown])[] = own.otherIds;
  for (const id of below) lost.push(id);
  if (identity === own) return lost;
  for (const [target, claim] of own.identity().claims) {
    if (claim[0]!.plan.hint && identity.claim(target)?.[0]!.plan !== claim[0]!.plan) for (const { plan, value } of claim) lost.push([plan.key, value]);
  }
  return lost;
}

class Merged implements Speaker {
  readonly #claims: Claims;

  constructor(claims: Claims) {
    this.#claims = claims;
  }

  text(target: string): string | undefined {
    return textOf(this.#claims.get(target));
  }

  claim(target: string): Claim | undefined {
    return this.#claims.get(target);
  }

  claimsIn(bucket: string): Claim[] {
    return claimsOn(bucket, this.#claims);
  }
}
