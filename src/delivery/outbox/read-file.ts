import { readContent } from './content.js';
import type { FileName } from './file-name.js';
import { errorCode, type Folder } from './folder.js';

/** What came of reading a file. */
export type ReadOutcome =
  /** One line per session; undefined where it cannot be read, because of the damage. */
  | { readonly kind: 'read'; readonly lines: readonly (string | undefined)[]; readonly damage: string | undefined }
  /** Another process has taken it. */
  | { readonly kind: 'taken' }
  /** The disk would not give it, or this process has too many files open: that passes, and says nothing of the file. */
  | { readonly kind: 'refused'; readonly why: string };

/** @param largest bytes of the largest file that is read. */
export async function readFile(folder: Folder, name: FileName, largest: number): Promise<ReadOutcome> {
  if (name.bytes > largest) return unreadable('is larger than any that is written');
  try {
    const { lines, damaged } = readContent(await folder.read(name), name.sessions);
    return { kind: 'read', lines, damage: damaged ? 'is damaged, and what is left of it is sent' : undefined };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return { kind: 'taken' };
    return code === 'EISDIR' ? unreadable('cannot be read (EISDIR)') : { kind: 'refused', why: code };
  }
}

function unreadable(damage: string): ReadOutcome {
  return { kind: 'read', lines: [], damage };
}
