/**
 * Preload: `node --import opentelemetry-exporter-honeyhive/register app.js`, or `--require`. Calls
 * `registerHoneyHive()` with what the environment says. Whatever fails, the application starts.
 */
import { isMainThread, parentPort } from 'node:worker_threads';
import { registerHoneyHive } from './register-honeyhive.js';
import { warnOnce } from './warnings.js';

// Node runs what `--require` names in the thread of its loader hooks too, which has no parent to talk to.
const isLoaderThread = !isMainThread && parentPort === null;

try {
  if (!isLoaderThread) registerHoneyHive();
} catch (error) {
  warnOnce('HONEYHIVE_NOT_REGISTERED', `registering failed, so there are no sessions: ${String(error)}`);
}
