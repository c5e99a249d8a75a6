// A chat application that asks the model for the answer, and then for a title: Vercel AI SDK 5.
import { generateText } from 'ai';
import { MockLanguageModelV2 } from 'ai/test';
import { inSpan, record } from './recorder.mjs';

const model = (text) =>
  new MockLanguageModelV2({
    modelId: 'gpt-4o',
    provider: 'openai.chat',
    doGenerate: async () => ({ content: [{ type: 'text', text }], finishReason: 'stop', usage: { inputTokens: 27, outputTokens: 14, totalTokens: 41 }, warnings: [] }),
  });

const QUESTION = 'How long do refunds take?';
const ANSWER = 'Refunds take 5 business days.';
const metadata = { userId: 'user_42', sessionId: 'chat_9001' };
const request = { kind: 1, attributes: { 'http.request.method': 'POST', 'http.route': '/api/chat' } };
const expected = (...more) => [
  { op: 'eq', f: 'session_name', v: 'POST /api/chat' },
  { op: 'has', f: 'inputs', v: QUESTION },
  { op: 'eq', f: 'outputs.content', v: ANSWER },
  { op: 'has', f: 'config', v: 'gpt-4o' },
  { op: 'has', f: 'user_properties', v: 'user_42' },
  { op: 'eq', f: 'metadata.conversation_id', v: 'chat_9001' },
  { op: 'eq', f: 'metadata.usage.input_tokens', v: 54 },
  { op: 'absent', f: 'metadata.error' },
  ...more,
];
const telemetry = (functionId) => ({ isEnabled: true, metadata, ...(functionId === undefined ? {} : { functionId }) });
const answer = (functionId) => generateText({ model: model(ANSWER), prompt: QUESTION, experimental_telemetry: telemetry(functionId) });

await record(
  'own-title-after-answer',
  () =>
    inSpan('POST /api/chat', request, async () => {
      await answer('chat-turn');
      await generateText({ model: model('Refund duration'), prompt: `Conversation: ${QUESTION} ${ANSWER}`, experimental_telemetry: telemetry('generate-title') });
    }),
  expected({ op: 'hasnt', f: 'outputs', v: 'Refund duration' }),
);

await record(
  'own-title-without-names',
  () =>
    inSpan('POST /api/chat', request, async () => {
      await answer();
      await generateText({ model: model('Refund duration'), system: 'Generate a short title for this conversation, at most 5 words.', prompt: `${QUESTION} ${ANSWER}`, experimental_telemetry: telemetry() });
    }),
  expected({ op: 'hasnt', f: 'outputs', v: 'Refund duration' }),
);

await record(
  'own-moderation-before-answer',
  () =>
    inSpan('POST /api/chat', request, async () => {
      await generateText({ model: model('{"flagged":false}'), system: 'Classify the message.', prompt: 'Message to look at', experimental_telemetry: telemetry('moderate-input') });
      await answer('chat-turn');
    }),
  expected({ op: 'hasnt', f: 'inputs', v: 'Message to look at' }),
);
