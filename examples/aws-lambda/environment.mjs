// A Lambda environment: a process that is frozen between invocations.

import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export const FUNCTION_MILLIS = 3_000;

export async function startEnvironment(env) {
  const child = fork('runtime.js', {
    cwd: import.meta.dirname,
    execArgv: ['--require', './tracing.js'],
    env: {
      ...process.env,
      AWS_LAMBDA_FUNCTION_NAME: 'support',
      LAMBDA_TASK_ROOT: import.meta.dirname,
      _HANDLER: 'handler.handler',
      ...env,
    },
  });
  await once(child, 'message');
  child.kill('SIGSTOP');

  return {
    /** Resolves with the function's answer. Rejects when it has none in time, as Lambda does. */
    async invoke(event) {
      child.kill('SIGCONT');
      const answer = once(child, 'message').then(([message]) => message);
      child.send({ event, requestId: randomUUID() });
      const late = sleep(FUNCTION_MILLIS, undefined, { ref: false }).then(() => {
        throw new Error(`Task timed out after ${FUNCTION_MILLIS / 1000} seconds`);
      });
      const message = await Promise.race([answer, late]);
      child.kill('SIGSTOP');
      return message;
    },
    /** Lambda ends an environment like this: without a word. */
    end: () => child.kill('SIGKILL'),
  };
}
