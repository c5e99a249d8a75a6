import { book } from './book.js';

/**
 * Whether a span's attributes say nothing of it that its trace has a use for: so it is with nearly
 * all children of a web request.
 *
 * @param except a key that does not count.
 */
export function isSilent(attributes: Readonly<Record<string, unknown>>, except?: string): boolean {
  let step = book.first;
  for (const key in attributes) {
    // As `after` searches; a call less for each key.
    let next = step.next;
    while (next !== undefined && next.key !== key) next = next.sibling;
    step = next ?? book.after(step, key);
    if (!step.silent && key !== except) return false;
  }
  return true;
}
