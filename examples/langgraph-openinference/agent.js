// A LangGraph agent with a tool and a memory. What it is invoked with says the thread and the user.

import { setSession, setUser } from '@arizeai/openinference-core';
import { HumanMessage } from '@langchain/core/messages';
import { MemorySaver } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { context } from '@opentelemetry/api';
import { createAgent, tool } from 'langchain';
import { z } from 'zod';
import { shutdownTracing } from './instrumentation.js';

const lookupOrder = tool(
  ({ order_id }) => JSON.stringify(order_id === '1042' ? { status: 'shipped', carrier: 'DHL', arrives: 'Friday' } : {}),
  { name: 'lookup_order', description: 'Status of an order', schema: z.object({ order_id: z.string() }) },
);

const agent = createAgent({
  name: 'support-agent',
  // Reads OPENAI_API_KEY and OPENAI_BASE_URL.
  model: new ChatOpenAI({ model: process.env.OPENAI_MODEL ?? 'gpt-4o-mini', temperature: 0.2, maxRetries: 0 }),
  tools: [lookupOrder],
  systemPrompt: 'You are a concise support agent of a book shop.',
  checkpointer: new MemorySaver(),
});

/** All spans that start in `work` say whose they are. */
const onBehalfOf = (userId, sessionId, work) =>
  context.with(setUser(setSession(context.active(), { sessionId }), { userId }), work);

const threadOf = (thread_id) => ({ configurable: { thread_id } });

async function invoke(question, thread) {
  const { messages } = await agent.invoke({ messages: [new HumanMessage(question)] }, threadOf(thread));
  return messages.at(-1).content;
}

async function stream(question, thread) {
  const input = { messages: [new HumanMessage(question)] };
  let text = '';
  for await (const [message, { langgraph_node }] of await agent.stream(input, { ...threadOf(thread), streamMode: 'messages' })) {
    if (langgraph_node === 'model_request') text += message.text;
  }
  return text;
}

const work = [
  [invoke, 'Where is my order 1042?', 'thread-order', 'linus'],
  [stream, 'How long do refunds take?', 'thread-refunds', 'margaret'],
  [invoke, 'Hello, my name is Ada.', 'thread-ada', 'ada'],
  [invoke, 'What is my name?', 'thread-ada', 'ada'],
  [invoke, 'Summarise all 5000 reviews.', 'thread-reviews', 'edsger'],
];
for (const [ask, question, thread, user] of work) {
  const answer = await onBehalfOf(user, thread, () => ask(question, thread)).catch((error) => error.message);
  console.log(`${user}: ${question} -> ${answer}`);
}

await shutdownTracing();
