import type { Usage } from '../conventions/usage-details.js';

// Conventions name about twenty; keys beyond them come from applications.
const MAX_USAGE_FIELDS = 64;

/** Per field the larger of a span's own figure and the sum below it: nothing counts twice. Adds to `own`, which is the digest's from then on. */
export function largerOf(own: Usage, below: Usage | undefined): Usage {
  if (below !== undefined) for (const [field, number] of below) own.set(field, Math.max(number, own.get(field) ?? 0));
  return own;
}

/** Adds `b` to `a`, which belongs to the digest and is changed: a trace may have many spans. */
export function sumOf(a: Usage | undefined, b: Usage | undefined): Usage | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  for (const [field, number] of b) {
    const known = a.get(field);
    if (known !== undefined || a.size < MAX_USAGE_FIELDS) a.set(field, (known ?? 0) + number);
  }
  return a;
}
