import type { ReadableSpanLike } from './readable-span.js';

/**
 * Whether a request may go on in another span, which starts after this one has ended. Next.js gives
 * a request with a middleware (or proxy) two spans: one around the middleware, then one around the
 * answer, which names the first as a remote parent. Source: next 16.4 `server/base-server.js`,
 * `server/lib/trace/tracer.js`.
 */
export function isFirstPass(span: ReadableSpanLike): boolean {
  return Object.hasOwn(span.attributes, 'next.bubble') && span.attributes['next.bubble'] === true;
}

/** The span in which a request went on, in the place in its trace that the first pass had. */
export function inPlaceOf(firstPass: ReadableSpanLike, span: ReadableSpanLike): ReadableSpanLike {
  const { parentSpanContext, parentSpanId } = firstPass as WithPlace;
  const { instrumentationScope, instrumentationLibrary } = span as WithPlace;
  const inPlace: ReadableSpanLike & WithPlace = {
    name: span.name,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    parentSpanContext,
    parentSpanId,
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    status: span.status,
    attributes: span.attributes,
    events: span.events,
    resource: span.resource,
    droppedAttributesCount: span.droppedAttributesCount,
    instrumentationScope,
    instrumentationLibrary,
  };
  return inPlace;
}

/** Under the names of SDK 2 and 3, and of SDK 1.30. */
interface WithPlace {
  readonly parentSpanContext?: unknown;
  readonly parentSpanId?: unknown;
  readonly instrumentationScope?: unknown;
  readonly instrumentationLibrary?: unknown;
}
