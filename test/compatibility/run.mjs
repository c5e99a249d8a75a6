// Packs what is built, and uses the tarball as strangers do: the cases of cases.json send a session
// each to a local HoneyHive, the installed command looks at each project, and compilers at what a
// consumer writes.
//   node test/compatibility/run.mjs [cases|types]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { v5 as uuidv5 } from 'uuid';
import { checkTypes } from './type-checks.mjs';
import { add, forAll, pack, project, run, runtimes } from './workshop.mjs';

const { cases, beside } = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8'));
const only = process.argv[2];

const QUESTION = 'What time is it?';
const NEWEST_THAT_FITS = { '3.1.1': 'Node 24' };
/** OpenTelemetry's own detectors would ask the network who they are; Deno would ask for updates. */
const QUIET = { OTEL_NODE_RESOURCE_DETECTORS: 'env,process', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', DENO_NO_UPDATE_CHECK: '1', DO_NOT_TRACK: '1' };

let failures = 0;
const report = (title, problem) => {
  if (problem !== undefined) failures += 1;
  console.log(problem === undefined ? `ok   ${title}` : `FAIL ${title}: ${problem}`);
};

const tarball = pack();
const sdks = {
  '1.30.1': { folder: 'sdk-1.30', name: '@opentelemetry/sdk-trace-base' },
  '2.0.0': { folder: 'sdk-2.0', name: '@opentelemetry/sdk-trace-base' },
  '2.12.1': { folder: 'sdk-2.12', name: '@opentelemetry/sdk-trace-base' },
  '3.1.1': { folder: 'sdk-3.1', name: '@opentelemetry/sdk-trace' },
};
for (const [version, sdk] of Object.entries(sdks)) {
  sdk.folder = project(`compatibility/${sdk.folder}`, ['app.mjs', 'app.cjs', 'main.cjs'].map((file) => `compatibility/app/${file}`));
  add(tarball, sdk.folder);
  const installed = JSON.parse(readFileSync(join(sdk.folder, 'node_modules', sdk.name, 'package.json'), 'utf8')).version;
  if (installed !== version) throw new Error(`${sdk.folder} has SDK ${installed}, not ${version}`);
}

if (only !== 'types') await runCases();
if (only !== 'cases') await checkTypes(sdks, ({ title, ok, output }) => report(title, ok ? undefined : output));
console.log(failures === 0 ? `All compatible after ${Math.round(performance.now() / 1000)} s` : `${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;

async function runCases() {
  const paths = runtimes();
  const { startLocalHoneyHive } = (await import('../../dist/local/index.cjs')).default;
  let requests = 0;
  const hive = await startLocalHoneyHive({ onArrival: () => (requests += 1) });
  const env = { ...QUIET, HH_API_URL: hive.url, HH_API_KEY: 'hh_test' };
  try {
    let sent = 0;
    await forAll([...cases, ...beside], async (row) => {
      const [version, runtime, module, way] = row;
      const { folder, name } = sdks[version];
      const { ok, stdout, output } = await run(paths[runtime], argumentsFor(row, name), { cwd: folder, env });
      const printed = ok ? document(stdout.trim().split('\n').at(-1)) : undefined;
      if (way !== 'testing') sent += 1;
      const problems = printed === undefined ? output : differences(printed, runtime, printed.session ?? hive.session(uuidv5(printed.traceId, uuidv5.URL)));
      report(`SDK ${version}, ${runtime}, ${module}, ${way}`, problems);
    });
    // No case has sent anything twice, or anything else.
    report(`${sent} sessions in ${sent} requests`, requests === sent && hive.sessions().length === sent ? undefined : `${hive.sessions().length} in ${requests}`);
    await forAll(Object.entries(sdks), async ([version, { folder }]) => {
      const command = [join(folder, 'node_modules/.bin/opentelemetry-exporter-honeyhive'), 'doctor', '--json'];
      const { stdout, output } = await run(paths[NEWEST_THAT_FITS[version] ?? 'Node 20'], command, { cwd: folder, env });
      const checks = document(stdout)?.checks ?? [];
      const missed = ['exporter', 'api', 'key'].filter((id) => !checks.some((check) => check.id === id && check.status === 'ok'));
      report(`doctor beside SDK ${version}`, missed.length === 0 ? undefined : `does not find ${missed.join()}: ${output}`);
    });
  } finally {
    await hive.close();
  }
}

function argumentsFor([, runtime, module, way], sdk) {
  const app = [module === 'import' ? 'app.mjs' : 'app.cjs', way, sdk, QUESTION];
  if (runtime === 'Deno') return ['run', '--allow-all', '--cached-only', '--node-modules-dir=manual', ...app];
  if (runtime === 'Bun') return ['--no-install', ...app];
  return [...(way === 'preload' ? [`--${module}`, 'opentelemetry-exporter-honeyhive/register'] : []), ...app];
}

/** What a session is not as it should be; undefined: it is. */
function differences({ traceId, spanId, runtime }, wantedRuntime, session) {
  if (session === undefined) return 'no session';
  const { metadata } = session;
  const rows = {
    runtime: [runtime, wantedRuntime],
    name: [session.event_name, 'answer'],
    user: [session.user_properties.user_id, 'ada'],
    input: [session.inputs.chat_history, [{ role: 'user', content: QUESTION }]],
    output: [session.outputs, { role: 'assistant', content: 'Ten past four.' }],
    model: [session.config.model, 'gpt-5'],
    counts: [metadata.counts, { spans: 3, model_calls: 1, tool_calls: 1, failed_spans: 0 }],
    usage: [metadata.usage, { input_tokens: 9, output_tokens: 5 }],
    tools: [metadata.tools, ['clock']],
    ids: [[session.session_id, metadata.trace_id, metadata.span_id], [uuidv5(traceId, uuidv5.URL), traceId, spanId]],
  };
  const wrong = Object.entries(rows).filter(([, [got, wanted]]) => !isDeepStrictEqual(got, wanted));
  return wrong.length === 0 ? undefined : wrong.map(([field, [got, wanted]]) => `${field} is ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`).join('; ');
}

function document(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
