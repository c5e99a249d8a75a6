import { blocksOf, entryOf, fileNameOf, type FileName } from './file-name.js';
import type { Folder } from './folder.js';
import { isAbandoned, type Lease } from './lease.js';

/** What was found in the directory. */
export interface Surroundings {
  /** Files that nobody looked after; they are ours now. */
  readonly claimed: readonly FileName[];
  /** Held by files that are not ours. */
  readonly otherBytes: number;
  /** One of the entries that have no business here. */
  readonly foreign: string | undefined;
}

interface Owned {
  readonly files: FileName[];
  /** Files that were never finished, and the lease. */
  readonly litter: string[];
}

/**
 * Looks through the directory, claims the files of instances that are gone, and tidies up after them.
 *
 * @param target only files for this server are claimed.
 */
export async function lookAround(folder: Folder, lease: Lease, target: string, maxAgeMillis: number): Promise<Surroundings> {
  const before = Date.now() - maxAgeMillis;
  const owners = new Map<string, Owned>();
  const ownedBy = (owner: string): Owned => {
    const known = owners.get(owner) ?? { files: [], litter: [] };
    owners.set(owner, known);
    return known;
  };
  let otherBytes = 0;
  let foreign: string | undefined;
  const expired: string[] = [];

  for await (const text of folder.entries()) {
    const entry = entryOf(text);
    switch (entry.kind) {
      case 'sessions':
        if (entry.name.owner === lease.owner) break;
        otherBytes += blocksOf(entry.name.bytes);
        ownedBy(entry.name.owner).files.push(entry.name);
        break;
      case 'unfinished':
      case 'lease':
        if (entry.owner !== lease.owner) ownedBy(entry.owner).litter.push(text);
        break;
      case 'aside':
        otherBytes += blocksOf(entry.name.bytes);
        if (entry.name.created < before) expired.push(text);
        break;
      case 'foreign':
        if (!text.startsWith('.')) foreign = text;
        break;
    }
  }
  for (const text of expired) await removeQuietly(folder, text);

  const claimed: FileName[] = [];
  // Asked for only when there is somebody else: it makes a file.
  const time = owners.size > 0 ? await lease.time() : 0;
  for (const [owner, { files, litter }] of owners) {
    const renewed = await folder.leaseTime(owner).catch(() => time);
    if (!isAbandoned(renewed, time)) continue;
    for (const name of files) {
      if (name.target === target) {
        // One that cannot be claimed must not cost those that have been.
        if (!(await folder.claim(name, lease.owner).catch(() => false))) continue;
        otherBytes -= blocksOf(name.bytes);
        claimed.push({ ...name, owner: lease.owner });
      } else if (name.created < before) {
        await removeQuietly(folder, fileNameOf(name));
      }
    }
    for (const text of litter) await removeQuietly(folder, text);
  }
  return { claimed, otherBytes, foreign };
}

/** Litter that cannot be removed is in nobody's way. */
async function removeQuietly(folder: Folder, entry: string): Promise<void> {
  await folder.removeEntry(entry).catch(() => {});
}
