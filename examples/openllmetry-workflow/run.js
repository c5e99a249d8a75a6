// The workflow as a process of its own, with stand-ins for OpenAI and for Traceloop on this machine.
// HH_API_KEY and HH_API_URL go from the environment to the workflow.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { startModel } from '../express-openai/model.js';

const model = await startModel();
const exports = [];
const traceloop = createServer((req, res) => {
  exports.push(req.url);
  req.resume().on('end', () => res.end());
}).listen(0, '127.0.0.1');
await once(traceloop, 'listening');

const workflow = spawn(process.execPath, ['workflow.js'], {
  env: {
    ...process.env,
    OPENAI_API_KEY: 'not-needed',
    OPENAI_BASE_URL: model.url,
    TRACELOOP_API_KEY: 'not-needed',
    TRACELOOP_BASE_URL: `http://127.0.0.1:${traceloop.address().port}`,
  },
  stdio: 'inherit',
});
const [code] = await once(workflow, 'exit');
console.log(`Traceloop got ${exports.length} exports`);
process.exitCode = exports.includes('/v1/traces') ? code : 1;

traceloop.close();
traceloop.closeAllConnections();
await model.close();
