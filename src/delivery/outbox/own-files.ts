import type { Diagnostics } from '../diagnostics.js';
import { DueHeap } from '../due-heap.js';
import type { DropReason } from '../outcome.js';
import { storedRestMillis } from '../retry-policy.js';
import { blocksOf, type FileName } from './file-name.js';
import { errorCode, type Folder } from './folder.js';
import type { StoredCopy, StoredFile } from './stored-file.js';

/** The files that this process answers for: which of their sessions have ended, and whose turn it is to be read. */
export class OwnFiles {
  /** Sessions that earlier runs, or other processes, left and that are ours now. */
  recovered = 0;
  /** Sessions that another process has taken from us. */
  handedOver = 0;
  /** Sessions in our files that have not ended. */
  stored = 0;
  /** Those of them that are in the queue too. */
  inMemory = 0;
  /** Milliseconds of the queue's clock: none is due before. */
  notBefore = 0;
  readonly #files = new Set<StoredFile>();
  /** Those of the files that have nothing in memory. */
  readonly #waiting = new DueHeap<StoredFile>();
  readonly #removals = new Set<Promise<unknown>>();
  #bytes = 0;
  readonly #folder: Folder;
  readonly #diagnostics: Diagnostics;
  readonly #lost: (reason: DropReason, count: number) => void;
  readonly #now: () => number;
  readonly #random: () => number;

  /** @param lost counts sessions that are given up. */
  constructor(folder: Folder, diagnostics: Diagnostics, lost: (reason: DropReason, count: number) => void, now: () => number, random: () => number) {
    this.#folder = folder;
    this.#diagnostics = diagnostics;
    this.#lost = lost;
    this.#now = now;
    this.#random = random;
  }

  /** The file that is read next, when it is due. */
  get next(): StoredFile | undefined {
    return this.#waiting.first;
  }

  /** When there is something to read; Infinity when nothing is stored. */
  get nextDue(): number {
    return Math.max(this.#waiting.first?.dueAt ?? Infinity, this.notBefore);
  }

  has(file: StoredFile): boolean {
    return this.#files.has(file);
  }

  /** Takes over a file with none of its sessions in memory. Whoever has some calls `recall`. `recovered`: another instance has written it. */
  keep(name: FileName, recovered = false): StoredFile {
    const now = this.#now();
    const writtenAt = recovered ? undefined : now;
    const file: StoredFile = { name, writtenAt, done: new Set(), inMemory: 0, failures: 0, failedAfter: -1, restUntil: undefined, damaged: false, dueAt: 0, heapIndex: 0 };
    this.#files.add(file);
    this.#bytes += blocksOf(name.bytes);
    this.stored += name.sessions;
    if (recovered) this.recovered += name.sessions;
    this.#wait(file, now);
    return file;
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
    if (leftIn(file) === 0) this.#remove(file);
  }

  /** The session is on disk alone again. `restMillis`: it failed, and is of no use to anybody before. */
  released({ file }: StoredCopy, restMillis?: number): void {
    if (restMillis !== undefined) file.restUntil = Math.max(file.restUntil ?? 0, this.#now() + restMillis);
    this.#left(file);
  }

  /** A waiting file could not be read now. */
  rest(file: StoredFile): void {
    this.#waiting.remove(file);
    file.failures += 1;
    this.#wait(file, this.#now() + storedRestMillis(file.failures, this.#random()));
  }

  /** A waiting file has lines that cannot be read: those are lost. */
  noteDamage(file: StoredFile, lines: readonly (string | undefined)[]): void {
    file.damaged = true;
    let missing = 0;
    for (let line = 0; line < file.name.sessions; line += 1) {
      if (lines[line] !== undefined || file.done.has(line)) continue;
      file.done.add(line);
      missing += 1;
    }
    this.stored -= missing;
    if (missing > 0) this.#lost('outbox_unreadable', missing);
    if (leftIn(file) === 0) this.#remove(file);
  }

  /** Another process has a waiting file. */
  handOver(file: StoredFile): void {
    this.handedOver += this.#forget(file);
  }

  /** Gives up the oldest that wait, until the files take no more than that on disk. Answers whether they do. */
  shrinkTo(bytes: number): boolean {
    for (let oldest = this.next; oldest !== undefined && this.#bytes > bytes; oldest = this.next) this.#lose(oldest, 'outbox_full');
    return this.#bytes <= bytes;
  }

  loseOld(maxAgeMillis: number): void {
    for (const file of this.#files) if (file.inMemory === 0 && this.#ageOf(file) > maxAgeMillis) this.#lose(file, 'outbox_too_old');
  }

  /** The clock has stood still for so long: what rests has rested. */
  catchUp(missedMillis: number): void {
    this.notBefore -= missedMillis;
    this.#waiting.advance(missedMillis);
  }

  /** Resolves when the files that have been forgotten are gone from the disk, or could not be removed. */
  async removed(): Promise<void> {
    await Promise.all(this.#removals);
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
  }

  /** In the order in which they were written, those that failed later. */
  #wait(file: StoredFile, dueAt: number): void {
    file.dueAt = file.failures === 0 ? Math.min(file.name.created, dueAt) : dueAt;
    this.#waiting.push(file);
  }

  #lose(file: StoredFile, reason: DropReason): void {
    this.#lost(reason, this.#remove(file));
  }

  /** Deletes a waiting file, or sets it aside. Answers how many of its sessions had not ended. */
  #remove(file: StoredFile): number {
    const removal = (file.damaged ? this.#folder.setAside(file.name) : this.#folder.remove(file.name)).catch((error: unknown) =>
      // It is sent again by whoever comes next.
      this.#diagnostics.warn('outbox_remove', `a file of the outbox ${this.#folder.path} could not be removed (${errorCode(error)})`),
    );
    this.#removals.add(removal);
    void removal.finally(() => this.#removals.delete(removal));
    return this.#forget(file);
  }

  #forget(file: StoredFile): number {
    const left = leftIn(file);
    this.#waiting.remove(file);
    this.#files.delete(file);
    this.#bytes -= blocksOf(file.name.bytes);
    this.stored -= left;
    return left;
  }

  /** A system clock that is set, as on a machine that starts in 1970, makes none of our own files old. */
  #ageOf({ name, writtenAt }: StoredFile): number {
    return writtenAt === undefined ? Date.now() - name.created : this.#now() - writtenAt;
  }
}

/** Sessions of a file that have not ended. */
function leftIn({ name, done }: StoredFile): number {
  return name.sessions - done.size;
}
