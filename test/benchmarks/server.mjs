// A server that costs as little as a Node server can: it reads heads only for the length of the
// body, and answers with one prepared buffer. Run as a process of its own by `fast-server.mjs`,
// with one port per latency (milliseconds) in its arguments.
import { readFileSync } from 'node:fs';
import net from 'node:net';

// The stored session, which is what HoneyHive answers with.
const body = JSON.stringify(JSON.parse(readFileSync(new URL('fixtures/answer.json', import.meta.url), 'utf8')));
const ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: keep-alive\r\n\r\n${body}`,
);
const HEAD_END = '\r\n\r\n';
const LENGTH = 'content-length: '; // as undici writes it

/** What has arrived since it was last asked for, by port. */
const arrived = new Map();

function listen(latency) {
  const server = net.createServer({ noDelay: true }, (socket) => {
    const answer = latency === 0 ? () => socket.write(ANSWER) : () => setTimeout(() => socket.writable && socket.write(ANSWER), latency);
    const count = arrived.get(server.address().port);
    let head = '';
    let missing = 0;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      for (let at = 0; at < chunk.length; ) {
        if (missing === 0) {
          const end = chunk.indexOf(HEAD_END, at);
          if (end === -1) {
            head += chunk.latin1Slice(at);
            return;
          }
          head += chunk.latin1Slice(at, end + HEAD_END.length);
          at = end + HEAD_END.length;
          missing = Number.parseInt(head.slice(head.indexOf(LENGTH) + LENGTH.length), 10);
          if (!head.includes(LENGTH) || !(missing > 0)) return void socket.destroy();
          head = '';
          count.bytes += missing;
        }
        const read = Math.min(missing, chunk.length - at);
        missing -= read;
        at += read;
        if (missing === 0) {
          count.requests += 1;
          answer();
        }
      }
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      arrived.set(port, { requests: 0, bytes: 0 });
      resolve(port);
    });
  });
}

process.on('message', (port) => {
  const count = arrived.get(port);
  process.send({ ...count });
  count.requests = 0;
  count.bytes = 0;
});
// The bench is gone, however it went.
process.on('disconnect', () => process.exit());

process.send(await Promise.all(process.argv.slice(2).map((latency) => listen(Number(latency)))));
