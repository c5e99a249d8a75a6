// A stand-in for OpenAI on this machine, so that the example runs without a key and always
// the same way. It answers from the conversation that it is sent.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const rateLimit = {
  message: 'Rate limit reached on tokens per min (TPM): Limit 200000, Used 199500, Requested 12000.',
  type: 'tokens',
  param: null,
  code: 'rate_limit_exceeded',
};
const serverError = {
  message: 'The server had an error while processing your request.',
  type: 'server_error',
  param: null,
  code: null,
};

/** What the assistant says next: `{ content }` or `{ tool_calls }`, or `{ status, error }`. */
function reply(messages) {
  const last = messages.at(-1);
  if (last.role === 'tool') {
    const { status, carrier, arrives } = JSON.parse(last.content);
    return status === 'shipped'
      ? { content: `Your order has been shipped with ${carrier} and arrives on ${arrives}.` }
      : { content: 'I could not find that order.' };
  }

  const question = last.content;
  if (/all \d+ reviews/i.test(question)) return { status: 429, error: rateLimit };
  if (/poem/i.test(question)) return { content: 'Roses are red,', error: serverError };

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

async function sendStream(res, head, { message, finish_reason, usage, error }) {
  const send = (data) => res.write(`data: ${JSON.stringify(data)}\n\n`);
  const sendDelta = (delta, finish = null) =>
    send({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] });

  res.writeHead(200, { 'content-type': 'text/event-stream' });
  sendDelta({ role: 'assistant', content: message.content === null ? null : '' });
  for (const word of message.content?.match(/\S+\s*/g) ?? []) {
    await sleep(5);
    sendDelta({ content: word });
  }
  if (error) {
    send({ error });
    res.end();
    return;
  }
  for (const [index, call] of (message.tool_calls ?? []).entries()) {
    const { name, arguments: args } = call.function;
    sendDelta({ tool_calls: [{ index, ...call, function: { name, arguments: '' } }] });
    sendDelta({ tool_calls: [{ index, function: { arguments: args } }] });
  }
  sendDelta({}, finish_reason);
  if (usage) send({ ...head, choices: [], usage });
  res.end('data: [DONE]\n\n');
}

function sendJson(res, status, body) {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(body));
}

async function complete(req, res) {
  const { messages, model, stream, stream_options } = JSON.parse(
    Buffer.concat(await req.toArray()).toString(),
  );
  const { status = 500, error, ...said } = reply(messages);
  // With an error there is nothing to say, or only the beginning of a stream.
  if (error && !(stream && said.content)) return sendJson(res, status, { error });

  const message = { role: 'assistant', content: null, ...said };
  const finish_reason = message.tool_calls ? 'tool_calls' : 'stop';
  const usage = usageOf(messages, message);
  const head = {
    id: `chatcmpl-${messages.length}`,
    object: stream ? 'chat.completion.chunk' : 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model,
  };

  if (stream) {
    const sent = { message, finish_reason, usage: stream_options?.include_usage && usage, error };
    return sendStream(res, head, sent);
  }
  sendJson(res, 200, {
    ...head,
    choices: [{ index: 0, message, logprobs: null, finish_reason }],
    usage,
  });
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
