import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import { fileNameOf } from '../../../../src/delivery/outbox/file-name.js';

const made: string[] = [];

/** A directory that does not exist yet, in one that is removed by `removeDirectories`. */
export function outboxPath(): string {
  const parent = mkdtempSync(join(tmpdir(), 'honeyhive-outbox-'));
  made.push(parent);
  return join(parent, 'outbox');
}

export function removeDirectories(): void {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
}

/** Files of sessions; what else is there with `all`. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.endsWith('.jsonl')).sort();
}

/** All texts in it. */
export function sessionsIn(directory: string): string[] {
  return filesIn(directory).flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1));
}

export function randomInstance(): string {
  return randomBytes(8).toString('hex');
}

interface LeftFile {
  url: string;
  sessions: readonly string[];
  owner?: string;
  created?: number;
  /** Instead of what the name promises. */
  content?: string;
}

/** A file of sessions as an instance leaves it that was killed. */
export function leaveFile(directory: string, { url, sessions, owner = randomInstance(), created = Date.now(), content }: LeftFile): string {
  const text = sessions.map((name) => `${JSON.stringify(name)}\n`).join('');
  const target = createHash('sha256').update(url).digest('hex').slice(0, 12);
  const name = fileNameOf({ created, sessions: sessions.length, bytes: Buffer.byteLength(text), target, id: `${randomInstance()}-1`, owner });
  writeFileSync(join(directory, name), content ?? text);
  return name;
}

/** The lease of an instance, renewed so many seconds ago. */
export function leaveLease(directory: string, owner: string, secondsAgo: number): void {
  const path = join(directory, `${owner}.lease`);
  const time = Date.now() / 1000 - secondsAgo;
  writeFileSync(path, '\n');
  utimesSync(path, time, time);
}
