import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SpanContext } from '@opentelemetry/api';
import type { ReadableSpanLike } from '../../src/span/readable-span.js';

/** What a careful reader expects of a session; see `check` for the operations. */
export interface Assertion {
  op: 'has' | 'any' | 'hasnt' | 'eq' | 'oneof' | 'absent' | 'nonempty' | 'num';
  /** Dotted path into the session, or `*` for all of it. */
  f: string;
  v?: unknown;
  tol?: number;
  /** A preference, not a demand. */
  soft?: boolean;
}

/** Spans that a real library wrote, and the session they should become. */
export interface Capture {
  name: string;
  expected: { sessions: number | string; rootSpanId?: string };
  assert: Assertion[];
  /** In the order in which they ended. */
  spans: ReadableSpanLike[];
}

const FOLDER = join(process.cwd(), 'test/fixtures/captures');

export const captureNames: string[] = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));

export function readCapture(name: string): Capture {
  const { expected, assert, spans } = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
  return { name, expected, assert, spans: spans.map(toSpan) };
}

/** The values that JSON cannot hold, as the captures wrap them. */
function revive(value: any): any {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  if ('$num' in value) return Number(value.$num);
  if ('$utf16' in value) return String.fromCharCode(...value.$utf16);
  if ('$repeat' in value) return value.$repeat.repeat(value.length);
  if ('$bytes' in value) return new Uint8Array(Buffer.from(value.$bytes, 'base64'));
  if ('$undefined' in value) return undefined;
  if ('$date' in value) return new Date(value.$date);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, revive(entry)]));
}

function toSpan(raw: any): ReadableSpanLike {
  const { spanContext, parentSpanContext, instrumentationScope, $uses, attributes, $attributesPrototype, ...rest } = raw;
  const own = revive(attributes);
  if ($attributesPrototype !== undefined) Object.setPrototypeOf(own, revive($attributesPrototype));
  return {
    ...rest,
    attributes: own,
    events: revive(rest.events),
    spanContext: () => spanContext as SpanContext,
    ...($uses === 'instrumentationLibrary' ? { instrumentationLibrary: instrumentationScope } : { instrumentationScope }),
    ...(parentSpanContext === null ? {} : { parentSpanContext }),
  };
}
