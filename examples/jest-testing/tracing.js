// What an application has anyway: a tracer provider, here with HoneyHive's processor.
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { HoneyHiveSessionProcessor } = require('opentelemetry-exporter-honeyhive');

/** Starts tracing. The options are for tests: in production the environment has what there is to say. */
exports.startTracing = (options) => {
  const provider = new NodeTracerProvider({ spanProcessors: [new HoneyHiveSessionProcessor(options)] });
  provider.register();
  return provider;
};
