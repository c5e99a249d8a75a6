import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

// A lock that names our own process id, and is not in here, was left by an earlier process that
// had the same id: usual in containers, where the first process is always 1.
const heldByUs = new Set<string>();

/**
 * Takes a folder for this process, by a file `journal.lock` that holds the process id. The lock
 * of a process that no longer runs is taken over.
 *
 * @returns a function that gives the folder back.
 * @throws Error when another running process, or another server of this one, has it.
 */
export async function lockFolder(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'journal.lock');
  if (!(await tryCreate(path))) {
    const owner = Number.parseInt(await readFile(path, 'utf8'), 10);
    if (isHeld(owner, path)) {
      throw new Error(
        `another local HoneyHive uses it (process ${owner || 'unknown'}); if none runs, delete ${path}`,
      );
    }
    await rm(path, { force: true });
    if (!(await tryCreate(path))) throw new Error('another local HoneyHive has just taken it');
  }
  heldByUs.add(path);
  return async () => {
    heldByUs.delete(path);
    await rm(path, { force: true });
  };
}

async function tryCreate(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isHeld(owner: number, path: string): boolean {
  if (owner === process.pid) return heldByUs.has(path);
  // Not a number: its owner may be about to write it.
  if (!(owner > 0)) return true;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
