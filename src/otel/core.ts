import { type Context, createContextKey } from '@opentelemetry/api';

/**
 * What we need of `@opentelemetry/core` at run time. It stands here, so that the package depends
 * on no SDK generation; a test proves it equal to core's own.
 */

/**
 * `ExportResultCode` of `@opentelemetry/core`.
 *
 * @internal
 */
export const ExportResultCode = { SUCCESS: 0, FAILED: 1 } as const;

/** `ExportResult` of `@opentelemetry/core`. */
export interface ExportResult {
  code: 0 | 1;
  error?: Error;
}

// The API makes context keys with Symbol.for, so every copy of core reads the same one.
const SUPPRESS_TRACING_KEY: symbol = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/**
 * A context in which no span is recorded.
 *
 * @internal
 */
export function suppressTracing(context: Context): Context {
  return context.setValue(SUPPRESS_TRACING_KEY, true);
}
