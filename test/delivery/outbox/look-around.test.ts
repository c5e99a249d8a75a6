import { mkdirSync, readdirSync } from 'node:fs';
import { entryOf, type FileName } from '../../../src/delivery/outbox/file-name.js';
import { Folder } from '../../../src/delivery/outbox/folder.js';
import { Lease } from '../../../src/delivery/outbox/lease.js';
import { lookAround } from '../../../src/delivery/outbox/look-around.js';
import { createHash } from 'node:crypto';
import { filesIn, leaveFile, leaveLease, outboxPath, randomInstance, removeDirectories } from './support/directory.js';

const URL_ = 'http://127.0.0.1:1';
const TARGET = createHash('sha256').update(URL_).digest('hex').slice(0, 12);
const DAY = 24 * 3_600_000;

let directory: string;
let folder: Folder;
let lease: Lease;

beforeEach(() => {
  directory = outboxPath();
  mkdirSync(directory);
  folder = new Folder(directory);
  lease = new Lease(randomInstance(), folder);
});
afterEach(() => {
  jest.restoreAllMocks();
  removeDirectories();
});

const look = (): ReturnType<typeof lookAround> => lookAround(folder, lease, TARGET, DAY);

describe('looking around', () => {
  it('in an empty directory leaves no trace', async () => {
    expect(await look()).toEqual({ claimed: [], otherBytes: 0, foreign: undefined });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('takes the lease before it claims: who is killed in between is known to be gone by its age', async () => {
    leaveFile(directory, { url: URL_, sessions: ['a'] });
    let leases = 0;
    const claim = folder.claim.bind(folder);
    jest.spyOn(folder, 'claim').mockImplementation((name, owner) => {
      leases = readdirSync(directory).filter((entry) => entry === `${lease.owner}.lease`).length;
      return claim(name, owner);
    });
    expect((await look()).claimed).toHaveLength(1);
    expect(leases).toBe(1);
    expect(filesIn(directory)[0]).toContain(`.${lease.owner}.jsonl`);
  });

  it('claims what it can when one cannot be claimed, or was claimed by another meanwhile', async () => {
    for (const session of ['a', 'b', 'c']) leaveFile(directory, { url: URL_, sessions: [session] });
    jest.spyOn(folder, 'claim').mockRejectedValueOnce(new Error('EACCES')).mockResolvedValueOnce(false);
    expect((await look()).claimed).toHaveLength(1);
  });

  it('counts what others hold, in blocks', async () => {
    const owner = randomInstance();
    leaveLease(directory, owner, 1);
    leaveFile(directory, { url: URL_, sessions: ['a'], owner });
    leaveFile(directory, { url: URL_, sessions: ['b'.repeat(5_000)], owner });
    expect(await look()).toMatchObject({ claimed: [], otherBytes: 3 * 4096 });
  });

  it('removes the lease of who is gone, and keeps that of who lives', async () => {
    const [gone, alive] = [randomInstance(), randomInstance()];
    leaveLease(directory, gone, 60);
    leaveLease(directory, alive, 1);
    await look();
    expect(readdirSync(directory).sort()).toEqual([`${alive}.lease`, `${lease.owner}.lease`].sort());
  });

  it('removes what nobody will ever send: old files for another server, and old ones that were set aside', async () => {
    leaveFile(directory, { url: 'https://elsewhere.example', sessions: ['a'], created: Date.now() - 2 * DAY });
    leaveFile(directory, { url: 'https://elsewhere.example', sessions: ['b'] });
    await folder.setAside(nameOf(leaveFile(directory, { url: URL_, sessions: ['c'], created: Date.now() - 2 * DAY })));
    await look();
    expect(readdirSync(directory).filter((entry) => entry.includes('.jsonl'))).toHaveLength(1);
  });
});

function nameOf(entry: string): FileName {
  const parsed = entryOf(entry);
  if (parsed.kind !== 'sessions') throw new Error(entry);
  return parsed.name;
}
