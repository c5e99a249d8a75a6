// Builds dist/: ESM and CommonJS by compiling twice, and what is no part of a service (the
// command, the local HoneyHive) as bundles with their libraries.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { writeLicences } from './licences.mjs';

const compile = (...args) => execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', ...args], { stdio: 'inherit' });
// Whoever reads this package's code reads it in the repository: comments go where editors show them.
const CODE = ['--declaration', 'false', '--isolatedDeclarations', 'false', '--removeComments'];

rmSync('dist', { recursive: true, force: true });
compile('-p', 'tsconfig.build.json', ...CODE);
compile('-p', 'tsconfig.cjs.json', ...CODE);
writeFileSync('dist/cjs/package.json', '{"type":"commonjs"}\n');
compile('-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', 'dist/types');
for (const file of new Set(['index.d.ts', 'register.d.ts'].flatMap((entry) => [...declarationsOf(entry)]))) {
  for (const folder of ['dist/esm', 'dist/cjs']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join('dist/types', file), join(folder, file));
  }
}
rmSync('dist/types', { recursive: true });

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const { metafile } = await build({
  entryPoints: { 'cli/main': 'src/cli/main.ts', 'local/index': 'src/local/index.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  format: 'cjs',
  define: { __VERSION__: JSON.stringify(version) },
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
});
writeLicences('dist/cli/LICENSES.txt', metafile);

/** A declaration file and all that it refers to: the others describe what nobody can import. */
function declarationsOf(entry) {
  const found = new Set([entry]);
  for (const file of found) {
    for (const [, path] of readFileSync(join('dist/types', file), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)\.js'/g)) found.add(join(dirname(file), `${path}.d.ts`));
  }
  return found;
}
