import type { SessionSettings } from '../../src/session/build-session.js';
import { serializeSession } from '../../src/session/serialize-session.js';
import type { SessionFacts } from '../../src/session/session-facts.js';
import type { Session } from '../../src/session/session.js';
import { SessionIntake } from '../../src/trace/session-intake.js';
import { makeSpan, type SpanGiven } from '../span/make-span.js';
import { settings } from '../support/replay.js';

/** A trace for a test: its root, and what lies below it. */
export interface TraceGiven extends SpanGiven {
  /** Spans below the root, folded in this order; without a `parent` it is the root. */
  children?: readonly SpanGiven[];
}

/** The session of a trace as the server would read it. */
export function sessionOf(given: TraceGiven = {}, more: Partial<SessionSettings> = {}): Session {
  return JSON.parse(textOf(given, more)) as Session;
}

/** The session of a trace as it is printed. */
export function textOf(given: TraceGiven = {}, more: Partial<SessionSettings> = {}): string {
  return serializeSession(factsOf(given), { ...settings, ...more }, (text) => text);
}

/** What is known of the session of a trace. */
export function factsOf({ children = [], ...root }: TraceGiven = {}): SessionFacts {
  const { id = 'span' } = root;
  const intake = new SessionIntake({ maxOpenTraces: 10, maxDigestBytes: 1e9, traceIdleMillis: 1e9, sessionFilter: 'all', captureContent: true, sessionName: undefined });
  children.forEach((child, index) => intake.fold(makeSpan({ parent: id, id: `child ${index}`, ...child })));
  const taken = intake.take(makeSpan(root), { otherRoots: new Set() });
  if ('filtered' in taken) throw new Error(`no session: ${taken.filtered}`);
  return taken.facts;
}
