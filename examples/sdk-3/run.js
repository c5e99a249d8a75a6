// The assistant as a process of its own, with a stand-in for OpenAI on this machine.
// HH_API_KEY and HH_API_URL go from the environment to the assistant.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startModel } from '../express-openai/model.js';

const model = await startModel();
const assistant = spawn(process.execPath, ['--import', './tracing.js', 'assistant.js'], {
  env: { ...process.env, OPENAI_API_KEY: 'not-needed', OPENAI_BASE_URL: model.url },
  stdio: 'inherit',
});
[process.exitCode] = await once(assistant, 'exit');
await model.close();
