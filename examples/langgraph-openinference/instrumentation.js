// Loaded before the application: node --import ./instrumentation.js agent.js

import { LangChainInstrumentation } from '@arizeai/openinference-instrumentation-langchain';
import * as callbacks from '@langchain/core/callbacks/manager';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';

const provider = new NodeTracerProvider({
  resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'support-agent' })),
  spanProcessors: [new HoneyHiveSessionProcessor()], // reads HH_API_KEY and HH_API_URL
});
provider.register();

// With `import` there is nothing to patch by itself: LangChain is handed over.
new LangChainInstrumentation({ tracerProvider: provider }).manuallyInstrument(callbacks);

/** The application calls this last. */
export const shutdownTracing = () => provider.shutdown();
