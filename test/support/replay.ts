import { serializeSession } from '../../src/session/serialize-session.js';
import type { SessionSettings } from '../../src/session/build-session.js';
import type { Session } from '../../src/session/session.js';
import { isAnnouncement, type ReadableSpanLike } from '../../src/span/readable-span.js';
import { isSessionRoot } from '../../src/trace/root-rule.js';
import { SessionIntake } from '../../src/trace/session-intake.js';

export const settings: SessionSettings = {
  sessionName: undefined,
  source: undefined,
  nodeEnvironment: undefined,
  project: undefined,
  sessionScope: 'trace',
  captureContent: true,
};

export function intake(): SessionIntake {
  return new SessionIntake({
    maxOpenTraces: 1000,
    maxDigestBytes: 32 * 1024 * 1024,
    traceIdleMillis: 3_600_000,
    sessionFilter: 'work', captureContent: true,
    sessionName: undefined,
  });
}

/** The sessions that one batch of spans comes to, as the exporter maps it. */
export function sessionsOf(recorded: readonly ReadableSpanLike[], taker: SessionIntake = intake()): Session[] {
  const spans = recorded.filter((span) => !isAnnouncement(span));
  const roots = spans.filter((span) => isSessionRoot(span, 'trace'));
  for (const span of spans) if (!roots.includes(span)) taker.fold(span);
  const rootIds = new Set(roots.map((root) => root.spanContext().spanId));
  return roots.flatMap((root) => {
    const taken = taker.take(root, { otherRoots: rootIds });
    return 'facts' in taken ? [JSON.parse(serializeSession(taken.facts, settings, (text) => text)) as Session] : [];
  });
}
