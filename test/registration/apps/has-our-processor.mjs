// Preloaded before us: a provider that has a processor of ours already.
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';

new NodeTracerProvider({ spanProcessors: [new HoneyHiveSessionProcessor()] }).register();
