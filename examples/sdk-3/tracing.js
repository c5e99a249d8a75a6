// Loaded before the application: node --import ./tracing.js assistant.js

import { OpenTelemetry } from '@ai-sdk/otel';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, InMemorySpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { registerTelemetry } from 'ai';
import { HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';

/** Stands for the exporter that you have: it gets every span, whatever HoneyHive gets. */
export const elsewhere = new InMemorySpanExporter();

export const provider = new TracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'assistant' }),
  spanProcessors: [
    // SDK 3's own processors take an object.
    new BatchSpanProcessor({ exporter: elsewhere }),
    new HoneyHiveSessionProcessor(), // reads HH_API_KEY and HH_API_URL
  ],
});
trace.setGlobalTracerProvider(provider);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

// Since version 7 the AI SDK makes no spans by itself. Without runtimeContext nobody is told whose
// conversation it is.
registerTelemetry(new OpenTelemetry({ runtimeContext: true }));
