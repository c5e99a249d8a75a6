import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { HoneyHiveSessionProcessor } from '../../src/index.js';
import { parentOf, type ReadableSpanLike } from '../../src/span/readable-span.js';

/** Ends spans one by one, as a running application does. */
export function endThrough(processor: SpanProcessor, spans: readonly ReadableSpanLike[]): void {
  for (const span of spans) processor.onEnd(span as never);
}

/** Starts spans by their time and ends them in the order given: each has started before anything that ended after its start. */
export function runThrough(processor: HoneyHiveSessionProcessor, spans: readonly ReadableSpanLike[]): void {
  const waiting = [...spans].sort((a, b) => compare(a.startTime, b.startTime) || depthOf(a, spans) - depthOf(b, spans));
  for (const span of spans) {
    while (waiting.length > 0 && (compare(waiting[0]!.startTime, span.endTime) <= 0 || waiting.includes(span))) start(processor, waiting.shift()!);
    processor.onEnd(span);
  }
}

function start(processor: HoneyHiveSessionProcessor, span: ReadableSpanLike): void {
  const { parentSpanContext } = span as { parentSpanContext?: Parameters<typeof trace.setSpanContext>[1] };
  processor.onStart(span, parentSpanContext === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parentSpanContext));
}

function compare([seconds, nanos]: readonly [number, number], [otherSeconds, otherNanos]: readonly [number, number]): number {
  return seconds - otherSeconds || nanos - otherNanos;
}

function depthOf(span: ReadableSpanLike, spans: readonly ReadableSpanLike[]): number {
  let depth = 0;
  for (let at: ReadableSpanLike | undefined = span; at !== undefined && depth < spans.length; depth++) at = parentIn(at, spans);
  return depth;
}

/** The parent among these spans. */
export function parentIn(span: ReadableSpanLike, spans: readonly ReadableSpanLike[]): ReadableSpanLike | undefined {
  const id = parentOf(span)?.spanId;
  return id === undefined ? undefined : spans.find((other) => other.spanContext().spanId === id && other.spanContext().traceId === span.spanContext().traceId);
}
