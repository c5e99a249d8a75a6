// What the package weighs in a service, beside others of its kind: files, packages, time to load.
//   node test/weight/run.mjs [--update]     --update writes the README's table anew
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { add, pack, project, ROOT, run, runtimes } from '../compatibility/workshop.mjs';

const MOST_LOAD_MILLIS = 25;
const ROUNDS = 15;
const OURS = 'opentelemetry-exporter-honeyhive';
const PEER = '@opentelemetry/exporter-trace-otlp-http';
/** What an application has in any case. */
const API = '@opentelemetry/api';
const SDK = '@opentelemetry/sdk-trace-base';

/** What is loaded, where that is not the package's main entry, and what its manifest leaves to the user to install. */
const contenders = {
  [OURS]: {},
  [PEER]: {},
  '@opentelemetry/exporter-zipkin': {},
  '@langfuse/otel': {},
  langsmith: { entry: 'langsmith/experimental/otel/exporter', needs: ['@opentelemetry/exporter-trace-otlp-proto'] },
};

const tarball = pack();
const folder = project('weight');
add(tarball, folder);
const modules = join(folder, 'node_modules');
const { 'Node 20': node } = runtimes();

const had = withDependencies([API, SDK]);
for (const [name, contender] of Object.entries(contenders)) {
  const added = [...withDependencies([name, ...(contender.needs ?? [])])].filter((dependency) => !had.has(dependency));
  contender.packages = added.length;
  contender.ownBytes = bytesIn(join(modules, name));
  contender.bytes = added.reduce((sum, dependency) => sum + bytesIn(join(modules, dependency)), 0);
}
await measureLoading();
const table = readmeTable();
console.log(`${table}\n`);
await check();

/** Packages by name, with all that npm installs for them. The folder has one version of each. */
function withDependencies(names) {
  const found = new Set(names);
  for (const name of found) {
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
    const peers = Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true);
    for (const dependency of [...Object.keys(dependencies), ...peers]) found.add(dependency);
  }
  return found;
}

function bytesIn(path) {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);
}

/** Each in a process of its own, in turns, so that what else the machine does meets all of them. */
async function measureLoading() {
  const rows = Object.entries(contenders).flatMap(([name, contender]) =>
    ['import', 'require'].flatMap((format) => [{ contender, format, entry: contender.entry ?? name, before: [API, SDK] }, ...(name === OURS ? [{ contender, format, entry: name, before: [API], alone: true }] : [])]),
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { contender, format, entry, before, alone } of rows) {
      const times = ((contender[alone === true ? 'alone' : 'beside'] ??= {})[format] ??= []);
      times.push(await timeToLoad(format, entry, before));
    }
  }
}

async function timeToLoad(format, entry, before) {
  const { ok, stdout, output } = await load(format, entry, before);
  if (!ok) throw new Error(output);
  return Number(stdout);
}

function load(format, entry, before, env = {}) {
  const step = (name) => (format === 'import' ? `await import('${name}');` : `require('${name}');`);
  const program = `${before.map(step).join(' ')} const began = performance.now(); ${step(entry)} console.log(performance.now() - began);`;
  return run(node, [...(format === 'import' ? ['--input-type=module'] : []), '-e', program], { cwd: folder, env });
}

/** Files of packages that were loaded, as V8 itself lists them. */
async function loadedFiles(format) {
  const coverage = mkdtempSync(join(tmpdir(), 'honeyhive-weight-'));
  try {
    const { ok, output } = await load(format, OURS, [API], { NODE_V8_COVERAGE: coverage });
    if (!ok) throw new Error(output);
    const scripts = readdirSync(coverage).flatMap((file) => JSON.parse(readFileSync(join(coverage, file), 'utf8')).result);
    return scripts.flatMap(({ url }) => /^file:.*\/node_modules\/(.*)/.exec(url)?.[1] ?? []);
  } finally {
    rmSync(coverage, { recursive: true, force: true });
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function readmeTable() {
  const rows = Object.entries(contenders).map(([name, { packages, ownBytes, bytes, beside }]) =>
    [`\`${name}\``, kilobytes(ownBytes), packages, kilobytes(bytes), ...['import', 'require'].map((format) => `${median(beside[format]).toFixed(0)} ms`)].join(' | '),
  );
  return ['| | its own files | packages that it adds | their files | `import` | `require` |', '|---|---|---|---|---|---|', ...rows.map((row) => `| ${row} |`)].join('\n');
}

function kilobytes(bytes) {
  return `${Math.round(bytes / 1000).toLocaleString('en-US')} kB`;
}

/** Times depend on the machine: the quickest of ours must be quick, and the usual one no slower than OpenTelemetry's own exporter there. */
async function check() {
  const problems = [];
  for (const format of ['import', 'require']) {
    const times = contenders[OURS].alone[format];
    const figures = `${format}: ${median(times).toFixed(1)} ms beyond the API (least ${Math.min(...times).toFixed(1)}, median of ${ROUNDS}); ${PEER}: ${median(contenders[PEER].beside[format]).toFixed(1)} ms beyond API and SDK`;
    console.log(figures);
    if (Math.min(...times) > MOST_LOAD_MILLIS) problems.push(`loading takes more than ${MOST_LOAD_MILLIS} ms; ${figures}`);
    if (median(contenders[OURS].beside[format]) > median(contenders[PEER].beside[format])) problems.push(`loading takes longer than that of ${PEER}; ${figures}`);

    const own = new RegExp(`^${OURS}/dist/${format === 'import' ? 'esm' : 'cjs'}/(index|chunk-\\w+)\\.js$`);
    const files = await loadedFiles(format);
    const foreign = files.filter((file) => !own.test(file) && !file.startsWith(`${API}/`));
    if (foreign.length > 0 || !files.some((file) => own.test(file))) problems.push(`${format} loads ${foreign.join(', ') || 'nothing'}`);
  }

  const readme = join(ROOT, 'README.md');
  const text = readFileSync(readme, 'utf8');
  const [start, end] = [text.indexOf('<!-- weight -->\n') + '<!-- weight -->\n'.length, text.indexOf('\n<!-- /weight -->')];
  if (process.argv.includes('--update')) writeFileSync(readme, text.slice(0, start) + table + text.slice(end));
  else problems.push(...staleRows(text.slice(start, end)));

  for (const problem of problems) console.error(`FAIL ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  else console.log('Light enough');
}

/** Figures of the README that have changed by more than a tenth; times are those of another day. */
function staleRows(shown) {
  const rowsOf = (markdown) => markdown.split('\n').slice(2).map((line) => line.split('|').slice(1, 5).map((cell) => cell.trim()));
  const number = (cell) => Number(cell.replace(/\D/g, ''));
  const rows = new Map(rowsOf(shown).map(([name, ...cells]) => [name, cells]));
  return rowsOf(table).flatMap(([name, ...cells]) => {
    const fits = cells.every((cell, index) => Math.abs(number(rows.get(name)?.[index] ?? '') - number(cell)) <= number(cell) / 10);
    return fits ? [] : [`the README says of ${name} ${rows.get(name)?.join(', ')}, not ${cells.join(', ')} (--update writes it anew)`];
  });
}
