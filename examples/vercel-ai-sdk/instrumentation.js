// Loaded before the application: node --import ./instrumentation.js assistant.js

import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';

const provider = new NodeTracerProvider({
  resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'assistant' })),
  spanProcessors: [new HoneyHiveSessionProcessor()], // reads HH_API_KEY and HH_API_URL
});
provider.register();

/** The application calls this last. */
export const shutdownTracing = () => provider.shutdown();
