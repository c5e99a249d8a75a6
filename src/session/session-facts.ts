import type { Claims } from '../conventions/claim.js';
import type { Facts } from '../conventions/facts.js';
import type { Usage } from '../conventions/usage-details.js';

/** Everything that is known of a session before it is written down. */
export interface SessionFacts {
  root: RootFacts;
  below: WorkBelow;
}

/** The root span: where the session's name, times and identity come from. */
export interface RootFacts {
  traceId: string;
  spanId: string;
  /** It has a parent in another process: it is no root of the whole trace. */
  hasParent: boolean;
  /** The session's id, where it was decided before: nothing that a span says changes it. */
  sessionId?: string | undefined;
  name: string;
  /** As OpenTelemetry writes it: `SERVER`, `INTERNAL`, ... */
  kind: string;
  /** Unix milliseconds, whole. */
  startTime: number;
  /** Unix milliseconds, whole. */
  endTime: number;
  /** Milliseconds with their fraction. */
  duration: number;
  failure: Reason | undefined;
  /** What its protocol says of a root that failed without a word: `HTTP 502`. */
  statusReason: string | undefined;
  facts: Facts;
  resource: Readonly<Record<string, unknown>>;
  droppedAttributes: number;
  /** What the application's `sessionName` function answered for this root. */
  givenName: string | undefined;
  /** The name to show when nobody gives one, see `nameFromSpan`. */
  fallbackName: string;
}

/** Why something failed, as far as it is known. */
export interface Reason {
  message?: string;
  type?: string;
  stack?: string;
}

/** What the spans below a root say together. */
export interface WorkBelow {
  readonly spans: number;
  readonly modelCalls: number;
  readonly toolCalls: number;
  readonly failedSpans: number;
  /** Sums. */
  readonly usage: Usage | undefined;
  /** The span whose input stands for the whole. */
  readonly input: Facts | undefined;
  /** The span whose output stands for the whole. */
  readonly output: Facts | undefined;
  /** The spans that say which model worked and how, outermost first. */
  readonly calls: readonly Facts[];
  /** Session, user and conversation, by target. */
  readonly identity: Claims;
  /** Identifiers beside those, by their own key. */
  readonly otherIds: readonly (readonly [string, unknown])[];
  readonly agentName: string | undefined;
  readonly tools: readonly string[];
  /** The failure that most likely explains a root that failed without a word. */
  readonly failure: Reason | undefined;
}
