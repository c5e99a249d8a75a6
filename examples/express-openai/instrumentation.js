// Loaded before the application: node --import ./instrumentation.js app.js

import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai';
import OpenAI from 'openai';
import { HoneyHiveSessionExporter } from 'opentelemetry-exporter-honeyhive';

// Lets OpenTelemetry patch what is loaded with `import`. Without it Express gets no route,
// and every request would be called just "POST".
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

const provider = new NodeTracerProvider({
  resource: defaultResource().merge(
    resourceFromAttributes({
      'service.name': 'support-api',
      'service.version': '1.0.0',
      'deployment.environment.name': process.env.DEPLOYMENT_ENVIRONMENT ?? 'development',
    }),
  ),
  // Reads HH_API_KEY and HH_API_URL.
  spanProcessors: [new BatchSpanProcessor(new HoneyHiveSessionExporter())],
});
provider.register();

const openAIInstrumentation = new OpenAIInstrumentation();
registerInstrumentations({
  instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation(), openAIInstrumentation],
});
// The hook above does not reach this instrumentation, which brings its own, older loader.
openAIInstrumentation.manuallyInstrument(OpenAI);

// It also reads every stream a second time, and when one breaks off its own reader rejects
// where nobody can catch it. That must not end the process.
process.on('unhandledRejection', (reason) => console.error(`a stream broke off, says the instrumentation: ${reason}`));

/** The application calls this last, when no request is open any more. */
export const shutdownTracing = () => provider.shutdown();
