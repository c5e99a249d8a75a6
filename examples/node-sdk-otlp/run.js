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

// Three spans for each request. A fourth would be our own request to HoneyHive: that is not traced.
const spans = receiver.names.sort().join(', ');
console.log(`OTLP brought ${receiver.names.length} spans: ${spans}`);
process.exitCode = spans === 'POST, POST, POST, POST, POST, POST, chat gpt-4o-mini, chat gpt-4o-mini, chat gpt-4o-mini' ? 0 : 1;

receiver.close();
await model.close();
