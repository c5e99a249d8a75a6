import type { HrTime, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';

/**
 * A finished span as SDK 1.30, 2 and 3 hand it to exporters and processors: what their
 * `ReadableSpan` have in common, so that one exporter type fits all three.
 *
 * Source: `ReadableSpan` in the type declarations of `@opentelemetry/sdk-trace-base` 1.30.1 and
 * 2.12.1 and of `@opentelemetry/sdk-trace` 3.1.1.
 */
export interface ReadableSpanLike {
  readonly name: string;
  readonly kind: SpanKind;
  spanContext(): SpanContext;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly SpanEventLike[];
  readonly resource: { readonly attributes: Readonly<Record<string, unknown>> };
  readonly droppedAttributesCount: number;
}

/** A span that has started, as far as a processor looks at it. */
export interface StartedSpanLike {
  spanContext(): SpanContext;
  readonly attributes?: Readonly<Record<string, unknown>>;
  setAttribute?(key: string, value: string): unknown;
}

/** A span event of any SDK generation. */
export interface SpanEventLike {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/**
 * The parent as the generations spell it: `parentSpanContext` in SDK 2 and 3, `parentSpanId` in
 * SDK 1.30. Optional on both sides, hence not in `ReadableSpanLike`: no generation has both.
 */
interface WithParent {
  readonly parentSpanContext?: SpanContext;
  readonly parentSpanId?: string;
}

/** The instrumentation scope: `instrumentationLibrary` in SDK 1.30. */
interface WithScope {
  readonly instrumentationScope?: { readonly name?: string };
  readonly instrumentationLibrary?: { readonly name?: string };
}

/**
 * Name of the instrumentation that made the span.
 *
 * @internal
 */
export function scopeNameOf(span: ReadableSpanLike): string | undefined {
  const { instrumentationScope, instrumentationLibrary } = span as ReadableSpanLike & WithScope;
  return (instrumentationScope ?? instrumentationLibrary)?.name;
}

const knownResources = new WeakMap<object, Readonly<Record<string, unknown>>>();

/**
 * The attributes of the span's resource, the same object for all spans of one resource: SDK 2 and
 * 3 put them together anew each time they are asked for. While a detector is still at work they
 * may grow, and are not remembered.
 *
 * @internal
 */
export function resourceAttributesOf({ resource }: ReadableSpanLike): Readonly<Record<string, unknown>> {
  let attributes = knownResources.get(resource);
  if (attributes === undefined) {
    attributes = resource.attributes;
    if ((resource as { asyncAttributesPending?: boolean }).asyncAttributesPending !== true) knownResources.set(resource, attributes);
  }
  return attributes;
}

/**
 * Resolves when a resource detector has ended that is still at work; undefined: none is.
 *
 * @internal
 */
export function pendingResource({ resource }: ReadableSpanLike): Promise<void> | undefined {
  const { asyncAttributesPending, waitForAsyncAttributes } = resource as { asyncAttributesPending?: boolean; waitForAsyncAttributes?: () => Promise<void> };
  return asyncAttributesPending === true ? waitForAsyncAttributes?.call(resource) : undefined;
}

/**
 * Who a span's parent is.
 *
 * @internal
 */
export interface Parent {
  spanId: string;
  /** The parent is in another process; `undefined`: SDK 1.30 does not tell. */
  remote: boolean | undefined;
}

const INVALID_SPAN_ID = '0000000000000000';

/**
 * The id of the span's parent as it is given, for whoever looks it up; empty: none.
 *
 * @internal
 */
export function parentIdOf(span: StartedSpanLike): string {
  const { parentSpanContext, parentSpanId } = span as StartedSpanLike & WithParent;
  return parentSpanContext?.spanId ?? parentSpanId ?? '';
}

/**
 * The context of the span's parent: in SDK 2 and 3 the same object for all its children, in SDK 1.30 none.
 *
 * @internal
 */
export function parentContextOf(span: StartedSpanLike): SpanContext | undefined {
  return (span as StartedSpanLike & WithParent).parentSpanContext ?? undefined;
}

/**
 * The span's parent, or `undefined` for the root of a trace.
 *
 * @internal
 */
export function parentOf(span: StartedSpanLike): Parent | undefined {
  const { parentSpanContext } = span as StartedSpanLike & WithParent;
  const spanId = parentIdOf(span);
  if (spanId === '' || spanId === INVALID_SPAN_ID) return undefined;
  // SDK 2 and 3 leave `isRemote` undefined on local parents.
  return { spanId, remote: parentSpanContext === undefined ? undefined : parentSpanContext.isRemote === true };
}

/**
 * A copy of a span as it is now, for an application to look at: a few levels deep, and frozen.
 *
 * @internal
 */
export function frozenCopy(span: ReadableSpanLike): ReadableSpanLike {
  const context = Object.freeze({ ...span.spanContext() });
  const { parentSpanContext, parentSpanId } = span as ReadableSpanLike & WithParent;
  return Object.freeze({
    name: span.name,
    kind: span.kind,
    spanContext: () => context,
    ...(parentSpanContext === undefined ? {} : { parentSpanContext }),
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    status: Object.freeze({ ...span.status }),
    attributes: Object.freeze({ ...span.attributes }),
    events: Object.freeze([...span.events]),
    resource: { attributes: resourceAttributesOf(span) },
    droppedAttributesCount: span.droppedAttributesCount,
  });
}

/**
 * Whether this only announces a span that has started: Logfire exports such records, which end at
 * once and are children of the span that they announce. Source: pydantic/logfire `constants.py`.
 *
 * @internal
 */
export function isAnnouncement(span: ReadableSpanLike): boolean {
  return span.attributes['logfire.span_type'] === 'pending_span';
}
