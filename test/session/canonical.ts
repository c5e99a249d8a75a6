/** A JSON value as text that does not depend on the order of names. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry;
    // No object: an integer-like name would come first whatever the order, `__proto__` not at all.
    return Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1));
  });
}
