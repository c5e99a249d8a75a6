import type { SpanContext } from '@opentelemetry/api';
import type { Said } from './application/said.js';
import { SaidStore } from './application/said-store.js';
import { listen, type SessionListener } from './application/session-listeners.js';
import type { Config } from './config/resolve.js';
import { readFacts } from './conventions/read-facts.js';
import { sessionIdOf } from './session/identity.js';
import type { StartedSpanLike } from './span/readable-span.js';

/** Where in its trace a span's session begins, as far as whoever sees spans start knows. */
export interface SessionPlace {
  /** The topmost span of the trace in this process. */
  readonly spanId: string;
  readonly span: WeakRef<StartedSpanLike> | undefined;
  /** The session's id, once nothing can change it any more. */
  sessionId: string | undefined;
  /** The session is a caller's, who has handed on its id. */
  readonly joins: boolean;
  /** It has a parent in another process. */
  readonly hasParent: boolean;
}

/** What the application says of the sessions of one pipeline, and what it is told of them. */
export class ApplicationSay implements SessionListener {
  readonly #config: Config;
  readonly #said: SaidStore;
  #placeOf: (span: SpanContext) => SessionPlace | undefined = () => undefined;
  #stopListening: () => void = () => {};

  constructor(config: Config) {
    this.#config = config;
    this.#said = new SaidStore({ maxSessions: config.maxOpenTraces, maxBytes: config.maxDigestBytes, maxSessionBytes: 2 * config.maxRequestBytes });
  }

  listen(): void {
    this.#stopListening = listen(this);
  }

  stopListening(): void {
    this.#stopListening();
  }

  /** From now on sessions of one trace are told apart. */
  findPlacesBy(placeOf: (span: SpanContext) => SessionPlace | undefined): void {
    this.#placeOf = placeOf;
  }

  say(span: SpanContext, said: Said): void {
    this.#said.add(keyOf(span.traceId, this.#placeOf(span)), said);
  }

  sessionIdOf(span: SpanContext, attributes: Readonly<Record<string, unknown>>): string | undefined {
    const place = this.#placeOf(span);
    if (place?.sessionId !== undefined) return place.sessionId;
    const { traceId } = span;
    const root = readFacts(place?.span?.deref()?.attributes ?? {}, [], false, false, this.#said.get(keyOf(traceId, place)));
    // As in the session: the root's own word goes first.
    const below = readFacts(attributes, [], false, false);
    const text = (target: string): string | undefined => root.text(target) ?? below.text(target);
    return sessionIdOf({
      traceId,
      spanId: place?.spanId ?? span.spanId,
      hasParent: place?.hasParent === true && this.#config.sessionRoots !== 'trace',
      explicit: text('session_id'),
      conversation: this.#config.sessionScope === 'conversation' ? text('conversation_id') : undefined,
    });
  }

  handOn(span: SpanContext, attributes: Readonly<Record<string, unknown>>): string | undefined {
    const place = this.#config.propagateSession ? this.#placeOf(span) : undefined;
    // Where no session begins there is none to hand on, unless a caller has done so.
    if (place === undefined || (place.sessionId === undefined && place.hasParent && this.#config.sessionRoots === 'trace')) return undefined;
    place.sessionId ??= this.sessionIdOf(span, attributes);
    return place.sessionId;
  }

  /** What was said of the session of a place, which is then forgotten. */
  take(traceId: string, place: SessionPlace | undefined): Said | undefined {
    if (this.#said.size === 0) return undefined;
    // Before its trace was seen to start, all that is known of a span is its trace.
    return this.#said.take(keyOf(traceId, place)) ?? this.#said.take(traceId);
  }
}

function keyOf(traceId: string, place: SessionPlace | undefined): string {
  return place === undefined ? traceId : `${traceId}-${place.spanId}`;
}
