// The AI SDK 7 with a tool and a stream, and a span of one's own.

import { createOpenAI } from '@ai-sdk/openai';
import { trace } from '@opentelemetry/api';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { elsewhere, provider } from './tracing.js';

// Reads OPENAI_API_KEY and OPENAI_BASE_URL.
const openai = createOpenAI();

const lookup_order = tool({
  description: 'Status of an order',
  inputSchema: jsonSchema({ type: 'object', properties: { order_id: { type: 'string' } }, required: ['order_id'] }),
  execute: async () => ({ status: 'shipped', carrier: 'DHL', arrives: 'Friday' }),
});

const ask = (userId, sessionId, prompt) => ({
  model: openai.chat('gpt-4o-mini'),
  instructions: 'You are a concise support agent of a book shop.',
  prompt,
  maxRetries: 0,
  tools: { lookup_order },
  stopWhen: stepCountIs(5),
  runtimeContext: { userId, sessionId },
  telemetry: { functionId: 'support', includeRuntimeContext: { userId: true, sessionId: true } },
});

async function answer(...asked) {
  const { text } = await generateText(ask(...asked));
  return text;
}

async function stream(...asked) {
  const { textStream } = streamText(ask(...asked));
  let text = '';
  for await (const piece of textStream) text += piece;
  return text;
}

/** Attributes may be objects in SDK 3. */
function classify(userId, sessionId, text) {
  const attributes = { honeyhive_inputs: { text, labels: ['refund', 'order'] }, 'user.id': userId, 'session.id': sessionId };
  return trace.getTracer('assistant').startActiveSpan('classify', { attributes }, async (span) => {
    const label = /refund/.test(text) ? 'refund' : 'order';
    span.setAttribute('honeyhive_outputs', { label, scores: { [label]: 1 } });
    span.end();
    return label;
  });
}

const work = [
  [answer, 'linus', 'chat-order', 'Where is my order 1042?'],
  [stream, 'margaret', 'chat-refunds', 'How long do refunds take?'],
  [answer, 'edsger', 'chat-reviews', 'Summarise all 5000 reviews.'],
  [classify, 'ada', 'chat-ada', 'Where does my refund stay?'],
];
for (const [how, user, conversation, question] of work) {
  const said = await how(user, conversation, question).catch((error) => error.message);
  console.log(`${user}: ${question} -> ${said}`);
}

await provider.forceFlush();
console.log(`Node ${process.version}: ${elsewhere.getFinishedSpans().length} spans went to the other exporter`);
process.exitCode = elsewhere.getFinishedSpans().length > work.length ? 0 : 1;
await provider.shutdown();
