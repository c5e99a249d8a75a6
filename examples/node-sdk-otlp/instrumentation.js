// Loaded before the application: node --import ./instrumentation.js app.js

import { register } from 'node:module';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

const sdk = new NodeSDK({
  serviceName: 'summaries',
  // With spanProcessors, NodeSDK no longer looks at OTEL_TRACES_EXPORTER: both are named here.
  spanProcessors: [
    new BatchSpanProcessor(new OTLPTraceExporter()), // reads OTEL_EXPORTER_OTLP_ENDPOINT
    new HoneyHiveSessionProcessor(), // reads HH_API_KEY and HH_API_URL
  ],
  instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()],
});
sdk.start();

/** The application calls this last, when no request is open any more. */
export const shutdownTracing = () => sdk.shutdown();
