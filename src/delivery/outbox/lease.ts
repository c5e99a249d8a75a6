import type { Folder } from './folder.js';
import { leaseNameOf } from './file-name.js';

/** How often a lease is renewed. */
export const RENEW_MILLIS: number = 5_000;
/** A lease that was not renewed for so long may be taken. */
export const STALE_MILLIS: number = 30_000;

/**
 * Says that an instance is alive and looks after its files: a file that is written again and again.
 * No process id: in containers that share a directory, each of them is process 1.
 */
export class Lease {
  readonly owner: string;
  readonly #folder: Folder;
  #held = false;
  #released = false;

  constructor(owner: string, folder: Folder) {
    this.owner = owner;
    this.#folder = folder;
  }

  /** To be called before a file is owned. */
  async take(): Promise<void> {
    if (!this.#held) await this.touch();
  }

  async renew(): Promise<void> {
    if (this.#held) await this.touch();
  }

  async touch(): Promise<void> {
    if (this.#released) return;
    await this.#folder.touchLease(this.owner);
    this.#held = true;
  }

  /** Lets others have the files at once, until it is taken again. */
  async letGo(): Promise<void> {
    if (!this.#held) return;
    this.#held = false;
    await this.#folder.removeEntry(leaseNameOf(this.owner));
  }

  /** Lets others have the files at once, for good. */
  async release(): Promise<void> {
    this.#released = true;
    await this.letGo();
  }

  /** What time it is by the clock of the disk, which need not be that of this machine. */
  async time(): Promise<number> {
    await this.touch();
    return (await this.#folder.leaseTime(this.owner)) ?? Number.NaN;
  }
}

/**
 * Whether nobody looks after an owner's files any more.
 *
 * @param renewed when its lease was renewed; undefined when it has none. One from the future is as
 *   stale as an old one: whoever lives has renewed it since the clock was set back.
 */
export function isAbandoned(renewed: number | undefined, time: number): boolean {
  return renewed === undefined || Math.abs(time - renewed) > STALE_MILLIS;
}
