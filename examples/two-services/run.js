// The whole example: both services as processes of their own, two orders, and a look at what became
// of them. HH_API_URL has to name a local HoneyHive (`npx honeyhive-otel local`), which is asked at
// the end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';

/** Starts a service; answers with its address once it listens. */
async function start(name, env = {}) {
  const child = spawn(process.execPath, ['--import', './instrumentation.js', `${name}.js`], {
    cwd: import.meta.dirname,
    env: { ...process.env, OTEL_SERVICE_NAME: name, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    // The last resort; it ends by itself long before.
    timeout: 120_000,
    killSignal: 'SIGKILL',
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(60_000) });
  return {
    url: /^listening on (\S+)/.exec(line)?.[1],
    // It sends what is left before it ends.
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
}

const prices = await start('prices');
const shop = await start('shop', { PRICES_URL: prices.url });
for (const order of ['article=tea&article=cake', 'article=cake']) {
  const answer = await fetch(`${shop.url}/order?${order}`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(30_000) });
  console.log(`${order}: ${await answer.text()}`);
}
const codes = [await shop.stop(), await prices.stop()];

const ask = (path) => fetch(process.env.HH_API_URL + path).then((answer) => answer.json());
const said = ({ event_name, metadata, inputs, outputs }) => ({ name: event_name, service: metadata.service.name, inputs, outputs });
const found = [];
for (const session of (await ask('/sessions')).sort((a, b) => a.start_time - b.start_time)) {
  const events = await ask(`/sessions/${session.event_id}/events`);
  found.push({ ...said(session), events: events.map(said).sort((a, b) => a.outputs.price - b.outputs.price) });
}

const priced = (article, price) => ({ name: `GET /${article}`, service: 'prices', inputs: {}, outputs: { price } });
const expected = [
  { name: 'GET /order', service: 'shop', inputs: { articles: ['tea', 'cake'] }, outputs: { total: 10 }, events: [priced('tea', 4), priced('cake', 6)] },
  { name: 'GET /order', service: 'shop', inputs: { articles: ['cake'] }, outputs: { total: 6 }, events: [priced('cake', 6)] },
];
for (const { name, outputs, events } of found) {
  console.log(`session: ${name} ${JSON.stringify(outputs)}`, events.map((event) => `${event.service}: ${event.name}`));
}
const ok = isDeepStrictEqual([codes, found], [[0, 0], expected]);
if (ok) console.log(`All ${found.length} sessions are as they should be, with the work of both services.`);
else console.dir({ codes, found, expected }, { depth: 8 });
process.exitCode = ok ? 0 : 1;
