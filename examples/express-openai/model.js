// A stand-in for OpenAI on this machine, so that the example runs without a key and always
// the same way. It answers from the conversation that it is sent.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the assistant says next: `{ content }` or `{ tool_calls }`. */
function reply(messages) {
  const last = messages.at(-1);
  if (last.role === 'tool') {
    const { status, carrier, arrives } = JSON.parse(last.content);
    return status === 'shipped'
      ? { content: `Your order has been shipped with ${carrier} and arrives on ${arrives}.` }
      : { content: 'I could not find that order.' };
  }

  const question = last.content;
  const order = /order (\d+)/i.exec(question)?.[1];
  if (order) {
    const lookup = { name: 'lookup_order', arguments: JSON.stringify({ order_id: order }) };
    return { tool_calls: [{ id: `call_${order}`, type: 'function', function: lookup }] };
  }
  if (/my name is \w+/i.test(question)) {
    return { content: `Nice to meet you, ${nameIn([last])}.` };
  }
  if (/what is my name/i.test(question)) {
    const name = nameIn(messages);
    return { content: name ? `Your name is ${name}.` : 'You have not told me your name.' };
  }
  if (/refund/i.test(question)) return { content: 'Refunds take 5 business days.' };
  return { content: 'I can help with orders and refunds.' };
}

const nameIn = (messages) => /my name is (\w+)/i.exec(messages.map((m) => m.content).join('\n'))?.[1];

// Words instead of tokens: good enough to tell one usage from another.
const count = (value) => JSON.stringify(value).match(/\w+/g).length;

function usageOf(messages, message) {
  const text = (m) => m.content ?? m.tool_calls;
  const prompt_tokens = count(messages.map(text));
  const completion_tokens = count(text(message));
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

async function stream(res, head, message, finish_reason, usage) {
  const send = (data) => res.write(`data: ${JSON.stringify(data)}\n\n`);
  const chunk = (delta, finish = null) =>
    send({
      ...head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: finish }],
    });

  res.writeHead(200, { 'content-type': 'text/event-stream' });
  chunk({ role: 'assistant', content: message.content ? '' : null });
  for (const word of message.content?.match(/\S+\s*/g) ?? []) {
    await sleep(5);
    chunk({ content: word });
  }
  for (const [index, call] of (message.tool_calls ?? []).entries()) {
    const { name, arguments: args } = call.function;
    chunk({ tool_calls: [{ index, ...call, function: { name, arguments: '' } }] });
    chunk({ tool_calls: [{ index, function: { arguments: args } }] });
  }
  chunk({}, finish_reason);
  if (usage) send({ ...head, object: 'chat.completion.chunk', choices: [], usage });
  res.end('data: [DONE]\n\n');
}

async function complete(req, res) {
  const body = JSON.parse(Buffer.concat(await req.toArray()).toString());
  const { messages } = body;

  if (/all \d+ reviews/i.test(messages.at(-1).content)) {
    res.writeHead(429, { 'content-type': 'application/json' });
    const message = `Rate limit reached for ${body.model} on tokens per min (TPM): Limit 200000, Used 199500, Requested 12000.`;
    res.end(
      JSON.stringify({
        error: { message, type: 'tokens', param: null, code: 'rate_limit_exceeded' },
      }),
    );
    return;
  }

  // OpenAI, too, answers with the dated name of the model that it was asked for.
  const head = {
    id: `chatcmpl-${messages.length}`,
    created: Math.floor(Date.now() / 1000),
    model: `${body.model}-2024-07-18`,
  };
  const message = { role: 'assistant', content: null, ...reply(messages) };
  const finish_reason = message.tool_calls ? 'tool_calls' : 'stop';
  const usage = usageOf(messages, message);

  if (body.stream) {
    await stream(res, head, message, finish_reason, body.stream_options?.include_usage && usage);
    return;
  }
  res.writeHead(200, { 'content-type': 'application/json' });
  res.end(
    JSON.stringify({
      ...head,
      object: 'chat.completion',
      choices: [{ index: 0, message, logprobs: null, finish_reason }],
      usage,
    }),
  );
}

/** Starts the model on a free port of the loopback address. */
export async function startModel() {
  const server = createServer((req, res) => {
    if (req.method === 'POST' && req.url === '/v1/chat/completions') {
      complete(req, res).catch((error) => res.destroy(error));
    } else {
      res.writeHead(404).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    /** What OPENAI_BASE_URL has to be. */
    url: `http://127.0.0.1:${server.address().port}/v1`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
