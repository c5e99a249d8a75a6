import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Starts a server in a process of its own, so that its work is not counted as ours.
 *
 * @param file `server.mjs`, or `http-server.mjs` for clients other than undici.
 */
export async function startFastServer(latencies, file = 'server.mjs') {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), latencies.map(String), { execArgv: [] });
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
