/** What a request holds: the ids to take note of, and how a server that has taken it answers. */
export interface Taken {
  readonly ids: readonly string[];
  /** HoneyHive answers with the stored event, OTLP's servers with nothing to complain of. */
  readonly stored: string;
}

interface OtlpRequest {
  resourceSpans: { scopeSpans: { spans: { traceId: string }[] }[] }[];
}

/** Reads the body of HoneyHive's two routes that start a session, of its updates, and of OTLP's JSON. */
export function idsIn(path: string, body: Buffer): Taken {
  const value = JSON.parse(body.toString()) as object;
  if (path.endsWith('/v1/traces')) {
    const spans = (value as OtlpRequest).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    return { ids: spans.map(({ traceId }) => traceId), stored: '{"partialSuccess":{}}' };
  }
  if (/\/v1\/events\//.test(path)) return { ids: [], stored: '{}' };
  const session = ('session' in value ? value.session : value) as { session_id: string };
  return { ids: [session.session_id], stored: JSON.stringify({ event_id: session.session_id, ...session }) };
}
