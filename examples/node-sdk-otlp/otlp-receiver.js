// Stands for the collector that you have: it counts the spans that OTLP brings.

import { once } from 'node:events';
import { createServer } from 'node:http';

export async function startReceiver() {
  const names = [];
  const server = createServer((req, res) => {
    req
      .toArray()
      .then((chunks) => {
        if (req.url === '/v1/traces') names.push(...spanNames(JSON.parse(Buffer.concat(chunks).toString())));
        res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      })
      .catch((error) => res.destroy(error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Of all spans so far. */
    names,
    close: () => server.close(),
  };
}

const spanNames = ({ resourceSpans }) =>
  resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)));
