import { resolveConfig } from '../../dist/esm/config/resolve.js';
import { serializeSession } from '../../dist/esm/session/serialize-session.js';
import { isSessionRoot } from '../../dist/esm/trace/root-rule.js';
import { SessionIntake } from '../../dist/esm/trace/session-intake.js';

/** What the exporter does with spans before a lane sends them, with all options at their defaults. */
export function mapper() {
  const { config } = resolveConfig({ apiKey: 'bench-key', url: 'http://127.0.0.1' }, {});
  const intake = new SessionIntake(config);

  return {
    /** As `export`: the whole batch is taken in before anything is serialised. */
    take(spans) {
      const roots = spans.filter((span) => isSessionRoot(span, config.sessionRoots));
      const rootIds = new Set(roots.map((root) => root.spanContext().spanId));
      return roots.map((root) => intake.take(root, rootIds));
    },
    /** As a lane, when it is free. */
    serialize: ({ facts }) => serializeSession(facts, config),
  };
}
