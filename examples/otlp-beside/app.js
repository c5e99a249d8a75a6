// A script that asks a model and a tool. Its spans go to HoneyHive twice: as one session, by our
// processor, and as the events in that session, by HoneyHive's OTLP route.

import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { HoneyHiveSessionProcessor, withSession } from 'opentelemetry-exporter-honeyhive';

const otlp = new OTLPTraceExporter({
  url: `${process.env.HH_API_URL}/opentelemetry/v1/traces`,
  headers: { authorization: `Bearer ${process.env.HH_API_KEY}` },
});

const provider = new NodeTracerProvider({
  spanProcessors: [
    // First: it writes honeyhive.session_id on every span as it starts, so that both meet.
    new HoneyHiveSessionProcessor({ stampSpans: true }),
    new BatchSpanProcessor(otlp),
  ],
});
provider.register();

const tracer = trace.getTracer('app');

/** A stand-in for a client of a model, as its instrumentation would record it. */
function chat(question, answer) {
  tracer.startActiveSpan('chat gpt-5', (span) => {
    span.setAttributes({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-5',
      'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: question }] }]),
      'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: answer }] }]),
    });
    span.end();
  });
}

await withSession({ sessionName: 'weather report', userId: 'ada' }, async () => {
  chat('Will it rain in Oslo?', 'I have to look that up.');
  tracer.startActiveSpan('execute_tool forecast', (span) => {
    span.setAttributes({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'forecast' });
    span.end();
  });
  chat('Will it rain in Oslo?', 'Yes, from noon on.');
});

await provider.shutdown();
