// The provider that this service has had all along. HoneyHive is one line of it.

import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, InMemorySpanExporter, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';

/** Stands for the exporter that you have: it gets every span, whatever HoneyHive gets. */
export const elsewhere = new InMemorySpanExporter();

export const provider = new NodeTracerProvider({
  resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'ticket-worker' })),
  spanProcessors: [
    new BatchSpanProcessor(elsewhere),
    new HoneyHiveSessionProcessor(), // reads HH_API_KEY and HH_API_URL
  ],
});
provider.register();
