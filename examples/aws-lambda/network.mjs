// The way to HoneyHive, which may be open, silent (nothing is ever answered) or closed (connections
// are refused).

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export async function startNetwork(destination) {
  const { hostname, port } = new URL(destination);
  const sockets = new Set();
  let isOpen = false;
  const track = (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((client) => {
    track(client);
    if (!isOpen) return;
    const upstream = track(connect(Number(port), hostname));
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  const listen = async (at) => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  };
  const own = await listen(0);

  return {
    url: `http://127.0.0.1:${own}`,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
    async open() {
      isOpen = true;
      await listen(own);
    },
  };
}
