import { type ReadableSpanLike, parentOf } from '../span/readable-span.js';

/**
 * Which spans are the root of a session:
 *
 * - `trace`: spans without a parent
 * - `local`: also spans whose parent is in another process
 * - a function of the span
 */
export type SessionRoots = 'trace' | 'local' | ((span: ReadableSpanLike) => boolean);

/**
 * Tells whether a span is the root of a session. SDK 1.30 does not say whether a parent is remote;
 * there `local` means `trace`, and `onUnknownParent` is told.
 *
 * @internal
 */
export function isSessionRoot(span: ReadableSpanLike, rule: SessionRoots, onUnknownParent?: () => void): boolean {
  if (typeof rule === 'function') return rule(span) === true;
  const parent = parentOf(span);
  if (parent === undefined) return true;
  if (rule === 'trace') return false;
  if (parent.remote === undefined) onUnknownParent?.();
  return parent.remote === true;
}
