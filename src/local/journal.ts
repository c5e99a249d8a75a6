import { mkdir, open, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileLines } from './file-lines.js';
import { lockFolder } from './folder-lock.js';

/** The file to which every accepted request adds one line. */
export interface Journal {
  readonly path: string;
  /** Lines that could not be replayed when the file was opened. They stay in the file. */
  readonly unreadableLines: number;
  /** Adds one line (with its line feed) after all lines before it. Rejects when it is not written. */
  append(line: string): Promise<void>;
  /** Waits for what was appended, then gives the folder back. */
  close(): Promise<void>;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Opens `journal.jsonl` in a folder, which is made if it is missing, and replays it.
 *
 * @param replay called with each line, oldest first; throws for a line that it cannot use.
 * @throws Error, in words for a user, when the folder cannot be used or another process has it.
 */
export async function openJournal(directory: string, replay: (line: string) => void): Promise<Journal> {
  const folder = resolve(directory);
  try {
    await makeFolder(folder);
    const unlock = await lockFolder(folder);
    try {
      return await openLocked(join(folder, 'journal.jsonl'), replay, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  } catch (error) {
    throw new Error(`cannot use the folder ${folder}: ${(error as Error).message}`, { cause: error });
  }
}

// The journal holds what users typed: nobody else on the machine reads it, and a folder of ours
// inside a repository is never committed.
async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined) await writeFile(join(folder, '.gitignore'), '*\n');
}

async function openLocked(path: string, replay: (line: string) => void, unlock: () => Promise<void>): Promise<Journal> {
  const file = await open(path, 'a', 0o600);
  let unreadableLines = 0;
  let onNewLine = true;
  try {
    for await (const { bytes, ended } of fileLines(path)) {
      onNewLine = ended;
      if (bytes.length === 0) continue;
      try {
        replay(UTF8.decode(bytes));
      } catch {
        unreadableLines += 1;
      }
    }
  } catch (error) {
    await file.close();
    throw error;
  }

  let last: Promise<void> = Promise.resolve();
  let closing: Promise<void> | undefined;

  async function write(line: string): Promise<void> {
    // After a torn line, ours starts on a line of its own.
    const text = onNewLine ? line : `\n${line}`;
    onNewLine = false;
    await file.appendFile(text);
    onNewLine = true;
  }

  return {
    path,
    unreadableLines,
    append(line) {
      if (closing) return Promise.reject(new Error('the journal is closed'));
      const written = last.then(() => write(line));
      last = written.catch(() => {});
      return written;
    },
    close() {
      closing ??= last.then(() => file.close()).finally(unlock);
      return closing;
    },
  };
}
