// A server of Node's own http, which understands whatever a client writes: stored events for
// `/session/start`, an empty answer for any other path. Run as a process of its own by `fast-server.mjs`.
import http from 'node:http';
import { ADDED, report } from './answers.mjs';

const WRAPPER = '{"session":{'.length;
const counts = new Map();

function listen(latency) {
  // A client that writes just when its connection is closed for idleness has lost a request.
  const server = http.createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const count = counts.get(server.address().port);
      count.requests += 1;
      count.bytes += body.length;
      setTimeout(() => {
        response.setHeader('content-type', request.headers['content-type']);
        response.end(request.url === '/session/start' ? Buffer.concat([Buffer.from(ADDED), body.subarray(WRAPPER, -1)]) : undefined);
      }, latency);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      counts.set(port, { requests: 0, bytes: 0 });
      resolve(port);
    });
  });
}

report(await Promise.all(process.argv.slice(2).map((latency) => listen(Number(latency)))), counts);
