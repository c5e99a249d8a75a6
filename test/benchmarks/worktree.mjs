import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

/**
 * Checks another commit out into a folder beside the system's temporary files and builds it there.
 * The folder goes with the process, however that ends, short of a kill.
 *
 * @returns `{ commit, url }`.
 */
export function buildOf(ref) {
  const commit = git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`);
  const folder = join(mkdtempSync(join(tmpdir(), 'bench-compare-')), 'repository');
  process.on('exit', () => {
    rmSync(join(folder, '..'), { recursive: true, force: true });
    git('worktree', 'prune');
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
  git('worktree', 'add', '--detach', '--quiet', folder, commit);
  const run = (command, ...args) => execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  // Where it needs the same packages, both work with the very same.
  if (sameLockfile(folder)) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  else run('npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error');
  run(process.execPath, 'scripts/build.mjs');
  return { commit, url: pathToFileURL(`${folder}/`).href };
}

function sameLockfile(folder) {
  const [here, there] = [root, folder].map((path) => {
    const { packages } = JSON.parse(readFileSync(join(path, 'package-lock.json'), 'utf8'));
    return JSON.stringify({ ...packages, '': undefined });
  });
  return here === there;
}
