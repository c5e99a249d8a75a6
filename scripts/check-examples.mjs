// Runs the examples that check themselves, each against a local HoneyHive of its own, and the
// preload together with another one. Needs what scripts/build.mjs has built.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { install } from './install.mjs';

const AUTO = '--import @opentelemetry/auto-instrumentations-node/register';
const OURS = '--import opentelemetry-exporter-honeyhive/register';
// Nothing of it must ask the network, or send anywhere.
const QUIET = { OTEL_NODE_RESOURCE_DETECTORS: 'env,process', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

const PRELOAD = 'examples/preload-express-esm';
const checks = [
  { folder: PRELOAD },
  { folder: PRELOAD, title: 'also preloaded with --require', env: { APP_NODE_OPTIONS: '--require opentelemetry-exporter-honeyhive/register' } },
  { folder: PRELOAD, title: "after OpenTelemetry's own preload", env: { ...QUIET, OTEL_TRACES_EXPORTER: 'console', APP_NODE_OPTIONS: AUTO } },
  { folder: PRELOAD, title: "before OpenTelemetry's own preload", env: { ...QUIET, OTEL_TRACES_EXPORTER: 'console', APP_NODE_OPTIONS: `${OURS} ${AUTO}` } },
  { folder: PRELOAD, title: "beside OpenTelemetry's own preload without an exporter", env: { ...QUIET, OTEL_TRACES_EXPORTER: 'none', APP_NODE_OPTIONS: `${OURS} ${AUTO}` } },
  { folder: 'examples/two-services' },
  { folder: 'examples/otlp-beside' },
];

const { startLocalHoneyHive } = (await import('../dist/local/index.cjs')).default;

for (const { folder, title, env } of checks) {
  const name = title === undefined ? folder : `${folder} (${title})`;
  install(folder);
  let writes = 0;
  const hive = await startLocalHoneyHive({ onArrival: () => (writes += 1) });
  try {
    const child = spawn(process.execPath, ['run.js'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HH_API_URL: hive.url, HH_DATA_PLANE_URL: '', HH_API_KEY: 'hh_local', NO_PROXY: '127.0.0.1', ...env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const [code] = await once(child, 'close');
    const said = output.trim().split('\n').findLast((line) => /^All \d+ sessions/.test(line));
    // What should be is sent once.
    const sent = hive.sessions().reduce((sum, { event_id }) => sum + 1 + hive.eventsIn(event_id).length, 0);
    const ok = code === 0 && said !== undefined && writes === sent;
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}: ${ok ? said : `${writes} requests\n${output}`}`);
    if (!ok) process.exitCode = 1;
  } finally {
    await hive.close();
  }
}
