// Builds dist/. What a service loads is bundled into few small files (ESM, and CommonJS made from
// it), which the command's doctor shares; so are the local HoneyHive and what stands on it (the
// command, the entry for tests), with the libraries that they use. dist/modules has one file for each of src, for benchmarks of parts.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { minify } from '@swc/core';
import { build, transform } from 'esbuild';
import { writeLicences } from './licences.mjs';

/** What a service can import. */
const ENTRIES = ['index', 'register'];
/** What tests can import: CommonJS with an ESM front, so that there is one local HoneyHive in a process. */
const TESTING = 'testing/index';

const COMMON = { bundle: true, platform: 'node', target: 'node20.18', logLevel: 'warning', metafile: true };

rmSync('dist', { recursive: true, force: true });
await buildLibrary();
await buildTools();
buildDeclarations();

async function buildLibrary() {
  const entryPoints = { ...Object.fromEntries(ENTRIES.map((entry) => [entry, `src/${entry}.ts`])), doctor: 'src/cli/doctor/doctor.ts' };
  const options = { ...COMMON, outdir: 'dist/esm', format: 'esm', packages: 'external', minifySyntax: true };
  await build({ ...options, entryPoints, splitting: true, chunkNames: 'chunk-[hash]' });
  // It takes the place of the others where there is no Node: a chunk that it shared with them would be one more for a service to load.
  await build({ ...options, entryPoints: ['src/inert.ts'] });
  for (const file of readdirSync('dist/esm')) {
    const esm = await small(readFileSync(join('dist/esm', file), 'utf8'), true);
    // Jest has no import() in CommonJS, only require().
    const { code: cjs } = await transform(esm, { format: 'cjs', platform: 'node', target: 'node20.18', supported: { 'dynamic-import': false } });
    write(join('dist/esm', file), esm);
    write(join('dist/cjs', file), await small(cjs, false));
  }
  // The command is CommonJS.
  rmSync('dist/esm/doctor.js');
  write('dist/cjs/package.json', '{"type":"commonjs"}\n');
  await build({ entryPoints: ['src/**/*.ts'], outdir: 'dist/modules', format: 'esm', target: 'node20.18', logLevel: 'warning' });
}

/** Without comments, white space and long local names: whoever reads this package's code reads it in the repository. Classes keep their names, which people see in stacks, heaps and consoles. */
async function small(code, module) {
  // esbuild makes `Name = class {` of a class.
  const named = code.replace(/\b(\w+) = class (?=extends|\{)/g, '$1 = class $1 ');
  const { code: smaller } = await minify(named, { module, compress: { keep_classnames: true, toplevel: true, passes: 3 }, mangle: { toplevel: true, keep_classnames: true } });
  return smaller;
}

async function buildTools() {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const options = { ...COMMON, format: 'cjs', minify: true, legalComments: 'none', external: ['undici'], define: { __VERSION__: JSON.stringify(version) } };
  const local = await build({ ...options, entryPoints: ['src/local/shipped.ts'], outfile: 'dist/local/shipped.cjs' });
  const cli = await build({ ...options, entryPoints: ['src/cli/main.ts'], outfile: 'dist/cli/main.cjs', plugins: [taken({ '../local/shipped.js': '../local/shipped.cjs', './doctor/doctor.js': '../cjs/doctor.js' })] });
  await build({ ...options, entryPoints: [`src/${TESTING}.ts`], outfile: `dist/cjs/${TESTING}.js`, plugins: [taken({ '../local/shipped.js': '../../local/shipped.cjs' })] });
  write(`dist/esm/${TESTING}.js`, `export * from '../../cjs/${TESTING}.js';\n`);
  for (const file of ['dist/local/shipped.cjs', 'dist/cli/main.cjs']) write(file, await small(readFileSync(file, 'utf8'), false));
  // For scripts and examples of the repository, which draw tables.
  await build({ ...options, entryPoints: ['src/local/index.ts'], outfile: 'dist/local/index.cjs' });
  writeLicences('dist/cli/LICENSES.txt', [local.metafile, cli.metafile]);
}

/** Has a bundle require what another file of dist holds, by the name of its import. */
function taken(files) {
  return { name: 'taken', setup: ({ onResolve }) => onResolve({ filter: /^\./ }, ({ path }) => (Object.hasOwn(files, path) ? { path: files[path], external: true } : undefined)) };
}

/** Types are written once, as those of CommonJS: the ESM ones name them. */
function buildDeclarations() {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
  for (const entry of [...ENTRIES, TESTING]) {
    for (const file of declarationsOf(`${entry}.d.ts`)) {
      mkdirSync(dirname(join('dist/cjs', file)), { recursive: true });
      copyFileSync(join('dist/types', file), join('dist/cjs', file));
    }
    write(`dist/esm/${entry}.d.ts`, `export * from '${'../'.repeat(entry.split('/').length)}cjs/${entry}.js';\n`);
  }
  rmSync('dist/types', { recursive: true });
}

/** A declaration file and all that it refers to: the others describe what nobody can import. */
function declarationsOf(entry) {
  const found = new Set([entry]);
  for (const file of found) {
    for (const [, path] of readFileSync(join('dist/types', file), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)\.js'/g)) found.add(join(dirname(file), `${path}.d.ts`));
  }
  return found;
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
