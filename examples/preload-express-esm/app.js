// A weather service, written with import. It knows nothing of OpenTelemetry and nothing of
// HoneyHive, and asks another service (by fetch) for each answer.

import express from 'express';

const app = express();

app.get('/healthz', (req, res) => {
  res.send('ok');
});

app.get('/weather/:city', async (req, res) => {
  const answer = await fetch(`${process.env.STATION_URL}/${encodeURIComponent(req.params.city)}`);
  if (!answer.ok) throw new Error(`the station answered ${answer.status}`);
  const { celsius } = await answer.json();
  res.json({ city: req.params.city, celsius, coat: celsius < 10 });
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});

process.once('SIGTERM', () => server.close());
