/**
 * What the exporter does with spans before a lane sends them, of one build.
 *
 * @param root of the repository.
 */
export async function mapperOf(root) {
  const load = (file) => import(new URL(`dist/modules/${file}.js`, root).href);
  const [{ resolveConfig }, { finishSession }, { isSessionRoot }, { SessionIntake }] = await Promise.all(['config/resolve', 'session/finish-session', 'trace/root-rule', 'trace/session-intake'].map(load));

  return function mapper(options = {}) {
    const { config } = resolveConfig({ apiKey: 'bench-key', url: 'http://127.0.0.1', ...options }, {});
    const intake = new SessionIntake(config);

    function take(spans) {
      const roots = spans.filter((span) => isSessionRoot(span, config.sessionRoots));
      const rootIds = new Set(roots.map((root) => root.spanContext().spanId));
      return roots.map((root) => intake.take(root, { otherRoots: rootIds }));
    }

    return {
      /** As `export`: the whole batch is taken in before anything is serialised. */
      take,
      fold: (span) => intake.fold(span),
      /** As a lane, when it is free. */
      serialize: ({ facts }) => finishSession(facts, config).text,
      /** An intake remembers so many traces that it has sent. A long-lived process is always in that state. */
      rememberTraces(makeSpans) {
        for (let taken = 0; taken < 2 * config.maxOpenTraces; taken += 1_000) take(makeSpans(1_000));
      },
    };
  };
}

export const mapper = await mapperOf(new URL('../../', import.meta.url));
