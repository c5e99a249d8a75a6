// Preloaded before us: a provider that somebody else has registered.
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const processors = Object.freeze([]);
new NodeTracerProvider({ spanProcessors: processors }).register();
