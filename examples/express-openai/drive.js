// Sends the application some requests and checks its answers. Each row also says which
// HoneyHive session the request should become. On its own, against a running application:
//   APP_URL=http://127.0.0.1:3000 node drive.js

import { pathToFileURL } from 'node:url';

const user = (content) => ({ role: 'user', content });
const assistant = (content) => ({ role: 'assistant', content });

const name = [user('Hello, my name is Ada.'), assistant('Nice to meet you, Ada.')];
const refunds = [user('How long do refunds take?'), assistant('Refunds take 5 business days.')];
const shipped = 'Your order has been shipped with DHL and arrives on Friday.';
const rateLimit =
  '429 Rate limit reached on tokens per min (TPM): Limit 200000, Used 199500, Requested 12000.';
const serverError = 'The server had an error while processing your request.';

/** Usage counts words, as model.js does; undefined where no span knows it. */
const chats = [
  {
    title: 'a question',
    conversation: 'conv-question',
    user: 'grace',
    messages: [user('What can you do for me?')],
    answer: 'I can help with orders and refunds.',
    usage: { input_tokens: 16, output_tokens: 7 },
  },
  {
    title: 'a tool call',
    conversation: 'conv-order',
    user: 'linus',
    messages: [user('Where is my order 1042?')],
    answer: shipped,
    tools: ['lookup_order'],
    // Both calls of the model.
    usage: { input_tokens: 46, output_tokens: 21 },
  },
  {
    title: 'a streamed answer',
    conversation: 'conv-stream',
    user: 'margaret',
    stream: true,
    messages: [user('How long do refunds take?')],
    answer: 'Refunds take 5 business days.',
    // The OpenAI instrumentation records no usage when an answer is streamed.
  },
  {
    title: 'a streamed answer after a tool call',
    conversation: 'conv-stream-order',
    user: 'margaret',
    stream: true,
    messages: [user('Has order 1042 left yet?')],
    answer: shipped,
    tools: ['lookup_order'],
  },
  {
    title: 'a failing model',
    conversation: 'conv-failing',
    user: 'edsger',
    messages: [user('Summarise all 5000 reviews.')],
    error: rateLimit,
  },
  {
    title: 'a streamed answer that breaks off',
    conversation: 'conv-poem',
    user: 'edsger',
    stream: true,
    messages: [user('Write me a poem.')],
    error: serverError,
  },
  {
    title: 'a conversation, turn 1',
    conversation: 'conv-ada',
    user: 'ada',
    messages: name.slice(0, 1),
    answer: 'Nice to meet you, Ada.',
    usage: { input_tokens: 15, output_tokens: 5 },
  },
  {
    title: 'a conversation, turn 2',
    conversation: 'conv-ada',
    user: 'ada',
    messages: [...name, refunds[0]],
    answer: 'Refunds take 5 business days.',
    usage: { input_tokens: 25, output_tokens: 5 },
  },
  {
    title: 'a conversation, turn 3',
    conversation: 'conv-ada',
    user: 'ada',
    messages: [...name, ...refunds, user('What is my name?')],
    answer: 'Your name is Ada.',
    usage: { input_tokens: 34, output_tokens: 4 },
  },
];

/** One per chat, in the order of the requests. The health check is not a session. */
export const expectedSessions = chats.map((chat) => ({
  title: chat.title,
  name: 'POST /chat/:conversation',
  agent: 'support-agent',
  conversation: chat.conversation,
  user: chat.user,
  input: chat.messages,
  output: chat.answer,
  error: chat.error,
  tools: chat.tools ?? [],
  // A failed call of the model leaves no span behind that would tell which model it was.
  model: chat.error ? undefined : 'gpt-4o-mini',
  usage: chat.usage,
}));

/** Sends all requests, one after the other. Returns what was not as expected. */
export async function drive({ appUrl, log = () => {} }) {
  const problems = [];

  const timeout = () => AbortSignal.timeout(30_000);

  const check = async (title, expected, send) => {
    const seen = await send().catch((error) => ({ error: String(error.cause ?? error) }));
    const ok = JSON.stringify(seen) === JSON.stringify(expected);
    log(`${ok ? 'ok  ' : 'FAIL'} ${title}: ${seen.status} ${JSON.stringify(seen.body)}`);
    if (!ok) problems.push({ title, expected, seen });
  };

  for (const chat of chats) {
    const { title, stream, messages, answer, error } = chat;
    const expected = stream
      ? { status: 200, body: answer ?? 'cut off' }
      : { status: error ? 502 : 200, body: error ? { error: { message: error } } : { answer } };
    await check(title, expected, async () => {
      const response = await fetch(
        `${appUrl}/chat/${chat.conversation}${stream ? '?stream=1' : ''}`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-user-id': chat.user },
          body: JSON.stringify({ messages }),
          signal: timeout(),
        },
      );
      return {
        status: response.status,
        body: stream ? await response.text().catch(() => 'cut off') : await response.json(),
      };
    });
  }

  await check('a health check', { status: 200, body: { ok: true } }, async () => {
    const response = await fetch(`${appUrl}/healthz`, { signal: timeout() });
    return { status: response.status, body: await response.json() };
  });

  return problems;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problems = await drive({ appUrl: process.env.APP_URL, log: console.log });
  process.exitCode = problems.length ? 1 : 0;
}
