import type { ExportResult as CoreExportResult } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { HoneyHiveSessionExporter, HoneyHiveSessionProcessor } from '../../src/index.js';
import type { ExportResult } from '../../src/otel/core.js';
import type { ReadableSpanLike } from '../../src/span/readable-span.js';

/**
 * Proofs for the compiler (`npm run typecheck`), never run: our structural types fit those of the
 * SDK that we develop with. `test/compatibility` does the same with the other generations.
 */

const exporter = new HoneyHiveSessionExporter({ apiKey: 'key' });

export const isSpanExporter: SpanExporter = exporter;

export const isSpanProcessor: SpanProcessor = new HoneyHiveSessionProcessor({ exporter });

// As users register it.
export const provider: BasicTracerProvider = new BasicTracerProvider({
  spanProcessors: [new BatchSpanProcessor(exporter), new SimpleSpanProcessor(exporter)],
});

export const takesTheirSpans = (span: ReadableSpan): ReadableSpanLike => span;

export const givesTheirResult = (result: ExportResult): CoreExportResult => result;

// Both optional methods of the interface are there.
export const flushes: Required<SpanExporter>['forceFlush'] = () => exporter.forceFlush();

// @ts-expect-error a misspelt option is seen at compile time
export const misspelt: HoneyHiveSessionExporter = new HoneyHiveSessionExporter({ apikey: 'key' });

// @ts-expect-error and so is a value of the wrong type
export const mistyped: HoneyHiveSessionExporter = new HoneyHiveSessionExporter({ timeoutMillis: '10 s' });
