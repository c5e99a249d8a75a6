// Packs the package and uses the tarball as strangers do: publint and are-the-types-wrong look at
// it, and empty projects (CommonJS and ESM, SDK 1.30, 2 and 3) install it, type-check against it
// where they can, and export a span to a local HoneyHive.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const MAX_UNPACKED_BYTES = 900_000;
const NEEDED = ['dist/esm/index.js', 'dist/esm/index.d.ts', 'dist/cjs/index.js', 'dist/cjs/package.json', 'dist/cli/main.cjs', 'dist/cli/LICENSES.txt', 'LICENSE', 'README.md', 'CHANGELOG.md', 'package.json'];
const FOREIGN = /(^|\/)(src|test|examples|scripts|node_modules|dist\/local)\/|\.tsbuildinfo$|\.map$/;

const run = (command, args, options) => execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', ...options });

/** Ways into a consumer: its module system, its SDK, and the code that makes a provider. */
const consumers = [
  { title: 'CommonJS, SDK 1.30', type: 'commonjs', packages: ['@opentelemetry/sdk-trace-base@1.30.1'] },
  { title: 'CommonJS, SDK 2', type: 'commonjs', packages: ['@opentelemetry/sdk-trace-base@2.12.1'] },
  { title: 'ESM, SDK 2', type: 'module', packages: ['@opentelemetry/sdk-trace-base@2.12.1'] },
  // Runs on Node 20 although its engines ask for 22.
  { title: 'ESM, SDK 3', type: 'module', packages: ['@opentelemetry/sdk-trace@3.1.1'], sdk3: true },
];

function program({ type, sdk3 }) {
  const sdk = sdk3 ? '@opentelemetry/sdk-trace' : '@opentelemetry/sdk-trace-base';
  const load = (names, from) => (type === 'module' ? `import ${names} from '${from}';` : `const ${names} = require('${from}');`);
  return `
${load('{ HoneyHiveSessionExporter }', 'opentelemetry-exporter-honeyhive')}
${load(type === 'module' ? '* as sdk' : 'sdk', sdk)}
const exporter = new HoneyHiveSessionExporter();
const Processor = sdk.BatchSpanProcessor;
const processor = ${sdk3 ? 'new Processor({ exporter })' : 'new Processor(exporter)'};
const Provider = sdk.BasicTracerProvider ?? sdk.TracerProvider;
const provider = new Provider({ spanProcessors: [processor] });
const span = provider.getTracer('consumer').startSpan('hello', { attributes: { 'input.value': 'hi' } });
span.end();
provider.forceFlush().then(() => provider.shutdown()).then(() => {
  const { delivered } = exporter.stats();
  if (delivered !== 1) { console.error(exporter.stats()); process.exitCode = 1; }
});
`;
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
  console.log(run(process.execPath, ['node_modules/@arethetypeswrong/cli/dist/index.js', tarball, '--format', 'ascii', '--no-emoji']));

  const { startLocalHoneyHive } = (await import('../dist/local/index.cjs')).default;
  const hive = await startLocalHoneyHive();
  try {
    for (const [index, consumer] of consumers.entries()) {
      const project = join(folder, String(index));
      mkdirSync(project);
      writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: consumer.type }));
      run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', tarball, ...consumer.packages], { cwd: project });
      writeFileSync(join(project, 'index.js'), program(consumer));
      const before = hive.sessions().length;
      // In a process of its own, while this one answers.
      const env = { ...process.env, HH_API_URL: hive.url, HH_API_KEY: 'k', NO_PROXY: '127.0.0.1' };
      await promisify(execFile)(process.execPath, ['index.js'], { cwd: project, timeout: 20_000, env }).catch((error) => {
        throw new Error(`${consumer.title}: ${error.stderr || error.message}`);
      });
      if (hive.sessions().length !== before + 1) throw new Error(`${consumer.title}: no session arrived`);
      console.log(`${consumer.title}: one session arrived`);
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
