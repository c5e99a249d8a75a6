// Kills a service at random instants (every other one moved into the middle of a write) while it exports at full speed to a server that comes and goes,
// then lets a last run send what is left, and counts: every session whose export answered SUCCESS
// must have arrived. Needs a build (npm run build).
//   node test/outbox-crash/run.mjs [KILLS] [SEED]
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const KILLS = Number(process.argv[2] ?? 50);
const SEED = Number(process.argv[3] ?? Date.now() % 1_000_000);
const IDS_PER_RUN = 1_000_000;
const DRAIN_LIMIT_MILLIS = 180_000;

const service = join(dirname(fileURLToPath(import.meta.url)), 'service.mjs');
const work = mkdtempSync(join(tmpdir(), 'honeyhive-crash-'));
const outbox = join(work, 'outbox');
mkdirSync(outbox, { mode: 0o700 });
const acknowledgedFile = join(work, 'acknowledged.txt');
const random = mulberry32(SEED);
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Trace id -> how often it arrived. */
const arrivals = new Map();
const server = await startServer();
const env = {
  ...process.env,
  HH_API_KEY: 'crash-test',
  HH_API_URL: `http://127.0.0.1:${server.port}`,
  HH_EXPORTER_OUTBOX_DIR: outbox,
  HH_EXPORTER_TIMEOUT: '2000',
  NO_PROXY: '127.0.0.1',
};

console.log(`seed ${SEED}: ${KILLS} kills`);
const began = Date.now();
const modes = { up: 0, refusing: 0, hanging: 0, failing: 0 };
let caughtWriting = 0;
const unfinished = new Set();
let caughtWithFiles = 0;
let child;
try {
  for (let kill = 0; kill < KILLS; kill += 1) {
    child = spawn(process.execPath, [service, acknowledgedFile, String((kill + 1) * IDS_PER_RUN)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const killAt = Date.now() + 30 + random() * 1_200;
    while (Date.now() < killAt) {
      const mode = ['up', 'up', 'up', 'refusing', 'hanging', 'failing'][Math.floor(random() * 6)];
      await server.become(mode);
      await sleep(Math.max(0, Math.min(random() * 400, killAt - Date.now())));
    }
    // Every other time in the middle of a write, if there is one soon: few instants at random are.
    if (kill % 2 === 1) await nextWrite(300);
    child.kill('SIGKILL');
    modes[server.mode] += 1;
    const how = await ended;
    if (how !== 'SIGKILL') throw new Error(`the service ended by itself (${how})`);
    const left = readdirSync(outbox);
    const cutOff = left.filter((name) => name.endsWith('.tmp') && !unfinished.has(name));
    if (cutOff.length > 0) caughtWriting += 1;
    for (const name of cutOff) unfinished.add(name);
    if (left.some((name) => name.endsWith('.jsonl'))) caughtWithFiles += 1;
  }

  await server.become('up');
  const acknowledged = new Set(readFileSync(acknowledgedFile, 'utf8').split('\n').filter((line) => line.length === 32));
  const missing = () => [...acknowledged].filter((id) => !arrivals.has(id)).length;
  console.log(`killed ${KILLS} times in ${Math.round((Date.now() - began) / 1000)} s; ${missing()} of ${acknowledged.size} acknowledged sessions are still on disk`);

  child = spawn(process.execPath, [service, '--drain'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let stats = {};
  child.stdout.on('data', (data) => {
    stats = JSON.parse(data.toString().trim().split('\n').at(-1));
  });
  const filesLeft = () => readdirSync(outbox).filter((name) => name.endsWith('.jsonl')).length;
  for (const limit = Date.now() + DRAIN_LIMIT_MILLIS; filesLeft() > 0 && Date.now() < limit; ) await sleep(200);
  child.stdin.end();
  const code = await ended;

  const lost = missing();
  const duplicated = [...arrivals.values()].filter((times) => times > 1).length;
  console.log(`last run: recovered ${stats.recovered}, delivered ${stats.delivered}, dropped ${JSON.stringify(stats.dropped)}; left in the outbox: ${JSON.stringify(readdirSync(outbox))}`);
  console.log(`crash points tried: ${KILLS} (server ${Object.entries(modes).map(([mode, count]) => `${mode} ${count}`).join(', ')}; outbox held files ${caughtWithFiles}, was being written ${caughtWriting})`);
  console.log(`sessions acknowledged: ${acknowledged.size}, arrived: ${arrivals.size}, lost: ${lost}, arrived more than once: ${duplicated}`);
  const clean = code === 0 && readdirSync(outbox).length === 0 && Object.keys(stats.dropped ?? { none: 0 }).length === 0;
  if (lost > 0 || acknowledged.size === 0 || !clean) {
    console.log(`FAILED; repeat with: node test/outbox-crash/run.mjs ${KILLS} ${SEED}`);
    process.exitCode = 1;
  }
} finally {
  child?.kill('SIGKILL');
  await server.stop();
  rmSync(work, { recursive: true, force: true });
}

/** Resolves when a file is begun in the outbox, or after so many milliseconds. */
function nextWrite(millis) {
  return new Promise((resolve) => {
    const watcher = watch(outbox, (_, name) => name?.endsWith('.tmp') && done());
    const timer = setTimeout(done, millis);
    function done() {
      clearTimeout(timer);
      watcher.close();
      resolve();
    }
  });
}

/** A server on a port that stays the same, and that can be made to refuse, hang or fail. */
async function startServer() {
  const sockets = new Set();
  let http;
  const self = { port: 0, mode: 'up', become, stop };
  await listen();
  return self;

  async function listen() {
    http = createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        if (self.mode === 'hanging') return;
        if (self.mode === 'failing') return response.writeHead(500).end();
        const { session } = JSON.parse(Buffer.concat(chunks).toString());
        const id = session.metadata.trace_id;
        arrivals.set(id, (arrivals.get(id) ?? 0) + 1);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    http.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise((resolve, reject) => http.once('error', reject).listen(self.port, '127.0.0.1', resolve));
    self.port = http.address().port;
  }

  async function stop() {
    const closed = new Promise((resolve) => http.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  async function become(mode) {
    if (mode !== self.mode && mode === 'refusing') await stop();
    if (mode !== self.mode && self.mode === 'refusing') await listen();
    // Who hung must not hang for ever.
    if (self.mode === 'hanging' && mode !== 'hanging') for (const socket of sockets) socket.destroy();
    self.mode = mode;
  }
}

/** A small random generator that can be repeated. */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
