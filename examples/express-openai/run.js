// The whole example: the model, the application as a process of its own, the requests.
// HH_API_KEY and HH_API_URL go from the environment to the application.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { drive } from './drive.js';
import { startModel } from './model.js';

const model = await startModel();
console.log(`model on ${model.url}`);

const app = spawn(process.execPath, ['--import', './instrumentation.js', 'app.js'], {
  cwd: import.meta.dirname,
  env: {
    ...process.env,
    PORT: '0',
    OPENAI_API_KEY: 'not-needed',
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'gpt-4o-mini',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
  // The last resort; the application ends by itself long before.
  timeout: 120_000,
  killSignal: 'SIGKILL',
});
const exited = once(app, 'exit');

/** The address that the application prints, or undefined if it ends before. */
const lines = createInterface({ input: app.stdout });
const appUrl = await new Promise((resolve) => {
  lines.on('line', (line) => {
    console.log(`app: ${line}`);
    const [, url] = /^listening on (\S+)/.exec(line) ?? [];
    if (url) resolve(url);
  });
  lines.once('close', resolve);
});

const problems = appUrl
  ? await drive({ appUrl, log: console.log })
  : ['the application did not start'];

// The application sends its last sessions before it ends.
app.kill('SIGTERM');
const [code, signal] = await exited;
await model.close();

console.log(`application ended (${signal ?? code}), ${problems.length} problem(s)`);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 && code === 0 ? 0 : 1;
