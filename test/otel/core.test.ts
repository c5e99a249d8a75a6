import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { ExportResultCode as coreResultCode, isTracingSuppressed, unsuppressTracing } from '@opentelemetry/core';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { ExportResultCode, suppressTracing } from '../../src/otel/core.js';

describe('what stands here in place of @opentelemetry/core', () => {
  it('has the same result codes', () => {
    const codes = Object.entries(coreResultCode).filter(([name]) => Number.isNaN(Number(name)));
    expect(Object.entries(ExportResultCode)).toEqual(codes);
  });

  it("is seen by core's isTracingSuppressed", () => {
    expect(isTracingSuppressed(ROOT_CONTEXT)).toBe(false);
    expect(isTracingSuppressed(suppressTracing(ROOT_CONTEXT))).toBe(true);
  });

  it("is taken back by core's unsuppressTracing", () => {
    expect(isTracingSuppressed(unsuppressTracing(suppressTracing(ROOT_CONTEXT)))).toBe(false);
  });

  it('leaves the given context alone', () => {
    const active = context.active();
    suppressTracing(active);
    expect(isTracingSuppressed(active)).toBe(false);
  });

  it('keeps an SDK from recording spans', () => {
    const exporter = new InMemorySpanExporter();
    const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('test');
    expect(tracer.startSpan('seen', {}, ROOT_CONTEXT).isRecording()).toBe(true);
    expect(tracer.startSpan('unseen', {}, suppressTracing(ROOT_CONTEXT)).isRecording()).toBe(false);
  });
});
