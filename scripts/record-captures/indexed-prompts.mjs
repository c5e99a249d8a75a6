// OpenLLMetry as it wrote chat before GenAI messages: gen_ai.prompt.N and gen_ai.completion.N.
import { OpenAIInstrumentation } from '@traceloop/instrumentation-openai';
import { OpenAI } from 'openai';
import { modelServer, provider, record } from './recorder.mjs';

const instrumentation = new OpenAIInstrumentation();
instrumentation.setTracerProvider(provider);
instrumentation.manuallyInstrument(OpenAI);

const server = await modelServer([{ content: 'Refunds take 5 business days.' }]);
const client = new OpenAI({ apiKey: 'none', baseURL: server.url });

await record(
  'own-genai-indexed',
  () =>
    client.chat.completions.create({
      model: 'gpt-4o',
      temperature: 0.2,
      messages: [
        { role: 'system', content: 'Be concise.' },
        { role: 'user', content: 'How long do refunds take?' },
      ],
    }),
  [
    { op: 'eq', f: 'inputs.chat_history', v: [{ role: 'system', content: 'Be concise.' }, { role: 'user', content: 'How long do refunds take?' }] },
    { op: 'eq', f: 'outputs.content', v: 'Refunds take 5 business days.' },
    { op: 'eq', f: 'config.model', v: 'gpt-4o' },
    { op: 'eq', f: 'config.temperature', v: 0.2 },
    { op: 'eq', f: 'metadata.usage.input_tokens', v: 27 },
    { op: 'absent', f: 'metadata.error' },
  ],
);
server.close();
