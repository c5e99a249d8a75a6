// Installs a folder's dependencies when they are missing or not those of its lockfile.
//   node scripts/install.mjs [FOLDER]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Installs what `folder` needs; does nothing when it is there. Throws when npm fails. */
export function install(folder) {
  const lockfile = createHash('sha256').update(readFileSync(join(folder, 'package-lock.json'))).digest('hex');
  const stamp = join(folder, 'node_modules', '.installed-lockfile');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile) return false;
  console.log(`Installing the dependencies of ${folder === '.' ? 'the project' : folder} (a minute the first time) ...`);
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
  if (npm.status !== 0) throw new Error(`npm ci failed in ${folder} with status ${npm.status ?? npm.signal}`);
  writeFileSync(stamp, lockfile);
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    install(process.argv[2] ?? '.');
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
