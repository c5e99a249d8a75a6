import { type Context, propagation, type TextMapGetter, type TextMapPropagator, type TextMapSetter, trace } from '@opentelemetry/api';
import { apiRegistry, PROPAGATOR_INSIDE, registeredPropagator } from '../otel/api-registry.js';
import { isUuid } from '../session/uuid.js';
import { sessionListeners } from './session-listeners.js';

/** Under which callers of other makes hand their session's id on, too: HoneyHive's Python SDK has the second one. */
const ENTRIES = ['honeyhive.session_id', 'session_id'] as const;
const [ENTRY] = ENTRIES;

/** The session that a caller has handed on: a UUID or nothing, since anybody can send baggage. */
export function sessionIdInBaggage(context: Context): string | undefined {
  const baggage = propagation.getBaggage(context);
  for (const entry of ENTRIES) {
    const id = baggage?.getEntry(entry)?.value;
    if (id !== undefined && isUuid(id)) return id.toLowerCase();
  }
  return undefined;
}

/** Has the registered propagator hand on the session's id, in the baggage, if it hands on baggage. */
export function propagateSessionId(): void {
  const registry = apiRegistry();
  const registered = registry.propagation as TextMapPropagator | undefined;
  if (registered === undefined || registered !== registeredPropagator()) return;
  registry.propagation = new SessionPropagator(registered);
}

class SessionPropagator implements TextMapPropagator {
  readonly [PROPAGATOR_INSIDE]: TextMapPropagator;

  constructor(inner: TextMapPropagator) {
    this[PROPAGATOR_INSIDE] = inner;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    this[PROPAGATOR_INSIDE].inject(withSessionId(context), carrier, setter);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return this[PROPAGATOR_INSIDE].extract(context, carrier, getter);
  }

  fields(): string[] {
    return this[PROPAGATOR_INSIDE].fields();
  }
}

function withSessionId(context: Context): Context {
  try {
    const span = trace.getSpan(context);
    if (span === undefined) return context;
    const { attributes = {} } = span as { attributes?: Readonly<Record<string, unknown>> };
    for (const listener of sessionListeners()) {
      const id = listener.handOn(span.spanContext(), attributes);
      if (id !== undefined) return propagation.setBaggage(context, (propagation.getBaggage(context) ?? propagation.createBaggage()).setEntry(ENTRY, { value: id }));
    }
  } catch {
    // The request that is about to be sent must not suffer.
  }
  return context;
}
