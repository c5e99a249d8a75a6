// Loaded before each of the services: node --import ./instrumentation.js shop.js

import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

// Both services say so: the one hands its session's id on, the other takes it.
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME }),
  spanProcessors: [new HoneyHiveSessionProcessor({ propagateSession: true })],
});
provider.register();
registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()] });
