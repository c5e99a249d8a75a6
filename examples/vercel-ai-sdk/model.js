// The AI SDK's own mock model, with something to say. Usage counts words.

import { simulateReadableStream } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';

/** What the model says next: `{ text }`, `{ toolCall }` or `{ error }`; a text may break off with an error. */
function reply(prompt) {
  const last = prompt.at(-1);
  if (last.role === 'tool') {
    const { carrier, arrives } = last.content[0].output.value;
    return { text: `Your order has been shipped with ${carrier} and arrives on ${arrives}.` };
  }
  const question = last.content.map(({ text }) => text).join('');
  if (/reviews/.test(question)) return { error: new Error('Rate limit reached on tokens per min') };
  if (/poem/.test(question)) return { text: 'Roses are red,', error: new Error('The server had an error') };
  if (/sort/.test(question)) return { text: '{"topic":"refund","urgent":true}' };
  if (/order 1042/.test(question)) {
    return { toolCall: { toolCallId: 'call_1042', toolName: 'lookup_order', input: '{"order_id":"1042"}' } };
  }
  return { text: 'Refunds take 5 business days.' };
}

const count = (value) => JSON.stringify(value).match(/\w+/g).length;

function ending(prompt, { text, toolCall }) {
  const total = { input: count(prompt), output: count(text ?? toolCall) };
  return {
    finishReason: toolCall ? { unified: 'tool-calls', raw: 'tool_calls' } : { unified: 'stop', raw: 'stop' },
    usage: { inputTokens: { total: total.input }, outputTokens: { total: total.output } },
  };
}

function parts({ text, toolCall, error }) {
  const words = text?.match(/\S+\s*/g) ?? [];
  return [
    ...(text ? [{ type: 'text-start', id: '0' }] : []),
    ...words.map((delta) => ({ type: 'text-delta', id: '0', delta })),
    ...(error ? [{ type: 'error', error }] : text ? [{ type: 'text-end', id: '0' }] : []),
    ...(toolCall ? [{ type: 'tool-call', ...toolCall }] : []),
  ];
}

export const model = new MockLanguageModelV3({
  provider: 'openai.chat',
  modelId: 'gpt-4o-mini',
  doGenerate: async ({ prompt }) => {
    const said = reply(prompt);
    if (said.error) throw said.error;
    const content = said.toolCall ? { type: 'tool-call', ...said.toolCall } : { type: 'text', text: said.text };
    return { content: [content], warnings: [], ...ending(prompt, said) };
  },
  doStream: async ({ prompt }) => {
    const said = reply(prompt);
    const finish = said.error ? [] : [{ type: 'finish', ...ending(prompt, said) }];
    const chunks = [{ type: 'stream-start', warnings: [] }, ...parts(said), ...finish];
    return { stream: simulateReadableStream({ chunks, chunkDelayInMs: 5 }) };
  },
});
