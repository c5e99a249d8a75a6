import { SpanStatusCode } from '@opentelemetry/api';
import { isSilent } from '../conventions/silence.js';
import type { ReadableSpanLike } from '../span/readable-span.js';

/**
 * Whether nothing of a span is needed but that it was there. Why it failed may be needed, if it did.
 *
 * @param except an attribute that does not count.
 */
export function isSilentSpan(span: ReadableSpanLike, except: string | undefined): boolean {
  return span.status.code !== SpanStatusCode.ERROR && span.events.length === 0 && isSilent(span.attributes, except);
}
