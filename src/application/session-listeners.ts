import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { Said } from './said.js';

/** Whoever makes sessions of this process's traces. Both copies of this package meet here. */
export interface SessionListener {
  /** Adds to the session that an open span belongs to. */
  say(span: SpanContext, said: Said): void;
  /** The id that this session will have. */
  sessionIdOf(span: SpanContext, attributes: Readonly<Record<string, unknown>>): string | undefined;
  /** This id for those whom the span calls, if they are to know it. It does not change after that. */
  handOn(span: SpanContext, attributes: Readonly<Record<string, unknown>>): string | undefined;
}

const LISTENERS: unique symbol = Symbol.for('opentelemetry-exporter-honeyhive.listeners') as never;

// Held weakly: an exporter that nobody has any more makes no sessions.
function all(): Set<WeakRef<SessionListener>> {
  const holder = globalThis as { [LISTENERS]?: Set<WeakRef<SessionListener>> };
  return (holder[LISTENERS] ??= new Set());
}

/** Answers how to take it back. */
export function listen(listener: SessionListener): () => void {
  sessionListeners();
  const entry = new WeakRef(listener);
  all().add(entry);
  return () => void all().delete(entry);
}

export function sessionListeners(): SessionListener[] {
  const alive: SessionListener[] = [];
  for (const entry of all()) {
    const listener = entry.deref();
    if (listener === undefined) all().delete(entry);
    else alive.push(listener);
  }
  return alive;
}

/** Says something of the session that a span belongs to. One that is not sampled belongs to none. */
export function sayToListeners(span: SpanContext, said: Said): void {
  if ((span.traceFlags & TraceFlags.SAMPLED) === 0) return;
  for (const listener of sessionListeners()) listener.say(span, said);
}
