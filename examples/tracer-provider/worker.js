// A worker that answers one support ticket after the other. No library is instrumented here:
// it writes its own spans, with the attributes of OpenTelemetry's GenAI conventions.

import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { startModel } from '../express-openai/model.js';
import { elsewhere, provider } from './tracing.js';

const tracer = trace.getTracer('ticket-worker');
const model = await startModel();

const tickets = [
  { id: 'ticket-7', customer: 'grace', question: 'How long do refunds take?' },
  { id: 'ticket-8', customer: 'linus', question: 'Summarise all 5000 reviews.' },
  { id: 'ticket-9', customer: 'ada', question: 'What can you do for me?' },
];

/** Runs `work` in a span that tells whether it failed. */
function inSpan(name, options, work) {
  return tracer.startActiveSpan(name, options, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });
}

const asMessages = (role, content) => JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);

function askModel(question) {
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.input.messages': asMessages('user', question),
  };
  return inSpan('chat gpt-4o-mini', { kind: SpanKind.CLIENT, attributes }, async (span) => {
    const response = await fetch(`${model.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: question }] }),
    });
    const { choices, usage, error } = await response.json();
    if (error) throw new Error(error.message);
    const answer = choices[0].message.content;
    span.setAttributes({
      'gen_ai.output.messages': asMessages('assistant', answer),
      'gen_ai.usage.input_tokens': usage.prompt_tokens,
      'gen_ai.usage.output_tokens': usage.completion_tokens,
    });
    return answer;
  });
}

for (const { id, customer, question } of tickets) {
  const attributes = { 'user.id': customer, 'session.id': id };
  await inSpan('answer ticket', { attributes }, () => askModel(question)).catch((error) =>
    console.log(`${id} failed: ${error.message}`),
  );
}

await provider.forceFlush();
const spans = elsewhere.getFinishedSpans();
console.log(`${spans.length} spans went to the other exporter, ${tickets.length} sessions to HoneyHive`);
// Each ticket has two: its own and that of its call.
process.exitCode = spans.length === 2 * tickets.length ? 0 : 1;

await model.close();
await provider.shutdown();
