// A server that costs as little as a Node server can: it reads heads only for the length of the
// body, and answers with that body as the stored event. Run as a process of its own by `fast-server.mjs`,
// with one port per latency (milliseconds) in its arguments.
import net from 'node:net';
import { ADDED, report } from './answers.mjs';

const WRAPPER = '{"session":{'.length;
const HEAD_END = '\r\n\r\n';
const LENGTH = 'content-length: '; // as undici writes it

/** What has arrived since it was last asked for, by port. */
const arrived = new Map();

function listen(latency) {
  const server = net.createServer({ noDelay: true }, (socket) => {
    const answer = latency === 0 ? (body) => socket.write(answerTo(body)) : (body) => setTimeout(() => socket.writable && socket.write(answerTo(body)), latency);
    const count = arrived.get(server.address().port);
    let head = '';
    let missing = 0;
    let body = [];
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
        body.push(chunk.subarray(at, at + read));
        missing -= read;
        at += read;
        if (missing === 0) {
          count.requests += 1;
          answer(Buffer.concat(body));
          body = [];
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

function answerTo(body) {
  const session = body.subarray(WRAPPER, -1);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${ADDED.length + session.length}\r\nconnection: keep-alive\r\n\r\n`;
  return Buffer.concat([Buffer.from(head + ADDED), session]);
}

report(await Promise.all(process.argv.slice(2).map((latency) => listen(Number(latency)))), arrived);
