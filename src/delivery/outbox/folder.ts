import { mkdir, open, opendir, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asideNameOf, fileNameOf, type FileName, leaseNameOf, unfinishedNameOf } from './file-name.js';

// Sessions hold what users typed: nobody else on the machine reads them.
const ONLY_US = 0o600;

/** The directory on disk. Every method rejects with Node's own error when the disk says no. */
export class Folder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Makes it if it is missing. */
  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
  }

  async *entries(): AsyncGenerator<string> {
    for await (const entry of await opendir(this.path, { bufferSize: 256 })) yield entry.name;
  }

  /** Writes a file that others see whole or not at all. */
  async publish(name: FileName, content: Buffer): Promise<void> {
    const unfinished = this.#at(unfinishedNameOf(name));
    try {
      await writeFile(unfinished, content, { flag: 'wx', mode: ONLY_US });
      await rename(unfinished, this.#at(fileNameOf(name)));
    } catch (error) {
      await unlink(unfinished).catch(() => {});
      throw error;
    }
  }

  /** Reads one byte more than there should be, and never more: whatever the file has become, it fits into memory. */
  async read(name: FileName): Promise<Buffer> {
    const file = await open(this.#at(fileNameOf(name)), 'r');
    try {
      const content = Buffer.allocUnsafe(name.bytes + 1);
      let length = 0;
      while (length < content.length) {
        const { bytesRead } = await file.read(content, length, content.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return content.subarray(0, length);
    } finally {
      await file.close();
    }
  }

  /** Answers whether it was still there. Of several who try, one succeeds. */
  async claim(name: FileName, owner: string): Promise<boolean> {
    return this.#ifThere(() => rename(this.#at(fileNameOf(name)), this.#at(fileNameOf({ ...name, owner }))));
  }

  async remove(name: FileName): Promise<boolean> {
    return this.#ifThere(() => unlink(this.#at(fileNameOf(name))));
  }

  async setAside(name: FileName): Promise<boolean> {
    return this.#ifThere(() => rename(this.#at(fileNameOf(name)), this.#at(asideNameOf(name))));
  }

  async removeEntry(entry: string): Promise<boolean> {
    return this.#ifThere(() => unlink(this.#at(entry)));
  }

  /** A write, not a time that we set: so it is the clock of the disk, which all who share it have in common. */
  async touchLease(owner: string): Promise<void> {
    await writeFile(this.#at(leaseNameOf(owner)), '\n', { mode: ONLY_US });
  }

  /** When the lease was renewed, by the clock of the disk; undefined when there is none. */
  async leaseTime(owner: string): Promise<number | undefined> {
    let time: number | undefined;
    await this.#ifThere(async () => {
      time = (await stat(this.#at(leaseNameOf(owner)))).mtimeMs;
    });
    return time;
  }

  async #ifThere(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    }
  }

  #at(entry: string): string {
    return join(this.path, entry);
  }
}

/** `ENOSPC` and the like. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown error';
}
