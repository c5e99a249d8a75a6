import type { Convention, Rule } from '../../src/conventions/convention.js';
import { families } from '../../src/conventions/families.js';

/** One rule of a family, and an attribute that it is meant for. */
export interface KnownKey {
  family: Convention;
  pattern: string;
  rule: Rule;
  /** A key as an instrumentation would write it. */
  key: string;
  /** What the `.*` of the pattern stands for in `key`. */
  path: string;
}

/** Every rule of every family. */
export const knownKeys: readonly KnownKey[] = families.flatMap((family) =>
  Object.entries(family.attributes).map(([pattern, rule]) => {
    const path = pattern.endsWith('.*') ? '0.any.field' : '';
    return { family, pattern, rule, key: pattern.replace(/\*$/, path), path };
  }),
);
