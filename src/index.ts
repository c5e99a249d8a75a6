export type { HoneyHiveOptions } from './config/options.js';
export { HoneyHiveSessionExporter } from './session-exporter.js';
export type { ExporterStats } from './session-pipeline.js';
export { HoneyHiveSessionProcessor, type ProcessorStats } from './session-processor.js';
export type { Redaction } from './session/redaction/redact.js';
export type { Json, JsonObject, Session } from './session/session.js';
export type { ReadableSpanLike, SpanEventLike } from './span/readable-span.js';
export type { SessionRoots } from './trace/root-rule.js';
export type { SessionFilter, TraceSummary } from './trace/session-filter.js';
