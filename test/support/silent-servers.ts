import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** An address that somebody or nobody listens at. */
export interface Address {
  readonly url: string;
  close(): Promise<void>;
}

/** Takes connections, and says nothing. */
export async function hangingServer(): Promise<Address> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Nobody listens there. */
export async function refusingServer(): Promise<Address> {
  const { url, close } = await hangingServer();
  await close();
  return { url, close: async () => {} };
}

/**
 * No connection to it is ever made or refused: the process that listens is stopped, and its backlog
 * full, so that Linux drops what else asks for a connection.
 */
export async function blackHole(): Promise<Address> {
  const listener = "require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port); })";
  const child = spawn(process.execPath, ['-e', listener], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  child.kill('SIGSTOP');
  const fillers: Socket[] = [];
  for (let filled = false; !filled; ) {
    if (fillers.length === 20) throw new Error('the backlog of a stopped process does not fill up');
    const filler = connect(port, '127.0.0.1').on('error', () => {});
    fillers.push(filler);
    filled = !(await Promise.race([once(filler, 'connect').then(() => true), new Promise<false>((resolve) => setTimeout(resolve, 300, false))]));
  }
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
