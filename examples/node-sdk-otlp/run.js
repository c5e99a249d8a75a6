// The whole example: a stand-in for OpenAI, a receiver of OTLP, the application as a process of
// its own, three requests. HH_API_KEY and HH_API_URL go from the environment to the application.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startModel } from '../express-openai/model.js';
import { startReceiver } from './otlp-receiver.js';

const model = await startModel();
const receiver = await startReceiver();

const app = spawn(process.execPath, ['--import', './instrumentation.js', 'app.js'], {
  env: { ...process.env, PORT: '0', OPENAI_BASE_URL: model.url, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const exited = once(app, 'exit');
const [line] = await once(createInterface({ input: app.stdout }), 'line');
const url = line.replace('listening on ', '');

for (const [user, question] of [
  ['grace', 'How long do refunds take?'],
  ['linus', 'Summarise all 5000 reviews.'],
  ['ada', 'Hello, my name is Ada.'],
]) {
  const response = await fetch(`${url}/summaries`, { method: 'POST', headers: { 'x-user-id': user }, body: question });
  console.log(`${user}: ${response.status} ${await response.text()}`);
}

// The application sends its last spans and sessions before it ends.
app.kill('SIGTERM');
await exited;

// Three for each request: the request, the call of the model, its fetch. A fourth would be our own
// request to HoneyHive, which is not traced.
const { names } = receiver;
console.log(`OTLP brought ${names.length} spans: ${names.join(', ')}`);
process.exitCode = names.length === 9 && names.filter((name) => name === 'chat gpt-4o-mini').length === 3 ? 0 : 1;

receiver.close();
await model.close();
