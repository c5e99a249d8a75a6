// Packs the package and looks at the tarball: what is in it and how large that is, and what publint
// and are-the-types-wrong say. test/compatibility uses it as strangers do.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MAX_UNPACKED_BYTES = 600_000;
const NEEDED = ['dist/esm/index.js', 'dist/esm/index.d.ts', 'dist/esm/register.js', 'dist/esm/inert.js', 'dist/cjs/index.js', 'dist/cjs/register.js', 'dist/cjs/inert.js', 'dist/cjs/package.json', 'dist/cjs/doctor.js', 'dist/cli/main.cjs', 'dist/cli/LICENSES.txt', 'dist/local/shipped.cjs', 'dist/esm/testing/index.js', 'dist/cjs/testing/index.d.ts', 'LICENSE', 'README.md', 'package.json'];
const FOREIGN = /(^|\/)(src|test|examples|scripts|node_modules|dist\/modules)\/|dist\/local\/index|\.tsbuildinfo$|\.map$/;

const run = (command, args, options) => execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', ...options });

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

  const { dependencies } = JSON.parse(readFileSync(resolve('package.json'), 'utf8'));
  if (Object.keys(dependencies).join() !== 'undici') throw new Error('undici must stay the only dependency');
} catch (error) {
  console.error(error.message, error.stdout ?? '');
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
