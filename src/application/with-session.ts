import { type Attributes, context, diag, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { contextSaying } from './context.js';
import { type Said, saidWith, type SessionFields } from './said.js';
import { sayToListeners } from './session-listeners.js';

const TRACER = 'opentelemetry-exporter-honeyhive';

/**
 * Says what a session is called, whose it is and which id it has, for everything that happens in
 * `fn`: for the session of the trace that is under way, and for those of traces that begin inside.
 * Where none is under way it begins one, with a root span that ends when `fn` returns or its
 * promise settles: a script, a job or a handler becomes one session instead of one per model call.
 *
 * Wins over what is read from spans. No I/O.
 *
 * @returns what `fn` returns. What it throws passes through, and is recorded on a root span of ours.
 */
export function withSession<T>(fields: SessionFields, fn: () => T): T {
  const said = guarded(() => saidWith(fields)) ?? new Map<string, unknown>();
  const inside = contextSaying(context.active(), said);
  const active = trace.getSpanContext(inside);
  if (active === undefined || !trace.isSpanContextValid(active) || active.isRemote === true) {
    const name = (said.get('honeyhive.session_name') as string | undefined) ?? (fn.name || 'session');
    return trace.getTracer(TRACER).startActiveSpan(name, { attributes: attributesOf(name, said) }, inside, (span) => ending(span, fn));
  }
  guarded(() => sayToListeners(active, said));
  return context.with(inside, fn);
}

/** As HoneyHive's attributes, which an exporter reads that sees no contexts. */
function attributesOf(name: string, said: Said): Attributes {
  // Its name marks it as worth a session, whatever happens in it.
  const attributes: Attributes = { 'honeyhive.session_name': name };
  for (const [key, value] of said) attributes[key] = typeof value === 'object' ? JSON.stringify(value) : (value as string);
  return attributes;
}

function ending<T>(span: Span, fn: () => T): T {
  const fail = (error: unknown): never => {
    guarded(() => {
      const message = error instanceof Error ? error.message : String(error);
      span.recordException(error instanceof Error ? error : message);
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      span.end();
    });
    throw error;
  };
  let result: T;
  try {
    result = fn();
  } catch (error) {
    return fail(error);
  }
  // A processor of somebody else that throws must not cost the result.
  const end = (): void => guarded(() => span.end());
  if (!isThenable(result)) {
    end();
    return result;
  }
  // Asked once: a lazy one (a query) would run again each time.
  return result.then((value) => {
    end();
    return value;
  }, fail) as T;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function guarded<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    diag.warn('HoneyHive withSession: something said of the session is lost', error);
    return undefined;
  }
}
