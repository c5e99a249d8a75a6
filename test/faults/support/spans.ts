import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

const memory = new InMemorySpanExporter();
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] }).getTracer('faults');

/** The attributes of a chat, with a question of so many characters. */
export function chatAttributes(questionLength: number): Record<string, string> {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'q'.repeat(questionLength) }] }]),
    'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"an answer"}]}]',
  };
}

/** Finished root spans, made by SDK 2. */
export function endedRoots(count: number, questionLength: number = 100): ReadableSpan[] {
  memory.reset();
  for (let index = 0; index < count; index += 1) tracer.startSpan('chat', { root: true, attributes: chatAttributes(questionLength) }).end();
  return memory.getFinishedSpans();
}
