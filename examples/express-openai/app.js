// A support agent behind HTTP. It knows nothing of HoneyHive; the OpenInference helpers
// say which conversation and which user a request belongs to, and what is a tool.

import { setSession, setUser, traceAgent, traceTool } from '@arizeai/openinference-core';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import express from 'express';
import OpenAI from 'openai';
import { shutdownTracing } from './instrumentation.js';

const model = process.env.OPENAI_MODEL ?? 'gpt-4o-mini';
// Reads OPENAI_API_KEY and OPENAI_BASE_URL. No retries: a failing model shows at once.
const openai = new OpenAI({ maxRetries: 0 });

const system = { role: 'system', content: 'You are a concise support agent of a book shop.' };

const tools = [
  {
    type: 'function',
    function: {
      name: 'lookup_order',
      description: 'Status of an order',
      parameters: {
        type: 'object',
        properties: { order_id: { type: 'string' } },
        required: ['order_id'],
      },
    },
  },
];

const orders = { 1042: { status: 'shipped', carrier: 'DHL', arrives: 'Friday' } };

const lookupOrder = traceTool(({ order_id }) => orders[order_id] ?? { status: 'unknown' }, {
  name: 'lookup_order',
});

/** Asks the model once. With `onText` the answer is streamed, piece by piece. */
async function askModel(messages, onText) {
  const request = { model, messages, tools };
  if (!onText) {
    const completion = await openai.chat.completions.create(request);
    return completion.choices[0].message;
  }
  const stream = openai.chat.completions.stream({
    ...request,
    stream_options: { include_usage: true },
  });
  stream.on('content', onText);
  return stream.finalMessage();
}

// As an agent span this also tells what was asked when the model fails: the OpenAI
// instrumentation never ends the span of a rejected request, so that one is never exported.
const answer = traceAgent(
  async ({ messages, onText }) => {
    const thread = [system, ...messages];
    for (let round = 0; round < 5; round += 1) {
      const message = await askModel(thread, onText);
      if (!message.tool_calls?.length) return message.content;
      thread.push(message);
      for (const call of message.tool_calls) {
        const result = lookupOrder(JSON.parse(call.function.arguments));
        thread.push({ role: 'tool', tool_call_id: call.id, content: JSON.stringify(result) });
      }
    }
    throw new Error('The model did not stop asking for tools');
  },
  { name: 'support-agent', attributes: { 'agent.name': 'support-agent' } },
);

/** Spans started from here on carry the conversation (session.id) and the user (user.id). */
function identify(req, res, next) {
  let ctx = setSession(context.active(), { sessionId: req.params.conversation });
  const userId = req.get('x-user-id'); // a real application asks its authentication
  if (userId) ctx = setUser(ctx, { userId });
  context.with(ctx, next);
}

const app = express();
app.use(express.json());

app.get('/healthz', (req, res) => {
  res.json({ ok: true });
});

// Body: {"messages": [{"role": "user", "content": "..."}, ...]}, the conversation so far.
app.post('/chat/:conversation', identify, async (req, res) => {
  const messages = req.body?.messages;
  if (!Array.isArray(messages)) {
    res.status(400).json({ error: { message: 'messages is missing' } });
  } else if (req.query.stream) {
    res.type('text/plain');
    await answer({ messages, onText: (text) => res.write(text) });
    res.end();
  } else {
    res.json({ answer: await answer({ messages }) });
  }
});

app.use((error, req, res, next) => {
  const status = error instanceof OpenAI.OpenAIError ? 502 : (error.status ?? 500);
  if (status >= 500) {
    // The HTTP span. Once an answer is being streamed its status is 200, whatever follows.
    const span = trace.getActiveSpan();
    span?.recordException(error);
    span?.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  }
  if (res.headersSent) res.destroy(); // all that can still tell the client
  else res.status(status).json({ error: { message: error.message } });
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});

// Open requests are answered first, then the last spans are sent; nothing else is left
// to run, so the process ends by itself.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () =>
    server.close(() => shutdownTracing().catch((error) => console.error(`${error}`))),
  );
}
