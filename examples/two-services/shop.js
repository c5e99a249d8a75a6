// Answers what an order costs, and asks the price list for each article.

import { createServer } from 'node:http';
import { enrichSession } from 'opentelemetry-exporter-honeyhive';

const server = createServer(async (req, res) => {
  const articles = new URL(req.url, 'http://shop').searchParams.getAll('article');
  enrichSession({ inputs: { articles } });
  const prices = await Promise.all(
    articles.map((article) => fetch(`${process.env.PRICES_URL}/${article}`).then((answer) => answer.json())),
  );
  const total = prices.reduce((sum, { price }) => sum + price, 0);
  enrichSession({ outputs: { total } });
  res.end(JSON.stringify({ total }));
}).listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));

process.once('SIGTERM', () => server.close());
