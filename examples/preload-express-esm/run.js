// The whole example: a weather station, the application as a process of its own with the preload
// and nothing else, some requests, and a look at what became of them. HH_API_URL has to name a
// local HoneyHive (`npx honeyhive-otel local`), which is asked for its sessions at the end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';

const celsius = { Oslo: 4, Lagos: 31 };
const station = createServer((req, res) => {
  const city = req.url.slice(1);
  res.writeHead(city in celsius ? 200 : 404, { 'content-type': 'application/json' });
  res.end(JSON.stringify({ celsius: celsius[city] }));
}).listen(0, '127.0.0.1');
await once(station, 'listening');

const app = spawn(process.execPath, ['--import', 'opentelemetry-exporter-honeyhive/register', 'app.js'], {
  cwd: import.meta.dirname,
  env: {
    ...process.env,
    // To try it together with other preloads.
    NODE_OPTIONS: process.env.APP_NODE_OPTIONS ?? '',
    PORT: '0',
    STATION_URL: `http://127.0.0.1:${station.address().port}`,
    OTEL_SERVICE_NAME: 'weather',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
  // The last resort; the application ends by itself long before.
  timeout: 120_000,
  killSignal: 'SIGKILL',
});
const exited = once(app, 'exit');

/** The address that the application prints, or undefined if it ends before. */
const lines = createInterface({ input: app.stdout });
const appUrl = await new Promise((resolve) => {
  lines.on('line', (line) => resolve(/^listening on (\S+)/.exec(line)?.[1]));
  lines.once('close', resolve);
});

const requests = ['/weather/Oslo', '/healthz', '/weather/Lagos', '/weather/Atlantis', '/nowhere'];
for (const path of appUrl ? requests : []) {
  const answer = await fetch(appUrl + path, { headers: { connection: 'close' }, signal: AbortSignal.timeout(30_000) });
  console.log(`${path}: ${answer.status} ${(await answer.text()).split('\n', 1)[0]}`);
}

// It sends its last sessions before it ends.
app.kill('SIGTERM');
const [code, signal] = await exited;
station.close();

/** One for each request but the health check, and none for what the application itself asks. */
const expected = [
  { name: 'GET /weather/:city', kind: 'SERVER', service: 'weather', path: '/weather/Oslo', status: 200, error: undefined },
  { name: 'GET /weather/:city', kind: 'SERVER', service: 'weather', path: '/weather/Lagos', status: 200, error: undefined },
  { name: 'GET /weather/:city', kind: 'SERVER', service: 'weather', path: '/weather/Atlantis', status: 500, error: 'the station answered 404' },
  { name: 'GET /nowhere', kind: 'SERVER', service: 'weather', path: '/nowhere', status: 404, error: undefined },
];
const sessions = await fetch(`${process.env.HH_API_URL}/sessions`).then((answer) => answer.json());
const found = sessions
  .sort((a, b) => a.start_time - b.start_time)
  .map(({ event_name, metadata }) => ({
    name: event_name,
    kind: metadata.span_kind,
    service: metadata.service?.name,
    path: metadata.url?.path,
    status: metadata.http?.response?.status_code,
    error: metadata.error,
  }));
for (const { name, path, status } of found) console.log(`session: ${name} (${path}, ${status})`);

const ok = code === 0 && isDeepStrictEqual(found, expected);
if (!ok) console.log(`expected other sessions (the application ended with ${signal ?? code}):`, found, expected);
else console.log(`All ${found.length} sessions are as they should be; the health check became none.`);
process.exitCode = ok ? 0 : 1;
