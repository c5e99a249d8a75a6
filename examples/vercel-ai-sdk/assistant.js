// An assistant on the AI SDK. `experimental_telemetry` is all that tracing needs here; what is
// given as metadata says who asked, and in which conversation.

import { generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { shutdownTracing } from './instrumentation.js';
import { model } from './model.js';

const system = 'You are a concise support agent of a book shop.';
const lookup_order = tool({
  description: 'Status of an order',
  inputSchema: z.object({ order_id: z.string() }),
  execute: async () => ({ status: 'shipped', carrier: 'DHL', arrives: 'Friday' }),
});
const settings = { model, system, maxRetries: 0, tools: { lookup_order }, stopWhen: stepCountIs(5) };

const telemetry = (functionId, userId, sessionId) => ({
  isEnabled: true,
  functionId,
  metadata: { userId, sessionId },
});

async function answer(prompt, userId) {
  const experimental_telemetry = telemetry('answer', userId, `chat-${userId}`);
  const { text } = await generateText({ ...settings, prompt, experimental_telemetry });
  return text;
}

async function stream(prompt, userId) {
  const experimental_telemetry = telemetry('stream-answer', userId, `chat-${userId}`);
  let failure;
  const { textStream } = streamText({
    ...settings,
    prompt,
    experimental_telemetry,
    onError: ({ error }) => {
      failure = error;
    },
  });
  let text = '';
  for await (const piece of textStream) text += piece;
  if (failure) throw failure;
  return text;
}

async function classify(prompt, userId) {
  const { output } = await generateText({
    model,
    prompt,
    output: Output.object({ schema: z.object({ topic: z.string(), urgent: z.boolean() }) }),
    experimental_telemetry: telemetry('classify', userId, `chat-${userId}`),
  });
  return output;
}

const work = [
  [answer, 'How long do refunds take?', 'grace'],
  [answer, 'Where is my order 1042?', 'linus'],
  [answer, 'Summarise all 5000 reviews.', 'edsger'],
  [stream, 'And how long do they take on Sundays?', 'grace'],
  [stream, 'Has order 1042 left yet?', 'margaret'],
  [stream, 'Write me a poem.', 'edsger'],
  [classify, 'Please sort this: I want my money back today!', 'ada'],
];
for (const [ask, prompt, userId] of work) {
  const said = await ask(prompt, userId).catch((error) => error.message);
  console.log(`${userId}: ${prompt} -> ${JSON.stringify(said)}`);
}

await shutdownTracing();
