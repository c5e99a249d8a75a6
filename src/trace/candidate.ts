import type { Facts } from '../conventions/facts.js';
import { isSideJob } from './side-job.js';

/** A span whose word may stand for the whole session. */
export interface Candidate {
  readonly facts: Facts;
  readonly spanId: string;
  readonly name: string;
  readonly startTime: number;
  readonly endTime: number;
  /** `false`: it only serves the conversation (a tool, a retrieval), see `Work.tier`. */
  leads: boolean;
  /** Whether it is a side job, once that was asked. */
  aside?: boolean;
  /** The span within this one that describes the same call, if any. */
  readonly within: Candidate | undefined;
}

// A framework, an SDK and a client often describe one call, hardly ever more.
const MAX_CHAIN = 4;

/** What is kept of a call within another one: the outermost spans of its chain. */
export function outermost(call: Candidate | undefined, most: number = MAX_CHAIN - 1): Candidate | undefined {
  let depth = 0;
  for (let within = call; within !== undefined; within = within.within) depth += 1;
  if (call === undefined || depth <= most) return call;
  return most === 0 ? undefined : { ...call, within: outermost(call.within, most - 1) };
}

/** Of two siblings, the one whose word counts; `first` decides between two of the same standing. */
export function better(a: Candidate | undefined, b: Candidate | undefined, first: (a: Candidate, b: Candidate) => boolean): Candidate | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.leads !== b.leads) return a.leads ? a : b;
  // A title or a moderation beside the answer is believed only where there is nothing else.
  a.aside ??= isSideJob(a);
  b.aside ??= isSideJob(b);
  if (a.aside !== b.aside) return b.aside ? a : b;
  return first(a, b) ? a : b;
}

/** The earlier one; of two at the same time always the same one, in whatever order they came. */
export function isFirst(time: number, spanId: string, otherTime: number, otherSpanId: string): boolean {
  return time === otherTime ? spanId <= otherSpanId : time < otherTime;
}

/** The same call, and those within it, without what was given and answered. */
export function withoutContent(call: Candidate | undefined): Candidate | undefined {
  if (call === undefined) return undefined;
  return { ...call, facts: call.facts.withoutContent(), within: withoutContent(call.within) };
}
