// Runs the examples, each against a local HoneyHive of its own. Those with an expected.js say there
// which sessions they make: exactly these must arrive, each sent once. The others look at their
// sessions themselves. Needs what scripts/build.mjs has built.
//   node scripts/check-examples.mjs           all, one line each
//   node scripts/check-examples.mjs NAME ...  these, with what they print and the sessions
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { differences } from './differences.mjs';
import { install } from './install.mjs';

/** One run; an installation comes on top. */
const RUN_MILLIS = 180_000;

const AUTO = '--import @opentelemetry/auto-instrumentations-node/register';
const OURS = '--import opentelemetry-exporter-honeyhive/register';
// Nothing of it must ask the network, or send anywhere.
const QUIET = { OTEL_NODE_RESOURCE_DETECTORS: 'env,process', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

const PRELOAD = 'preload-express-esm';
const checks = [
  { name: PRELOAD },
  { name: PRELOAD, title: 'also preloaded with --require', env: { APP_NODE_OPTIONS: '--require opentelemetry-exporter-honeyhive/register' } },
  { name: PRELOAD, title: "after OpenTelemetry's own preload", env: { ...QUIET, OTEL_TRACES_EXPORTER: 'console', APP_NODE_OPTIONS: AUTO } },
  { name: PRELOAD, title: "before OpenTelemetry's own preload", env: { ...QUIET, OTEL_TRACES_EXPORTER: 'console', APP_NODE_OPTIONS: `${OURS} ${AUTO}` } },
  { name: PRELOAD, title: "beside OpenTelemetry's own preload without an exporter", env: { ...QUIET, OTEL_TRACES_EXPORTER: 'none', APP_NODE_OPTIONS: `${OURS} ${AUTO}` } },
  { name: 'two-services' },
  { name: 'otlp-beside' },
  ...readdirSync('examples').filter(saysWhatToExpect).map((name) => ({ name })),
];

const { sessionTable, startLocalHoneyHive } = (await import('../dist/local/index.cjs')).default;

function saysWhatToExpect(name) {
  return existsSync(`examples/${name}/expected.js`);
}

/** What this shell knows of HoneyHive, OpenTelemetry or a proxy is not to decide how an example ends. */
function environment(more) {
  const own = Object.entries(process.env).filter(([name]) => !/^(HH_|OTEL_|TRACELOOP_)|_proxy$/i.test(name));
  return { ...Object.fromEntries(own), DO_NOT_TRACK: '1', NEXT_TELEMETRY_DISABLED: '1', NO_PROXY: '127.0.0.1', ...more };
}

/** Runs a command in a folder to its end, and returns what it printed. Throws when it fails or takes too long. */
async function run([command, ...args], { folder, env, verbose }) {
  // A group of its own, so that what it started ends with it.
  const child = spawn(command, args, { cwd: folder, env: environment(env), detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      printed += text;
      if (verbose) process.stdout.write(text);
    });
  }
  const killGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    killGroup();
  }, RUN_MILLIS);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  killGroup();
  if (code === 0) return printed;
  throw new Error(`${late ? `did not end within ${RUN_MILLIS / 1000} s` : `ended with ${signal ?? `status ${code}`}`}\n${printed}`);
}

/** As its user would start it; then a look at what arrived. Answers with what is right, or throws. */
async function checkSessions(name, hive, options) {
  await run(['npm', 'start', '--silent'], options);
  const { expectedSessions } = await import(`../examples/${name}/expected.js`);
  const sessions = hive.sessions().sort((a, b) => a.start_time - b.start_time);
  if (options.verbose) console.log(sessionTable(sessions, { width: 150, color: process.stdout.isTTY }));
  const problems = expectedSessions.flatMap((expected, index) => (sessions[index] === undefined ? [] : differences(expected, sessions[index])));
  if (sessions.length !== expectedSessions.length) problems.push(`${sessions.length} arrived, not ${expectedSessions.length}: ${sessions.map(({ event_name }) => event_name).join(', ')}`);
  if (problems.length > 0) throw new Error(`The sessions are not as they should be:\n  ${problems.join('\n  ')}`);
  return `All ${sessions.length} sessions are as they should be.`;
}

async function checkItself(options) {
  const printed = await run([process.execPath, 'run.js'], options);
  const said = printed.trim().split('\n').findLast((line) => /^All \d+ sessions/.test(line));
  if (said === undefined) throw new Error(printed);
  return said;
}

async function check({ name, title, env }, { verbose }) {
  const folder = `examples/${name}`;
  install(folder);
  let writes = 0;
  const hive = await startLocalHoneyHive({ onArrival: () => (writes += 1) });
  const options = { folder, verbose, env: { HH_API_URL: hive.url, HH_API_KEY: 'hh_local', ...env } };
  const label = title === undefined ? folder : `${folder} (${title})`;
  const began = performance.now();
  try {
    const said = await (saysWhatToExpect(name) ? checkSessions(name, hive, options) : checkItself(options));
    // What should be is sent once.
    const sent = hive.sessions().reduce((sum, { event_id }) => sum + 1 + hive.eventsIn(event_id).length, 0);
    if (writes !== sent) throw new Error(`${sent} sessions and events arrived in ${writes} requests`);
    console.log(`ok   ${label}: ${said} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  } catch (error) {
    console.log(`FAIL ${label}: ${error.message}`);
    process.exitCode = 1;
  } finally {
    await hive.close();
  }
}

const asked = process.argv.slice(2);
for (const one of checks) if (asked.length === 0 || asked.includes(one.name)) await check(one, { verbose: asked.length > 0 });
