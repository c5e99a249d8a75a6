// The price list: a service of its own.

import { createServer } from 'node:http';
import { enrichSession } from 'opentelemetry-exporter-honeyhive';

const prices = { tea: 4, cake: 6 };

const server = createServer((req, res) => {
  const price = prices[req.url.slice(1)] ?? 0;
  enrichSession({ outputs: { price } });
  res.end(JSON.stringify({ price }));
}).listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));

process.once('SIGTERM', () => {
  server.close();
  server.closeIdleConnections();
});
