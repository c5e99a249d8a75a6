import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts the server in a process of its own, so that its work is not counted as ours. */
export async function startFastServer(latencies) {
  const child = fork(fileURLToPath(new URL('server.mjs', import.meta.url)), latencies.map(String), { execArgv: [] });
  const [ports] = await once(child, 'message');
  return {
    origin: (latency) => `http://127.0.0.1:${ports[latencies.indexOf(latency)]}`,
    /** Requests and body bytes of one port since it was last asked. */
    async arrived(latency) {
      child.send(ports[latencies.indexOf(latency)]);
      const [count] = await once(child, 'message');
      return count;
    },
    async stop() {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}
