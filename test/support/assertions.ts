import type { Assertion } from './captures.js';

/** Why a session does not hold an assertion, or `undefined` when it does. */
export function violation(session: object, assertion: Assertion): string | undefined {
  const { op, f, v } = assertion;
  const value = f === '*' ? session : at(session, f);
  const fine = {
    has: () => contains(value, v),
    any: () => contains(session, v),
    hasnt: () => !contains(value, v),
    eq: () => same(value, v),
    oneof: () => (v as unknown[]).some((option) => same(value, option)),
    absent: () => isEmpty(value),
    nonempty: () => !isEmpty(value),
    num: () => typeof value === 'number' && Math.abs(value - (v as number)) <= (assertion.tol ?? 0),
  }[op]();
  return fine ? undefined : `${op} ${f} ${JSON.stringify(v)}: ${JSON.stringify(value)?.slice(0, 300)}`;
}

function at(value: any, path: string): unknown {
  return path.split('.').reduce((inner, key) => inner?.[key], value);
}

/** The value is there, at any depth, inside texts and inside JSON texts too. */
function contains(value: unknown, wanted: unknown): boolean {
  if (same(value, wanted)) return true;
  if (typeof value === 'string') {
    if (typeof wanted === 'string') return value.includes(wanted);
    if (!/^\s*[[{]/.test(value)) return false;
    try {
      return contains(JSON.parse(value), wanted);
    } catch {
      return false;
    }
  }
  return typeof value === 'object' && value !== null && Object.values(value).some((entry) => contains(entry, wanted));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
