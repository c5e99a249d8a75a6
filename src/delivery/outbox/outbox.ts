import { resolve } from 'node:path';
import { Diagnostics } from '../diagnostics.js';
import type { DropReason } from '../outcome.js';
import type { DeliverySettings } from '../settings.js';
import { quietTimeout } from '../timers.js';
import { contentOf } from './content.js';
import { blocksOf, type FileName } from './file-name.js';
import { errorCode, Folder } from './folder.js';
import { Lease, RENEW_MILLIS } from './lease.js';
import { lookAround } from './look-around.js';
import { OwnFiles } from './own-files.js';
import { readFile } from './read-file.js';
import type { StoredCopy } from './stored-file.js';

/** After the disk has refused, it is not asked again for so long. */
const DISK_REST_MILLIS = 10_000;
/** A write that takes longer is no longer waited for. */
const SLOW_DISK_MILLIS = 5_000;
/** Bytes of a file that is read: whoever shares the directory may have larger sessions. A character that counts two bytes in memory may take three on disk. */
const LARGEST_FILE = 64 * 1024 * 1024;

/** What the outbox leaves to others. */
export interface OutboxOwner {
  /** Counts sessions that are given up. */
  lost(reason: DropReason, count: number): void;
  /** There is something to do. */
  lookAgain(): void;
}

/**
 * Sessions on disk, so that they outlive the process (not the machine: nothing is synced).
 *
 * A batch of sessions is one file, which is written under another name and then renamed. From then
 * on it never changes, and it is deleted only when each of its sessions has ended. That is all there
 * is to not losing any: a process may be killed between any two of these steps, and the worst that
 * is left is a file whose sessions arrived already (they are sent again under the same ids), or an
 * unfinished one that nobody was told of.
 *
 * A file belongs to the instance that its name ends with. An instance writes to its lease every few
 * seconds; the files of one that has not, or that left and took its lease away, are claimed by
 * renaming them, which succeeds for one. Who loses a file while alive (its process was frozen) finds
 * it gone and leaves it to the other. Both may have sent it, which again is only a session sent twice.
 *
 * Nothing here throws or rejects: where the disk refuses, sessions stay in memory.
 */
export class Outbox {
  readonly files: OwnFiles;
  /** Resolves when the directory has been looked through for the first time. */
  readonly opened: Promise<void>;

  readonly #settings: DeliverySettings;
  readonly #owner: OutboxOwner;
  /** Its own: who was told of the disk has not been told that nothing arrives. */
  readonly #diagnostics: Diagnostics;
  readonly #now: () => number;
  /** Names the server: sessions that were meant for another one are not touched. */
  readonly #target: string;
  readonly #folder: Folder;
  readonly #lease: Lease;
  #written = 0;
  #otherBytes = 0;
  #refusedUntil = 0;
  #writingSince: number | undefined;
  #closed = false;
  #looking: Promise<void>;
  #timer: NodeJS.Timeout | undefined;

  constructor(directory: string, settings: DeliverySettings, owner: OutboxOwner, now: () => number, random: () => number) {
    this.#settings = settings;
    this.#owner = owner;
    this.#diagnostics = new Diagnostics(now);
    this.#now = now;
    // Most services have no outbox, and would load it for nothing.
    const { createHash, randomBytes } = process.getBuiltinModule('node:crypto');
    this.#target = createHash('sha256').update(settings.url).digest('hex').slice(0, 12);
    this.#folder = new Folder(resolve(directory));
    this.#lease = new Lease(randomBytes(8).toString('hex'), this.#folder);
    this.files = new OwnFiles(this.#folder, this.#diagnostics, (reason, count) => owner.lost(reason, count), now, random);
    this.#looking = this.#lookAround();
    this.opened = this.#looking;
  }

  /** When the disk takes sessions, as far as is known. */
  get usableFrom(): number {
    const isSlow = this.#writingSince !== undefined && this.#now() - this.#writingSince >= SLOW_DISK_MILLIS;
    return this.#closed || isSlow ? Infinity : this.#refusedUntil;
  }

  /** Writes sessions to a file, which is theirs once it is given to `files`; undefined: they are not on disk. */
  async write(sessions: readonly string[]): Promise<FileName | undefined> {
    const content = contentOf(sessions);
    const room = this.#settings.outboxMaxBytes - this.#otherBytes - blocksOf(content.length);
    if (room < 0 || !this.files.shrinkTo(room)) {
      this.#refuse('HONEYHIVE_OUTBOX_FULL', `has reached outboxMaxBytes (${this.#settings.outboxMaxBytes})`);
      return undefined;
    }
    const name: FileName = {
      created: Date.now(),
      sessions: sessions.length,
      bytes: content.length,
      target: this.#target,
      id: `${this.#lease.owner}-${(this.#written += 1)}`,
      owner: this.#lease.owner,
    };
    this.#writingSince = this.#now();
    try {
      await this.#publish(name, content);
      return name;
    } catch (error) {
      this.#refuse('HONEYHIVE_OUTBOX_UNUSABLE', `cannot be written to (${errorCode(error)})`);
      return undefined;
    } finally {
      this.#writingSince = undefined;
    }
  }

  /**
   * Reads the file whose turn it is, and recalls each session that has not ended.
   *
   * @param restore queues a session; it may not end before the next turn of the event loop.
   * @returns how many sessions that were; undefined when no file is due.
   */
  async readNext(restore: (text: string, copy: StoredCopy) => void): Promise<number | undefined> {
    const file = this.files.next;
    if (this.#closed || file === undefined || file.dueAt > this.#now()) return undefined;
    // It keeps its place: sessions that are written meanwhile may push it out.
    const outcome = await readFile(this.#folder, file.name, Math.max(LARGEST_FILE, 2 * this.#settings.maxPendingBytes));
    if (!this.files.has(file)) return 0;
    switch (outcome.kind) {
      case 'taken':
        this.files.handOver(file);
        this.#diagnostics.warn('outbox_taken', `another process has taken sessions from the outbox ${this.#folder.path}, because this one seemed dead`);
        return 0;
      case 'refused':
        this.files.rest(file);
        this.#diagnostics.warn('outbox_read', `a file of the outbox ${this.#folder.path} could not be read (${outcome.why}), and is tried again later`);
        return 0;
      case 'read':
        if (this.#closed) return 0;
        if (outcome.damage !== undefined) {
          this.files.noteDamage(file, outcome.lines);
          this.#warn('HONEYHIVE_OUTBOX_DAMAGED', `holds a file that ${outcome.damage}; it is kept with the ending .unreadable`);
        }
        for (const [line, text] of outcome.lines.entries()) {
          if (text === undefined || file.done.has(line)) continue;
          this.files.recall(file);
          restore(text, { file, line, restored: true });
        }
        return file.inMemory;
    }
  }

  /** Leaves what is stored to whoever comes next, unless this process goes on after all. */
  async letGo(): Promise<void> {
    await this.#looking;
    await this.files.removed();
    await this.#lease.letGo().catch(() => {});
  }

  /** As `letGo`, for good. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#looking;
    await this.files.removed();
    await this.#lease.release().catch(() => {});
  }

  async #publish(name: FileName, content: Buffer): Promise<void> {
    try {
      await this.#lease.take();
      await this.#folder.publish(name, content);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      // Somebody has deleted the directory, or the unfinished file of a process that seemed dead.
      await this.#folder.make();
      await this.#lease.touch();
      await this.#folder.publish(name, content);
    }
  }

  async #lookAround(): Promise<void> {
    const { outboxMaxAgeMillis: maxAgeMillis } = this.#settings;
    try {
      await this.#folder.make();
      await (this.files.stored > 0 ? this.#lease.touch() : this.#lease.renew());
      const seen = await lookAround(this.#folder, this.#lease, this.#target, maxAgeMillis);
      this.#otherBytes = seen.otherBytes;
      for (const name of seen.claimed) this.files.keep(name, true);
      this.files.loseOld(maxAgeMillis);
      if (seen.foreign !== undefined) this.#warn('HONEYHIVE_OUTBOX_FOREIGN_FILE', `holds files that are not its own, '${seen.foreign}' for one; they are left alone`);
      if (seen.claimed.length > 0 && !this.#closed) this.#owner.lookAgain();
    } catch (error) {
      this.#refuse('HONEYHIVE_OUTBOX_UNUSABLE', `cannot be used (${errorCode(error)})`);
    }
    if (this.#closed) return;
    this.#timer = quietTimeout(() => {
      this.#looking = this.#lookAround();
    }, RENEW_MILLIS);
  }

  #refuse(code: string, why: string): void {
    this.#refusedUntil = this.#now() + DISK_REST_MILLIS;
    this.#warn(code, `${why}, so sessions wait in memory only, until it can be used again`);
  }

  #warn(code: string, what: string): void {
    this.#diagnostics.warnUser(code, `The outbox ${this.#folder.path} ${what}.`);
  }
}
