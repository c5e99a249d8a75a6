/** What the name of a file of sessions says. All but the owner stays the same as long as the file exists. */
export interface FileName {
  /** When its sessions were written, Unix milliseconds. */
  readonly created: number;
  readonly sessions: number;
  readonly bytes: number;
  /** For which server its sessions are. */
  readonly target: string;
  /** Unique: the instance that wrote it, and a number. */
  readonly id: string;
  /** The instance that sends it. */
  readonly owner: string;
}

/** What an entry of the directory is, going by its name. */
export type Entry =
  | { readonly kind: 'sessions'; readonly name: FileName }
  /** Its writer has not finished it, or never will. */
  | { readonly kind: 'unfinished'; readonly owner: string }
  | { readonly kind: 'lease'; readonly owner: string }
  /** Could not be read, and was kept for whoever wants to know why. */
  | { readonly kind: 'aside'; readonly name: FileName }
  | { readonly kind: 'foreign' };

const SESSIONS = /^(\d{1,15})-(\d{1,6})-(\d{1,12})-([0-9a-f]{12})-([0-9a-f]{16}-\d{1,12})\.([0-9a-f]{16})\.jsonl(\.tmp|\.unreadable|)$/;
const LEASE = /^([0-9a-f]{16})\.lease$/;

export function fileNameOf({ created, sessions, bytes, target, id, owner }: FileName): string {
  return `${created}-${sessions}-${bytes}-${target}-${id}.${owner}.jsonl`;
}

export function leaseNameOf(owner: string): string {
  return `${owner}.lease`;
}

export function unfinishedNameOf(name: FileName): string {
  return `${fileNameOf(name)}.tmp`;
}

export function asideNameOf(name: FileName): string {
  return `${fileNameOf(name)}.unreadable`;
}

export function entryOf(entry: string): Entry {
  const lease = LEASE.exec(entry);
  if (lease) return { kind: 'lease', owner: lease[1]! };
  const parts = SESSIONS.exec(entry);
  if (!parts) return { kind: 'foreign' };
  const [, created, sessions, bytes, target, id, owner, suffix] = parts as unknown as [string, string, string, string, string, string, string, string];
  if (suffix === '.tmp') return { kind: 'unfinished', owner };
  const name = { created: Number(created), sessions: Number(sessions), bytes: Number(bytes), target, id, owner };
  return suffix === '' ? { kind: 'sessions', name } : { kind: 'aside', name };
}

/** What a file takes on disk: file systems give out blocks, usually of 4 KiB. */
export function blocksOf(bytes: number): number {
  return Math.ceil(bytes / 4096) * 4096;
}
