import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpanLike, SpanEventLike } from './readable-span.js';

type Attributes = ReadableSpanLike['attributes'];

/** Why a span failed, as far as it says. */
export interface Failure {
  message?: string;
  type?: string;
  stack?: string;
}

// The first frame of a stack that was given as the message, as LangChain's tracer does. No `\s`:
// it would match line breaks too, and take quadratic time on a message full of them.
const STACK_FRAMES = /\n[ \t]+at .+/;

/**
 * The span's failure, or `undefined` when it did not fail. A span fails by its status; one whose
 * status was left unset fails by `error.type`, which conventions allow only on failure. An
 * exception event alone is no failure: the application may have handled it.
 */
export function failureOf(span: ReadableSpanLike): Failure | undefined {
  const { attributes, status, events } = span;
  const errorType = textAt(attributes, 'error.type');
  const failed = status.code === SpanStatusCode.ERROR || (status.code === SpanStatusCode.UNSET && errorType !== undefined);
  if (!failed && !failedByItsVendor(span)) return undefined;

  const exception = lastException(events);
  const said =
    text(status.message) ?? textAt(exception, 'exception.message') ?? textAt(attributes, 'error.message') ?? textAt(attributes, 'langfuse.observation.status_message');
  const framesAt = said?.search(STACK_FRAMES) ?? -1;
  return withoutUndefined({
    message: framesAt > 0 ? sayingOnce(said!.slice(0, framesAt).trimEnd()) : said,
    type: textAt(exception, 'exception.type') ?? errorType,
    stack: textAt(exception, 'exception.stacktrace') ?? (framesAt > 0 ? said : undefined),
  });
}

/** LangChain's tracer puts the stack behind the message, and a stack begins with the message. */
function sayingOnce(message: string): string {
  const [firstLine] = message.split('\n', 1);
  const again = message.indexOf(`: ${firstLine}`, firstLine!.length);
  if (again === -1 || !message.startsWith(message.slice(again + 2))) return message;
  return message.slice(0, message.lastIndexOf('\n', again)).trimEnd();
}

/**
 * Two vendors say a failure in their own way: Langfuse by a level (`@langfuse/tracing` 5 leaves the
 * status unset), LangSmith by an exception on a span whose status it sets to OK (`langsmith` 0.12).
 */
function failedByItsVendor({ attributes, events }: ReadableSpanLike): boolean {
  if (textAt(attributes, 'langfuse.observation.level') === 'ERROR') return true;
  return events.length > 0 && textAt(attributes, 'langsmith.span.kind') !== undefined && lastException(events) !== undefined;
}

/** What remains to be said of a failed span that names no reason: its HTTP or RPC status. */
export function statusReason(attributes: Attributes): string | undefined {
  const http = textAt(attributes, 'http.response.status_code') ?? textAt(attributes, 'http.status_code');
  if (http !== undefined) return `HTTP ${http}`;
  const rpc = textAt(attributes, 'rpc.response.status_code') ?? textAt(attributes, 'rpc.grpc.status_code');
  return rpc === undefined ? undefined : `RPC ${rpc}`;
}

function lastException(events: readonly SpanEventLike[]): Attributes | undefined {
  return events.findLast((event) => event.name === 'exception')?.attributes;
}

/** An own attribute only: SDK 3 lets an attribute replace the prototype. */
function textAt(attributes: Attributes | undefined, key: string): string | undefined {
  return attributes !== undefined && Object.hasOwn(attributes, key) ? text(attributes[key]) : undefined;
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function withoutUndefined(failure: { [K in keyof Failure]: string | undefined }): Failure {
  return Object.fromEntries(Object.entries(failure).filter(([, value]) => value !== undefined));
}
