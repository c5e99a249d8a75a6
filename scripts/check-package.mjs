// Packs the package and uses the tarball as strangers do: publint and are-the-types-wrong look at
// it, and empty projects (CommonJS and ESM; SDK 1.30, 2 and 3; @vercel/otel) install it, type-check
// what they do with it, libraries included, and send a session to a local HoneyHive by each way in.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const MAX_UNPACKED_BYTES = 600_000;
const NEEDED = ['dist/esm/index.js', 'dist/esm/index.d.ts', 'dist/esm/register.js', 'dist/esm/inert.js', 'dist/cjs/index.js', 'dist/cjs/register.js', 'dist/cjs/inert.js', 'dist/cjs/package.json', 'dist/cjs/doctor.js', 'dist/cli/main.cjs', 'dist/cli/LICENSES.txt', 'dist/local/shipped.cjs', 'dist/esm/testing/index.js', 'dist/cjs/testing/index.d.ts', 'LICENSE', 'README.md', 'CHANGELOG.md', 'package.json'];
const FOREIGN = /(^|\/)(src|test|examples|scripts|node_modules|dist\/modules)\/|dist\/local\/index|\.tsbuildinfo$|\.map$/;

const run = (command, args, options) => execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', ...options });

const SDK = '@opentelemetry/sdk-trace-base';

/** Strangers: their module system, their SDK, and their API where it is not the newest that fits. */
const consumers = [
  { title: 'CommonJS, SDK 1.30, API 1.3', type: 'commonjs', sdk: SDK, packages: [`${SDK}@1.30.1`, '@opentelemetry/api@1.3.0'] },
  { title: 'ESM, SDK 1.30', type: 'module', sdk: SDK, packages: [`${SDK}@1.30.1`, '@opentelemetry/api@1.9.1'] },
  { title: 'CommonJS, SDK 2', type: 'commonjs', sdk: SDK, packages: [`${SDK}@2.12.1`, '@opentelemetry/api@1.9.1'] },
  { title: 'ESM, SDK 2', type: 'module', sdk: SDK, packages: [`${SDK}@2.12.1`, '@opentelemetry/api@1.9.1'] },
  // Runs on Node 20 although its engines ask for 22.
  { title: 'ESM, SDK 3', type: 'module', sdk: '@opentelemetry/sdk-trace', packages: ['@opentelemetry/sdk-trace@3.1.1'], takesObject: true },
  { title: 'ESM, @vercel/otel', type: 'module', packages: ['@vercel/otel@2.1.3', `${SDK}@2.12.1`, '@opentelemetry/api@1.9.1'], vercel: true },
];

/** TypeScript, compiled to the consumer's module system; ends with a list of what its ways in delivered. */
function program({ sdk, takesObject, vercel }) {
  if (vercel) {
    return `
import { trace } from '@opentelemetry/api';
import { registerOTel } from '@vercel/otel';
import { HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';
const processor = new HoneyHiveSessionProcessor();
registerOTel({ serviceName: 'consumer', spanProcessors: ['auto', processor] });
trace.getTracer('consumer').startSpan('hello').end();
void processor.shutdown().then(() => console.log(JSON.stringify([processor.stats().delivered])));
`;
  }
  return `
import { metrics } from '@opentelemetry/api';
import { BatchSpanProcessor, ${takesObject ? 'TracerProvider' : 'BasicTracerProvider'}, type SpanExporter, type SpanProcessor } from '${sdk}';
import { HoneyHiveSessionExporter, HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';
const exporter = new HoneyHiveSessionExporter({ meterProvider: metrics.getMeterProvider() });
const processor = new HoneyHiveSessionProcessor();
const asExporter: SpanExporter = exporter;
const asProcessor: SpanProcessor = processor;
const flush: Required<SpanExporter>['forceFlush'] = () => exporter.forceFlush();
const provider = new ${takesObject ? 'TracerProvider' : 'BasicTracerProvider'}({ spanProcessors: [asProcessor, new BatchSpanProcessor(${takesObject ? '{ exporter: asExporter }' : 'asExporter'})] });
provider.getTracer('consumer').startSpan('hello').end();
void provider.forceFlush().then(flush).then(() => provider.shutdown()).then(() => console.log(JSON.stringify([exporter.stats().delivered, processor.stats().delivered])));
`;
}

/** What a stranger's test does with the entry for tests; ends as `program` does. */
const test = `
import { type ReceivedSession, startHoneyHive } from 'opentelemetry-exporter-honeyhive/testing';
import { HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';
void startHoneyHive().then(async (hive) => {
  const processor = new HoneyHiveSessionProcessor({ url: hive.url, apiKey: hive.apiKey });
  const sessions: ReceivedSession[] = await hive.sessions({ count: 0, timeout: 1 });
  await processor.shutdown();
  await hive.close();
  console.log(sessions.length);
});
`;

/** Types of all libraries are checked too, but for those that do not pass by themselves. */
function compile(project, { vercel }) {
  const options = { strict: true, exactOptionalPropertyTypes: true, target: 'es2022', module: 'nodenext', types: ['node'], skipLibCheck: vercel === true, rootDir: '.', outDir: '.' };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['index.ts', 'test.ts'] }));
  run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', project]);
}

const folder = mkdtempSync(join(tmpdir(), 'honeyhive-package-'));
try {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]));
  const files = packed.files.map(({ path }) => path);
  const missing = NEEDED.filter((file) => !files.includes(file));
  const foreign = files.filter((file) => FOREIGN.test(file));
  if (missing.length > 0 || foreign.length > 0) throw new Error(`the tarball lacks [${missing.join()}] and holds [${foreign.join()}]`);
  if (packed.unpackedSize > MAX_UNPACKED_BYTES) throw new Error(`the tarball unpacks to ${packed.unpackedSize} bytes, more than ${MAX_UNPACKED_BYTES}`);
  console.log(`tarball: ${files.length} files, ${packed.size} bytes packed, ${packed.unpackedSize} unpacked`);
  const tarball = join(folder, packed.filename);

  console.log(run(process.execPath, ['node_modules/publint/src/cli.js', '--strict', tarball]));
  // node10 resolution has no exports map; the main entry works there all the same.
  for (const what of [['--entrypoints', '.'], ['--profile', 'node16']]) {
    console.log(run(process.execPath, ['node_modules/@arethetypeswrong/cli/dist/index.js', tarball, '--format', 'ascii', '--no-emoji', ...what]));
  }

  const { startLocalHoneyHive } = (await import('../dist/local/index.cjs')).default;
  const hive = await startLocalHoneyHive();
  try {
    for (const [index, consumer] of consumers.entries()) {
      const project = join(folder, String(index));
      mkdirSync(project);
      writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: consumer.type }));
      run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', tarball, ...consumer.packages, '@types/node@20.19.43'], { cwd: project });
      writeFileSync(join(project, 'index.ts'), program(consumer));
      writeFileSync(join(project, 'test.ts'), test);
      compile(project, consumer);
      const before = hive.sessions().length;
      // In a process of its own, while this one answers.
      const env = { ...process.env, HH_API_URL: hive.url, HH_API_KEY: 'k', OTEL_EXPORTER_OTLP_ENDPOINT: hive.url, NO_PROXY: '127.0.0.1' };
      const { stdout } = await promisify(execFile)(process.execPath, ['index.js'], { cwd: project, timeout: 20_000, env }).catch((error) => {
        throw new Error(`${consumer.title}: ${error.stderr || error.message}`);
      });
      // All ways in saw the same trace, which is one session.
      const delivered = JSON.parse(stdout);
      if (delivered.some((count) => count !== 1) || hive.sessions().length !== before + 1) throw new Error(`${consumer.title}: delivered ${stdout}`);
      if (run(process.execPath, ['test.js'], { cwd: project, timeout: 20_000 }).trim() !== '0') throw new Error(`${consumer.title}: the entry for tests does not work`);
      // The command as it is installed.
      const doctor = await promisify(execFile)(join(project, 'node_modules/.bin/opentelemetry-exporter-honeyhive'), ['doctor', '--json'], { cwd: project, timeout: 20_000, env });
      const { checks } = JSON.parse(doctor.stdout);
      const missed = ['exporter', 'api', 'key'].filter((id) => !checks.some((check) => check.id === id && check.status === 'ok'));
      if (missed.length > 0) throw new Error(`${consumer.title}: doctor does not find ${missed.join()}: ${doctor.stdout}`);
      console.log(`${consumer.title}: types fit; ${delivered.length === 1 ? 'the processor' : 'exporter and processor'} delivered a session`);
    }
  } finally {
    await hive.close();
  }
  const { dependencies } = JSON.parse(readFileSync(resolve('package.json'), 'utf8'));
  if (Object.keys(dependencies).join() !== 'undici') throw new Error('undici must stay the only dependency');
} catch (error) {
  console.error(error.message, error.stdout ?? '');
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
