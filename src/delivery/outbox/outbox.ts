import { resolve } from 'node:path';
import { Diagnostics } from '../diagnostics.js';
import { DueHeap } from '../due-heap.js';
import type { DropReason } from '../outcome.js';
import { storedRestMillis } from '../retry-policy.js';
import { quietTimeout } from '../timers.js';
import { contentOf, readContent } from './content.js';
import { blocksOf, type FileName } from './file-name.js';
import { errorCode, Folder } from './folder.js';
import { Lease, RENEW_MILLIS } from './lease.js';
import { lookAround } from './look-around.js';
import type { StoredCopy, StoredFile } from './stored-file.js';

/** After the disk has refused, it is not asked again for so long. */
const DISK_REST_MILLIS = 10_000;
/** A write that takes longer is no longer waited for. */
const SLOW_DISK_MILLIS = 5_000;

export interface OutboxSettings {
  readonly directory: string;
  /** Of all files in the directory, whoever owns them. */
  readonly maxBytes: number;
  readonly maxAgeMillis: number;
  /** Base URL of the server: sessions that were meant for another one are not touched. */
  readonly url: string;
  /** Bytes of the largest file that is read. */
  readonly largestFile: number;
}

/** What the outbox leaves to others. */
export interface OutboxOwner {
  /** Counts sessions that are given up. */
  lost(reason: DropReason, count: number): void;
  /** There may be something to do, or no use in waiting for the disk any more. */
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
  /** Sessions that earlier runs, or other processes, left and that are ours now. */
  recovered = 0;
  /** Sessions that another process has taken from us. */
  handedOver = 0;
  /** Sessions in our files that have not ended. */
  stored = 0;
  /** Those of them that are in the queue too. */
  inMemory = 0;
  /** Resolves when the directory has been looked through for the first time. */
  readonly opened: Promise<void>;

  readonly #settings: OutboxSettings;
  readonly #owner: OutboxOwner;
  /** Its own: who was told of the disk has not been told that nothing arrives. */
  readonly #diagnostics: Diagnostics;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #instance: string;
  readonly #target: string;
  readonly #folder: Folder;
  readonly #lease: Lease;
  readonly #files = new Set<StoredFile>();
  /** Those of the files that have nothing in memory. */
  readonly #waiting = new DueHeap<StoredFile>();
  readonly #removals = new Set<Promise<unknown>>();
  #written = 0;
  #bytes = 0;
  #otherBytes = 0;
  #refusedUntil = 0;
  #writingSince: number | undefined;
  #closed = false;
  #looking: Promise<void>;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: OutboxSettings, owner: OutboxOwner, now: () => number, random: () => number) {
    this.#settings = settings;
    this.#owner = owner;
    this.#diagnostics = new Diagnostics(now);
    this.#now = now;
    this.#random = random;
    // Most services have no outbox, and would load it for nothing.
    const { createHash, randomBytes } = process.getBuiltinModule('node:crypto');
    this.#instance = randomBytes(8).toString('hex');
    this.#target = createHash('sha256').update(settings.url).digest('hex').slice(0, 12);
    this.#folder = new Folder(resolve(settings.directory));
    this.#lease = new Lease(this.#instance, this.#folder);
    this.#looking = this.#lookAround();
    this.opened = this.#looking;
  }

  /** Whether the disk takes sessions, as far as is known. */
  get usable(): boolean {
    const now = this.#now();
    if (this.#closed || now < this.#refusedUntil) return false;
    return this.#writingSince === undefined || now - this.#writingSince < SLOW_DISK_MILLIS;
  }

  /** When the disk is asked again, after it has refused. */
  get usableFrom(): number {
    return this.#refusedUntil;
  }

  /** When the next file may be read; undefined when there is none. */
  get nextDue(): number | undefined {
    return this.#waiting.first?.dueAt;
  }

  /**
   * Writes sessions. What resolves is theirs once it is given to `keep`; undefined when they are
   * not on disk.
   */
  async write(sessions: readonly string[]): Promise<StoredFile | undefined> {
    const content = contentOf(sessions);
    if (!this.#makeRoom(blocksOf(content.length))) {
      this.#refuse('HONEYHIVE_OUTBOX_FULL', `has reached outboxMaxBytes (${this.#settings.maxBytes})`);
      return undefined;
    }
    const name: FileName = {
      created: Date.now(),
      sessions: sessions.length,
      bytes: content.length,
      target: this.#target,
      id: `${this.#instance}-${(this.#written += 1)}`,
      owner: this.#instance,
    };
    this.#writingSince = this.#now();
    try {
      await this.#publish(name, content);
    } catch (error) {
      this.#refuse('HONEYHIVE_OUTBOX_UNUSABLE', `cannot be written to (${errorCode(error)})`);
      return undefined;
    } finally {
      this.#writingSince = undefined;
    }
    return fileOf(name, this.#now());
  }

  /** Takes over a file with none of its sessions in memory. Whoever has some calls `recall`. */
  keep(file: StoredFile): void {
    this.#files.add(file);
    this.#bytes += blocksOf(file.name.bytes);
    this.stored += file.name.sessions - file.done.size;
    this.#wait(file, this.#now());
  }

  /** A session of the file is in the queue, and will be told of by `ended` or `released`. */
  recall(file: StoredFile): void {
    if (file.inMemory === 0) this.#waiting.remove(file);
    file.inMemory += 1;
    this.inMemory += 1;
  }

  /** The session needs its copy no more. */
  ended({ file, line }: StoredCopy): void {
    file.done.add(line);
    this.stored -= 1;
    this.#left(file);
  }

  /** The session is on disk alone again. `restMillis`: it failed, and is of no use to anybody before. */
  released({ file }: StoredCopy, restMillis?: number): void {
    if (restMillis !== undefined) file.restUntil = Math.max(file.restUntil ?? 0, this.#now() + restMillis);
    this.#left(file);
  }

  /**
   * Reads the file whose turn it is, and recalls each session that has not ended.
   *
   * @param restore queues a session; it may not end before the next turn of the event loop.
   * @returns how many sessions that were; undefined when no file is due.
   */
  async readNext(restore: (text: string, copy: StoredCopy) => void): Promise<number | undefined> {
    const file = this.#waiting.first;
    if (this.#closed || file === undefined || file.dueAt > this.#now()) return undefined;
    // It keeps its place: sessions that are written meanwhile may push it out.
    const content = await this.#read(file);
    if (this.#closed || content === undefined || !this.#files.has(file)) return 0;
    const { lines, damaged } = readContent(content, file.name.sessions);
    if (damaged) this.#noteDamage(file, lines);
    if (file.done.size === file.name.sessions) this.#remove(file);
    for (const [line, text] of lines.entries()) {
      if (text === undefined || file.done.has(line)) continue;
      this.recall(file);
      restore(text, { file, line, restored: true });
    }
    return file.inMemory;
  }

  /** The clock has stood still for so long. */
  catchUp(missedMillis: number): void {
    this.#waiting.advance(missedMillis);
  }

  /** Leaves what is stored to whoever comes next, unless this process goes on after all. */
  async letGo(): Promise<void> {
    await this.#looking;
    await Promise.all(this.#removals);
    await this.#lease.letGo().catch(() => {});
  }

  /** Leaves what is stored to whoever comes next. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#looking;
    await Promise.all(this.#removals);
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

  async #read(file: StoredFile): Promise<Buffer | undefined> {
    if (file.name.bytes > this.#settings.largestFile) {
      this.#giveUp(file, 'is larger than any that is written');
      return undefined;
    }
    try {
      return await this.#folder.read(file.name);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') this.#leaveToOther(file);
      else if (errorCode(error) === 'EISDIR') this.#giveUp(file, 'cannot be read (EISDIR)');
      else this.#rest(file, errorCode(error));
      return undefined;
    }
  }

  /** What is readable of a damaged file is sent; the rest is lost. */
  #noteDamage(file: StoredFile, lines: readonly (string | undefined)[]): void {
    file.damaged = true;
    let missing = 0;
    for (const [line, text] of lines.entries()) {
      if (text !== undefined || file.done.has(line)) continue;
      file.done.add(line);
      missing += 1;
    }
    this.stored -= missing;
    if (missing > 0) this.#owner.lost('outbox_unreadable', missing);
    this.#warn('HONEYHIVE_OUTBOX_DAMAGED', 'holds a file that is damaged; what is left of it is sent, and the file is kept with the ending .unreadable');
  }

  /** The disk would not give the file, or this process has too many files open: that passes, and says nothing of the file. */
  #rest(file: StoredFile, why: string): void {
    if (!this.#files.has(file)) return;
    this.#waiting.remove(file);
    file.failures += 1;
    this.#wait(file, this.#now() + storedRestMillis(file.failures, this.#random()));
    this.#diagnostics.warn('outbox_read', `a file of the outbox ${this.#folder.path} could not be read (${why}), and is tried again later`);
  }

  /** None of the file can be read. */
  #giveUp(file: StoredFile, why: string): void {
    if (!this.#files.has(file)) return;
    file.damaged = true;
    this.#warn('HONEYHIVE_OUTBOX_DAMAGED', `holds a file that ${why}; it is kept with the ending .unreadable`);
    this.#lose(file, 'outbox_unreadable');
  }

  #leaveToOther(file: StoredFile): void {
    if (!this.#files.has(file)) return;
    const left = file.name.sessions - file.done.size;
    this.handedOver += left;
    this.stored -= left;
    this.#waiting.remove(file);
    this.#forget(file);
    this.#diagnostics.warn('outbox_taken', `another process has taken sessions from the outbox ${this.#folder.path}, because this one seemed dead`);
  }

  #lose(file: StoredFile, reason: DropReason): void {
    const left = file.name.sessions - file.done.size;
    this.stored -= left;
    this.#remove(file);
    this.#owner.lost(reason, left);
  }

  /** A session of the file has left memory. */
  #left(file: StoredFile): void {
    file.inMemory -= 1;
    this.inMemory -= 1;
    if (file.inMemory > 0) return;
    const now = this.#now();
    const rest = file.restUntil;
    file.failures = rest === undefined ? 0 : file.failures + 1;
    file.restUntil = undefined;
    this.#wait(file, rest === undefined ? now : Math.max(rest, now + storedRestMillis(file.failures, this.#random())));
    if (file.done.size === file.name.sessions) this.#remove(file);
  }

  /** In the order in which they were written, those that failed later. */
  #wait(file: StoredFile, dueAt: number): void {
    file.dueAt = file.failures === 0 ? Math.min(file.name.created, dueAt) : dueAt;
    this.#waiting.push(file);
  }

  /** Deletes a waiting file, or sets it aside. */
  #remove(file: StoredFile): void {
    this.#waiting.remove(file);
    this.#forget(file);
    const removal = (file.damaged ? this.#folder.setAside(file.name) : this.#folder.remove(file.name)).catch((error: unknown) =>
      // It is sent again by whoever comes next.
      this.#diagnostics.warn('outbox_remove', `a file of the outbox ${this.#folder.path} could not be removed (${errorCode(error)})`),
    );
    this.#removals.add(removal);
    void removal.finally(() => this.#removals.delete(removal));
  }

  #forget(file: StoredFile): void {
    this.#files.delete(file);
    this.#bytes -= blocksOf(file.name.bytes);
  }

  /** Makes the oldest of our files give way. */
  #makeRoom(bytes: number): boolean {
    const room = this.#settings.maxBytes - this.#otherBytes - bytes;
    if (room < 0) return false;
    while (this.#bytes > room) {
      const oldest = this.#waiting.first;
      if (oldest === undefined) return false;
      this.#lose(oldest, 'outbox_full');
    }
    return true;
  }

  async #lookAround(): Promise<void> {
    try {
      await this.#folder.make();
      await (this.#files.size > 0 ? this.#lease.touch() : this.#lease.renew());
      const seen = await lookAround(this.#folder, this.#lease, this.#target, this.#settings.maxAgeMillis);
      this.#otherBytes = seen.otherBytes;
      for (const name of seen.claimed) {
        this.recovered += name.sessions;
        this.keep(fileOf(name, undefined));
      }
      this.#loseOld();
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

  #loseOld(): void {
    for (const file of this.#files) if (file.inMemory === 0 && this.#ageOf(file) > this.#settings.maxAgeMillis) this.#lose(file, 'outbox_too_old');
  }

  /** A system clock that is set, as on a machine that starts in 1970, makes none of our own files old. */
  #ageOf({ name, writtenAt }: StoredFile): number {
    return writtenAt === undefined ? Date.now() - name.created : this.#now() - writtenAt;
  }

  #refuse(code: string, why: string): void {
    this.#refusedUntil = this.#now() + DISK_REST_MILLIS;
    this.#warn(code, `${why}, so sessions wait in memory only, until it can be used again`);
  }

  #warn(code: string, what: string): void {
    this.#diagnostics.warnUser(code, `The outbox ${this.#folder.path} ${what}.`);
  }
}

function fileOf(name: FileName, writtenAt: number | undefined): StoredFile {
  return { name, writtenAt, done: new Set(), inMemory: 0, failures: 0, failedAfter: -1, restUntil: undefined, damaged: false, dueAt: 0, heapIndex: 0 };
}
