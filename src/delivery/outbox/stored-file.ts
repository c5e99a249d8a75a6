import type { Due } from '../due-heap.js';
import type { FileName } from './file-name.js';

/** A file of the outbox that this process answers for. Due when its sessions may be tried. */
export interface StoredFile extends Due {
  readonly name: FileName;
  /** By the steady clock; undefined: another instance wrote it. */
  readonly writtenAt: number | undefined;
  /** Lines whose sessions have ended, and are not sent when the file is read again. */
  readonly done: Set<number>;
  /** Lines whose sessions are in the queue too. */
  inMemory: number;
  /** Times in a row that the file was read and some session of it failed. */
  failures: number;
  /** As of the session of it that failed last: it is the same one that fails again. See Blame. */
  failedAfter: number;
  /** Since it was read last, a session of it failed for a reason of its own, and asked to be left alone until then. */
  restUntil: number | undefined;
  /** Not all of it could be read: it is set aside in the end, not deleted. */
  damaged: boolean;
}

/** Where a queued session stands on disk. */
export interface StoredCopy {
  readonly file: StoredFile;
  readonly line: number;
  /** It came from there; otherwise a lane had it when it was written. */
  readonly restored: boolean;
}
