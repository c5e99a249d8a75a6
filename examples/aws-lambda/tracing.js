// Loaded before the function: NODE_OPTIONS=--require ./tracing.js

const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { AwsLambdaInstrumentation } = require('@opentelemetry/instrumentation-aws-lambda');
const { defaultResource, resourceFromAttributes } = require('@opentelemetry/resources');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { HoneyHiveSessionProcessor } = require('opentelemetry-exporter-honeyhive');

const provider = new NodeTracerProvider({
  resource: defaultResource().merge(
    resourceFromAttributes({ 'service.name': process.env.AWS_LAMBDA_FUNCTION_NAME }),
  ),
  // Reads HH_API_KEY and HH_API_URL. In a function its flush takes 2 s at most: less than the 3 s
  // that a function has when nobody says otherwise.
  spanProcessors: [new HoneyHiveSessionProcessor()],
});
provider.register();

// Wraps the handler, and flushes the provider before each answer.
registerInstrumentations({ instrumentations: [new AwsLambdaInstrumentation()] });
