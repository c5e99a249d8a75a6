import { SpanStatusCode } from '@opentelemetry/api';
import { book } from '../conventions/book.js';
import type { ReadableSpanLike } from '../span/readable-span.js';

// Asked for each span: a constant of another package's is looked up each time.
const { ERROR } = SpanStatusCode;

/**
 * Whether nothing of a span is needed but that it was there. Why it failed may be needed, if it did.
 *
 * @param except an attribute that does not count.
 */
export function isSilentSpan(span: ReadableSpanLike, except: string | undefined): boolean {
  return span.status.code !== ERROR && span.events.length === 0 && book.isSilent(span.attributes, except);
}
