import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpanLike, SpanEventLike } from './readable-span.js';

/** Why a span failed, as far as it says. */
export interface Failure {
  message?: string;
  type?: string;
  stack?: string;
}

// The last line of a message that was given with its whole stack, as LangChain's tracer does.
const STACK_FRAMES = /\n\s+at .+/;

/**
 * The span's failure, or `undefined` when it did not fail. A span fails by its status; one whose
 * status was left unset fails by `error.type`, which conventions allow only on failure. An
 * exception event alone is no failure: the application may have handled it.
 */
export function failureOf(span: ReadableSpanLike): Failure | undefined {
  const { code, message } = span.status;
  const errorType = text(span.attributes['error.type']);
  if (code === SpanStatusCode.OK) return undefined;
  if (code === SpanStatusCode.UNSET && errorType === undefined) return undefined;

  const exception = lastException(span.events);
  const said = text(message) ?? text(exception?.['exception.message']) ?? text(span.attributes['error.message']);
  const framesAt = said?.search(STACK_FRAMES) ?? -1;
  return withoutUndefined({
    message: framesAt > 0 ? said!.slice(0, framesAt).trimEnd() : said,
    type: text(exception?.['exception.type']) ?? errorType,
    stack: text(exception?.['exception.stacktrace']) ?? (framesAt > 0 ? said : undefined),
  });
}

/** What remains to be said of a failed span that names no reason: its HTTP or RPC status. */
export function statusReason(attributes: Readonly<Record<string, unknown>>): string | undefined {
  const http = text(attributes['http.response.status_code']) ?? text(attributes['http.status_code']);
  if (http !== undefined) return `HTTP ${http}`;
  const rpc = text(attributes['rpc.response.status_code']) ?? text(attributes['rpc.grpc.status_code']);
  return rpc === undefined ? undefined : `RPC ${rpc}`;
}

function lastException(events: readonly SpanEventLike[]): Readonly<Record<string, unknown>> | undefined {
  return events.findLast((event) => event.name === 'exception')?.attributes;
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function withoutUndefined(failure: { [K in keyof Failure]: string | undefined }): Failure {
  return Object.fromEntries(Object.entries(failure).filter(([, value]) => value !== undefined));
}
