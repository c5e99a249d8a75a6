import { type HrTime, type SpanContext, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpanLike, SpanEventLike } from '../../src/span/readable-span.js';

/** What a test wants to say about a span; all else is ordinary. */
export interface SpanGiven {
  name?: string;
  /** Any short text; spans and parents are told apart by it. */
  id?: string;
  /** Any short text. */
  trace?: string;
  /** The `id` of a parent in this process, as SDK 2 and 3 name it. */
  parent?: string;
  /** The `id` of a parent in another process. */
  remoteParent?: string;
  /** The `id` of a parent, as SDK 1.30 names it. */
  oldParent?: string;
  kind?: SpanKind;
  attributes?: Readonly<Record<string, unknown>>;
  events?: readonly SpanEventLike[];
  /** A failed span; `''` fails without a message. */
  error?: string;
  /** Status OK. */
  ok?: true;
  /** Milliseconds after `EPOCH`. */
  start?: number;
  /** Milliseconds after `EPOCH`. */
  end?: number;
  scope?: string;
  resource?: Readonly<Record<string, unknown>>;
  droppedAttributes?: number;
}

/** Unix milliseconds at which the spans of tests start. */
export const EPOCH = 1_764_000_000_000;

/** A span id out of a short text. */
export const spanIdOf = (text: string): string => hexOf(text, 16);

/** A trace id out of a short text. */
export const traceIdOf = (text: string): string => hexOf(text, 32);

function hexOf(text: string, length: number): string {
  return Buffer.from(text).toString('hex').padStart(length, 'f').slice(-length);
}

/** A finished span as SDK 2 and 3 hand it over, unless `oldParent` is given. */
export function makeSpan(given: SpanGiven = {}): ReadableSpanLike {
  const { id = 'span', trace = 'trace', start = 0, end = start + 100 } = given;
  const context: SpanContext = { traceId: traceIdOf(trace), spanId: spanIdOf(id), traceFlags: 1 };
  const span = {
    name: given.name ?? 'work',
    kind: given.kind ?? SpanKind.INTERNAL,
    spanContext: () => context,
    startTime: hrTime(start),
    endTime: hrTime(end),
    duration: hrTime(end - start, 0),
    status: statusOf(given),
    attributes: given.attributes ?? {},
    events: given.events ?? [],
    resource: { attributes: given.resource ?? {} },
    droppedAttributesCount: given.droppedAttributes ?? 0,
    ...(given.scope === undefined ? {} : { instrumentationScope: { name: given.scope } }),
  };
  if (given.oldParent !== undefined) return { ...span, parentSpanId: spanIdOf(given.oldParent) } as ReadableSpanLike;
  const parent = given.remoteParent ?? given.parent;
  if (parent === undefined) return span;
  // SDK 2 and 3 leave `isRemote` out for a parent in the same process.
  const remote = given.remoteParent === undefined ? {} : { isRemote: true };
  return { ...span, parentSpanContext: { traceId: context.traceId, spanId: spanIdOf(parent), traceFlags: 1, ...remote } } as ReadableSpanLike;
}

function statusOf({ ok, error }: SpanGiven): ReadableSpanLike['status'] {
  if (ok) return { code: SpanStatusCode.OK };
  if (error === undefined) return { code: SpanStatusCode.UNSET };
  return error === '' ? { code: SpanStatusCode.ERROR } : { code: SpanStatusCode.ERROR, message: error };
}

function hrTime(millis: number, epoch = EPOCH): HrTime {
  const total = epoch + millis;
  return [Math.floor(total / 1000), (total % 1000) * 1e6];
}

/** Freezes a value and everything in it. */
export function deepFreeze<T>(value: T): T {
  // The bytes of a typed array cannot be frozen.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const entry of Object.values(value)) deepFreeze(entry);
  return value;
}
