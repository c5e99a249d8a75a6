// The agent as a process of its own, with a stand-in for OpenAI on this machine.
// HH_API_KEY and HH_API_URL go from the environment to the agent.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startModel } from '../express-openai/model.js';

const model = await startModel();
const agent = spawn(process.execPath, ['--import', './instrumentation.js', 'agent.js'], {
  env: { ...process.env, OPENAI_API_KEY: 'not-needed', OPENAI_BASE_URL: model.url },
  stdio: 'inherit',
});
[process.exitCode] = await once(agent, 'exit');
await model.close();
