// The whole example: builds the application, starts it with stand-ins for OpenAI and for an OTLP
// receiver, and sends it some requests. HH_API_KEY and HH_API_URL come from the environment.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startModel } from '../express-openai/model.js';

const next = ['node_modules/next/dist/bin/next'];
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };

const build = spawn(process.execPath, [...next, 'build'], { env, stdio: 'inherit' });
if ((await once(build, 'exit'))[0] !== 0) throw new Error('next build failed');

const model = await startModel();
let exports = 0;
const receiver = createServer((req, res) => {
  exports += 1;
  req.resume().on('end', () => res.end());
}).listen(0, '127.0.0.1');
await once(receiver, 'listening');

const app = spawn(process.execPath, [...next, 'start', '--hostname', '127.0.0.1', '--port', '0'], {
  env: {
    ...env,
    OPENAI_API_KEY: 'not-needed',
    OPENAI_BASE_URL: model.url,
    OTEL_BSP_SCHEDULE_DELAY: '500',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.address().port}`,
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const exited = once(app, 'exit');
const url = await new Promise((resolve) => {
  let address;
  createInterface({ input: app.stdout }).on('line', (line) => {
    console.log(line);
    address ??= /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (/Ready in/.test(line)) resolve(address);
  });
});

async function ask(user, conversation, question) {
  const response = await fetch(`${url}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(user ? { 'x-user-id': user } : {}) },
    body: JSON.stringify({ conversation, question }),
  });
  let pieces = 0;
  let text = '';
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    pieces += 1;
    text += piece;
  }
  console.log(`${user ?? 'nobody'}: ${response.status} ${text} (in ${pieces} pieces)`);
}

await ask('grace', 'chat-refunds', 'How long do refunds take?');
await ask('ada', 'chat-ada', 'Hello, my name is Ada.');
await ask('edsger', 'chat-reviews', 'Summarise all 5000 reviews.');
await ask(undefined, 'chat-nobody', 'What can you do for me?');
await fetch(`${url}/healthz`);

// Next.js ends without waiting for spans.
await sleep(3_000);
app.kill('SIGTERM');
await exited;
console.log(`the OTLP receiver got ${exports} exports`);
process.exitCode = exports > 0 ? 0 : 1;

receiver.close();
receiver.closeAllConnections();
await model.close();
