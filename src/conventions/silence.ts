import { book } from './book.js';

/** One key, behind those that come before it in some spans. */
interface Step {
  readonly key: string;
  readonly isSilent: boolean;
  /** The keys that were seen behind it: this one and its siblings. */
  next: Step | undefined;
  readonly sibling: Step | undefined;
}

// Keys come from applications and may be without end: past this many, each is looked up.
const MAX_STEPS = 4096;
const MAX_SIBLINGS = 32;

// Silent for what it says of a session, but it tells which records are no spans, see `isAnnouncement`.
const ANNOUNCES = 'logfire.span_type';

const start: Step = { key: '', isSilent: true, next: undefined, sibling: undefined };
let steps = 0;

/**
 * Whether a span's attributes say nothing of it that its trace has a use for: so it is with nearly
 * all children of a web request. An instrumentation writes the same keys in the same order each
 * time: to follow them takes less than half as long as to look each one up.
 *
 * @param except a key that does not count.
 */
export function isSilent(attributes: Readonly<Record<string, unknown>>, except?: string): boolean {
  let step: Step | undefined = start;
  for (const key in attributes) {
    let next: Step | undefined = step?.next;
    while (next !== undefined && next.key !== key) next = next.sibling;
    step = next ?? addTo(step, key);
    if (!(step === undefined ? isSilentKey(key) : step.isSilent) && key !== except) return false;
  }
  return true;
}

function addTo(step: Step | undefined, key: string): Step | undefined {
  if (step === undefined || steps >= MAX_STEPS) return undefined;
  let siblings = 0;
  for (let sibling = step.next; sibling !== undefined; sibling = sibling.sibling) siblings += 1;
  if (siblings >= MAX_SIBLINGS) return undefined;
  steps += 1;
  step.next = { key, isSilent: isSilentKey(key), next: undefined, sibling: step.next };
  return step.next;
}

function isSilentKey(key: string): boolean {
  return key !== ANNOUNCES && book.planFor(key).silent;
}
