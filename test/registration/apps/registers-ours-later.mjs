// An application that brings a processor of ours itself, after the preload. It prints the id of the session that it makes.
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { currentSessionId, HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';

new NodeTracerProvider({ spanProcessors: [new HoneyHiveSessionProcessor({ sessionRoots: 'local' })] }).register();
const caller = trace.setSpanContext(ROOT_CONTEXT, { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1, isRemote: true });
trace.getTracer('app').startActiveSpan('request', {}, caller, (span) => {
  console.log(currentSessionId());
  span.end();
});
