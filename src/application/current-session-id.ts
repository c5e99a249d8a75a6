import { type Context, context, diag, trace, TraceFlags } from '@opentelemetry/api';
import { sessionListeners } from './session-listeners.js';

/**
 * The id that the session of the trace under way will have, before it is sent. Undefined without a
 * trace, where it is not sampled, or where nobody makes sessions of it. What a later attribute
 * `honeyhive.session_id` on another span says cannot be foreseen; `withSession` and `stampSpans`
 * decide it beforehand. No I/O, never throws.
 */
export function currentSessionId(): string | undefined {
  return sessionIdIn(context.active());
}

/**
 * As `currentSessionId`, of the span in a context.
 *
 * @internal
 */
export function sessionIdIn(where: Context): string | undefined {
  try {
    const span = trace.getSpan(where);
    const active = span?.spanContext();
    if (active === undefined || !trace.isSpanContextValid(active) || (active.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
    const { attributes = {} } = span as { attributes?: Readonly<Record<string, unknown>> };
    for (const listener of sessionListeners()) {
      const id = listener.sessionIdOf(active, attributes);
      if (id !== undefined) return id;
    }
  } catch (error) {
    diag.warn('HoneyHive: the id of the current session cannot be told', error);
  }
  return undefined;
}
