// Where the tarball meets strangers' projects: .compatibility/NAME, one for each folder here that
// has a lockfile. They stay, so that a second run has nothing to install but the tarball.
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from '../../scripts/install.mjs';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const WORKSHOP = join(ROOT, '.compatibility');

const npm = (args, cwd) => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** Packs what is built. */
export function pack() {
  mkdirSync(WORKSHOP, { recursive: true });
  const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', WORKSHOP], ROOT));
  return { path: join(WORKSHOP, packed.filename), unpackedBytes: packed.unpackedSize };
}

/** Installs what a folder's lockfile says, beside copies of `files`. @returns where. */
export function project(folder, files = []) {
  const to = join(WORKSHOP, folder.replace(/^.*\//, ''));
  mkdirSync(to, { recursive: true });
  for (const path of [join(folder, 'package.json'), join(folder, 'package-lock.json'), ...files]) {
    cpSync(join(ROOT, 'test', path), join(to, path.replace(/^.*\//, '')));
  }
  install(to);
  return to;
}

/** Installs the tarball on top, as a user does: npm decides about peers, and fails where they do not fit. */
export function add(tarball, to) {
  rmSync(join(to, 'node_modules/opentelemetry-exporter-honeyhive'), { recursive: true, force: true });
  npm(['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', tarball.path], to);
}

/** Paths of the runtimes by name. */
export function runtimes() {
  const modules = join(project('compatibility/runtimes'), 'node_modules');
  return {
    'Node 20': join(modules, 'node-20/bin/node'),
    'Node 22': join(modules, 'node-22/bin/node'),
    'Node 24': join(modules, 'node-24/bin/node'),
    Bun: join(modules, 'bun/bin/bun.exe'),
    Deno: join(modules, 'deno/deno'),
  };
}

/** Runs a command to its end, without the settings of whoever runs this. Never rejects. */
export function run(command, args, { cwd, env = {}, timeout = 60_000 } = {}) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HH|OTEL|NODE_OPTIONS)|_PROXY$/i.test(name)));
  return new Promise((resolve) => {
    execFile(command, args, { cwd, timeout, killSignal: 'SIGKILL', env: { ...clean, ...env } }, (error, stdout, stderr) => {
      resolve({ ok: error === null, stdout, stderr, output: `${error?.killed ? `killed after ${timeout} ms\n` : ''}${stdout}${stderr}` });
    });
  });
}

/** Does `task` for each item, two at a time. */
export async function forAll(items, task) {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await task(item);
  };
  await Promise.all([worker(), worker()]);
}
