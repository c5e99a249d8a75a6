import { context } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Delivery, type DeliveryParts } from '../../../src/delivery/delivery.js';
import type { DeliveryStats } from '../../../src/delivery/delivery-stats.js';
import { Folder } from '../../../src/delivery/outbox/folder.js';
import type { DeliverySettings } from '../../../src/delivery/settings.js';
import { closeServers, json, serve, type TestServer } from '../support/http-server.js';
import { manyPending, pending, settingsWith } from '../support/settings.js';
import { filesIn, leaveFile, leaveLease, outboxPath, randomInstance, removeDirectories, sessionsIn } from './support/directory.js';

const NOBODY = 'http://127.0.0.1:1';
const deliveries: Delivery[] = [];
let directory: string;
let warnings: jest.SpyInstance;

function deliveryTo(url: string, changes: Partial<DeliverySettings> = {}, parts: DeliveryParts = {}): Delivery {
  const delivery = new Delivery(settingsWith({ url, outboxDirectory: directory, ...changes }), { random: () => 0.5, ...parts });
  deliveries.push(delivery);
  return delivery;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function balance(stats: DeliveryStats): number {
  const { accepted, delivered, declined, rejected, dropped, queued, stored, handedOver } = stats;
  return accepted - delivered - declined - sum(rejected) - sum(dropped) - queued - stored - handedOver;
}

/** Waits for what a test expects of the counters, and checks at every look that they add up. */
async function until(delivery: Delivery, holds: (stats: DeliveryStats) => boolean, millis = 12_000): Promise<DeliveryStats> {
  for (const end = Date.now() + millis; ; ) {
    const stats = delivery.stats();
    expect(balance(stats)).toBe(0);
    expect(stats.stored).toBeGreaterThanOrEqual(0);
    if (holds(stats)) return stats;
    if (Date.now() > end) throw new Error(`not within ${millis} ms: ${JSON.stringify(stats)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const sleep = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));
const taking = (): Promise<TestServer> => serve((_, response) => json(response, 200, {}));
/** What arrived: the sessions of the tests are texts. */
const arrived = (server: TestServer): string[] => server.requests.map(({ body }) => (JSON.parse(body) as { session: string }).session);
const codes = (): unknown[] => warnings.mock.calls.map(([, options]) => (options as { code: string }).code);

beforeEach(() => {
  directory = outboxPath();
  warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
});

afterEach(async () => {
  for (const delivery of deliveries) expect(balance(delivery.stats())).toBe(0);
  await Promise.all(deliveries.splice(0).map((delivery) => delivery.shutdown(0)));
  await closeServers();
  jest.restoreAllMocks();
  removeDirectories();
});

describe('while the server is well', () => {
  it('the outbox stays empty', async () => {
    const server = await taking();
    // The clock stands: however slow this machine is, nobody waits for long.
    const delivery = deliveryTo(server.url, {}, { now: () => 1_000_000 });
    expect(await delivery.deliver(manyPending(500))).toMatchObject({ delivered: 500, stored: 0 });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('a retry after a single failure does not go by way of the disk', async () => {
    const server = await serve((_, response, nth) => json(response, nth === 1 ? 500 : 200, {}));
    // At a twentieth of its speed, and nearly no backoff.
    const delivery = deliveryTo(server.url, {}, { now: () => 1_000_000 + performance.now() / 20, random: () => 0.01 });
    expect(await delivery.deliver(manyPending(5))).toMatchObject({ delivered: 5, stored: 0 });
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('while the server is down', () => {
  it('a batch is answered when all of it is on disk, for nobody else to read and without the key', async () => {
    const delivery = deliveryTo(NOBODY);
    const report = await delivery.deliver(manyPending(300));
    expect(report).toMatchObject({ delivered: 0, stored: 300, deferred: 0, dropped: {} });
    expect(report.elapsedMillis).toBeLessThan(5_000);
    expect(sessionsIn(directory).sort()).toEqual(manyPending(300).map((session) => session.serialize()).sort());
    expect(delivery.stats()).toMatchObject({ accepted: 300, stored: 300, recovered: 0 });

    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(directory)) {
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(directory, name), 'utf8') + name).not.toContain('hh_secret');
    }
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('memory holds next to nothing', async () => {
    const delivery = deliveryTo(NOBODY);
    for (let round = 0; round < 20; round += 1) {
      void delivery.deliver(manyPending(100, `${round}-`));
      await sleep(20);
    }
    const stats = await until(delivery, ({ stored }) => stored === 2_000);
    expect(stats).toMatchObject({ queued: 0, dropped: {} });
    expect(stats.pendingBytes).toBeLessThan(256 * 20);
    expect(filesIn(directory).length).toBeLessThan(100);
  });

  it('what beforeSend declines, or cannot be serialised, is not stored', async () => {
    const delivery = deliveryTo(NOBODY);
    const report = await delivery.deliver([
      pending('a'),
      { bytes: 1, serialize: () => ({ kind: 'declined' }) },
      {
        bytes: 1,
        serialize: () => {
          throw new Error('no');
        },
      },
      { bytes: 1, serialize: () => ({ kind: 'dropped', reason: 'before_send_failed' }) },
    ]);
    expect(report).toMatchObject({ stored: 1, declined: 1, dropped: { serialize_failed: 1, before_send_failed: 1 } });
    expect(sessionsIn(directory)).toEqual(['"a"']);
  });

  it('all is sent when it is back, and the directory is empty again', async () => {
    const first = await serve(() => {});
    await closeServers();
    const delivery = deliveryTo(first.url);
    for (let round = 0; round < 5; round += 1) await delivery.deliver(manyPending(40, `${round}-`));
    expect(delivery.stats()).toMatchObject({ stored: 200 });
    const server = await serve((_, response) => json(response, 200, {}), first.port);
    await until(delivery, (stats) => stats.delivered === 200);
    expect(new Set(arrived(server)).size).toBe(200);
    await delivery.shutdown(1_000);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('sessions that hang in lanes are stored too, and a lane that succeeds all the same spares them a second sending', async () => {
    const held: (() => void)[] = [];
    const server = await serve((_, response, nth) => (nth <= 4 ? held.push(() => json(response, 200, {})) : json(response, 200, {})));
    const delivery = deliveryTo(server.url, { maxConcurrency: 4 });
    const report = await delivery.deliver(manyPending(4));
    expect(report).toMatchObject({ stored: 4, delivered: 0 });
    expect(delivery.stats()).toMatchObject({ queued: 0, inFlight: 4, stored: 4 });
    for (const answer of held) answer();
    await until(delivery, (stats) => stats.delivered === 4);
    await delivery.shutdown(1_000);
    expect(server.requests).toHaveLength(4);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('rejected sessions are not kept', async () => {
    const server = await serve((_, response, nth) => json(response, nth <= 4 ? 500 : 400, {}));
    const delivery = deliveryTo(server.url, {}, { random: () => 1 });
    void delivery.deliver(manyPending(4));
    await until(delivery, (stats) => sum(stats.rejected) === 4);
    await delivery.shutdown(1_000);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('the next process', () => {
  it('sends what one that was shut down has left', async () => {
    const url = (await serve(() => {})).url;
    await closeServers();
    const first = deliveryTo(url);
    void first.deliver(manyPending(100));
    await first.shutdown(2_000);
    expect(first.stats()).toMatchObject({ accepted: 100, stored: 100, dropped: {} });

    const server = await serve((_, response) => json(response, 200, {}), Number(new URL(url).port));
    const second = deliveryTo(url);
    await until(second, (stats) => stats.delivered === 100);
    expect(second.stats()).toMatchObject({ accepted: 100, recovered: 100, stored: 0 });
    expect(arrived(server).sort()).toEqual(manyPending(100).map((_, index) => `s${index}`).sort());
  });

  it.each<[string, (owner: string) => void, boolean]>([
    ['whose owner has no lease', () => {}, true],
    ['whose lease is old', (owner) => leaveLease(directory, owner, 40), true],
    ['whose lease is from the future, since a clock was set back', (owner) => leaveLease(directory, owner, -40), true],
    ['but not one whose owner is alive', (owner) => leaveLease(directory, owner, 10), false],
    ['but not one whose owner’s clock is a little ahead', (owner) => leaveLease(directory, owner, -10), false],
  ])('takes a file %s', async (_, prepare, takes) => {
    const server = await taking();
    mkdirSync(directory);
    const owner = randomInstance();
    prepare(owner);
    leaveFile(directory, { url: server.url, sessions: ['a', 'b'], owner });
    const delivery = deliveryTo(server.url);
    if (takes) {
      await until(delivery, (stats) => stats.delivered === 2);
      await delivery.shutdown(1_000);
      expect(readdirSync(directory)).toEqual([]);
    } else {
      await sleep(500);
      await delivery.shutdown(1_000);
      expect(delivery.stats()).toMatchObject({ accepted: 0, recovered: 0 });
      expect(filesIn(directory)).toHaveLength(1);
    }
  });

  it('removes what a killed one has not finished writing', async () => {
    mkdirSync(directory);
    const owner = randomInstance();
    const name = leaveFile(directory, { url: NOBODY, sessions: ['a'], owner });
    renameSync(join(directory, name), join(directory, `${name}.tmp`));
    leaveLease(directory, owner, 60);
    const delivery = deliveryTo(NOBODY);
    await delivery.shutdown(500);
    expect(readdirSync(directory)).toEqual([]);
    expect(delivery.stats()).toMatchObject({ accepted: 0 });
  });

  it('leaves what is meant for another server', async () => {
    const server = await taking();
    mkdirSync(directory);
    leaveFile(directory, { url: 'https://elsewhere.example', sessions: ['secret'] });
    const delivery = deliveryTo(server.url);
    await sleep(300);
    await delivery.shutdown(500);
    expect(server.requests).toEqual([]);
    expect(filesIn(directory)).toHaveLength(1);
  });

  it('shares the work with others that start at the same time: each file is taken once', async () => {
    const server = await taking();
    mkdirSync(directory);
    const names = Array.from({ length: 200 }, (_, index) => `s${index}`);
    for (let index = 0; index < 200; index += 2) leaveFile(directory, { url: server.url, sessions: names.slice(index, index + 2) });
    const several = [deliveryTo(server.url), deliveryTo(server.url), deliveryTo(server.url)];
    for (const end = Date.now() + 10_000; server.requests.length < 200 && Date.now() < end; ) await sleep(10);
    await Promise.all(several.map((delivery) => delivery.shutdown(2_000)));
    expect(arrived(server).sort()).toEqual([...names].sort());
    const total = several.map((delivery) => delivery.stats());
    expect(total.reduce((all, { recovered }) => all + recovered, 0)).toBe(200);
    expect(total.reduce((all, { delivered }) => all + delivered, 0)).toBe(200);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('two processes at once', () => {
  it('send what is theirs', async () => {
    const url = (await serve(() => {})).url;
    await closeServers();
    const [a, b] = [deliveryTo(url), deliveryTo(url)];
    await Promise.all([a.deliver(manyPending(50, 'a')), b.deliver(manyPending(50, 'b'))]);
    const server = await serve((_, response) => json(response, 200, {}), Number(new URL(url).port));
    await Promise.all([until(a, (stats) => stats.delivered === 50), until(b, (stats) => stats.delivered === 50)]);
    expect(new Set(arrived(server)).size).toBe(100);
    expect(server.requests).toHaveLength(100);
  });

  it('lose nothing when one is taken for dead: it finds its files gone, and counts them as handed over', async () => {
    const url = (await serve(() => {})).url;
    await closeServers();
    const frozen = deliveryTo(url);
    await frozen.deliver(manyPending(50));
    for (const name of readdirSync(directory)) if (name.endsWith('.lease')) rmSync(join(directory, name));
    const other = deliveryTo(url);
    await until(other, (stats) => stats.recovered === 50);
    const server = await serve((_, response) => json(response, 200, {}), Number(new URL(url).port));
    await until(other, (stats) => stats.delivered === 50);
    const stats = await until(frozen, (now) => now.handedOver === 50);
    expect(stats).toMatchObject({ stored: 0, delivered: 0 });
    expect(new Set(arrived(server)).size).toBe(50);
    // And it goes on.
    await closeServers();
    expect(await frozen.deliver([pending('later')])).toMatchObject({ stored: 1 });
  });
});

describe('what should not be there', () => {
  it('a torn file gives what is whole of it, is set aside, and is said once', async () => {
    const server = await taking();
    mkdirSync(directory);
    for (const prefix of ['a', 'b']) leaveFile(directory, { url: server.url, sessions: [`${prefix}1`, `${prefix}2`, `${prefix}3`], content: `"${prefix}1"\n"${prefix}2"\n"${prefix}` });
    leaveFile(directory, { url: server.url, sessions: ['c'] });
    const delivery = deliveryTo(server.url);
    await until(delivery, (stats) => stats.delivered === 5);
    await delivery.shutdown(1_000);
    expect(delivery.stats()).toMatchObject({ accepted: 7, delivered: 5, dropped: { outbox_unreadable: 2 } });
    expect(arrived(server).sort()).toEqual(['a1', 'a2', 'b1', 'b2', 'c']);
    expect(readdirSync(directory).filter((name) => name.endsWith('.jsonl.unreadable'))).toHaveLength(2);
    expect(filesIn(directory)).toEqual([]);
    expect(codes()).toEqual(['HONEYHIVE_OUTBOX_DAMAGED']);
  });

  it.each<[string, string]>([
    ['empty', ''],
    ['full of zeros', '\0'.repeat(8)],
    ['larger than it says', `${'"a"\n'.repeat(100_000)}`],
  ])('a file that is %s holds nobody up', async (_, content) => {
    const server = await taking();
    mkdirSync(directory);
    leaveFile(directory, { url: server.url, sessions: ['a', 'b'], created: Date.now() - 1_000, content });
    leaveFile(directory, { url: server.url, sessions: ['good'] });
    const delivery = deliveryTo(server.url);
    await until(delivery, (stats) => stats.queued + stats.stored === 0 && stats.accepted === 3);
    expect(arrived(server)).toContain('good');
    expect(codes()).toEqual(['HONEYHIVE_OUTBOX_DAMAGED']);
  });

  it('a file that the disk would not give is left, and sent when it does', async () => {
    const server = await taking();
    mkdirSync(directory);
    leaveFile(directory, { url: server.url, sessions: ['a', 'b'] });
    // As in a process that has too many files open for a moment.
    jest.spyOn(Folder.prototype, 'read').mockRejectedValueOnce(Object.assign(new Error(), { code: 'EMFILE' }));
    const delivery = deliveryTo(server.url);
    await until(delivery, (stats) => stats.delivered === 2);
    expect(delivery.stats().dropped).toEqual({});
    expect(arrived(server).sort()).toEqual(['a', 'b']);
  });

  it('a session that takes more bytes on disk than maxPendingBytes is read again', async () => {
    let isWell = false;
    const server = await serve((_, response) => json(response, isWell ? 200 : 503, {}, { 'retry-after': '1' }));
    const delivery = deliveryTo(server.url, { maxPendingBytes: 100_000 });
    expect(await delivery.deliver([pending('語'.repeat(45_000), 90_000)])).toMatchObject({ stored: 1 });
    isWell = true;
    expect((await until(delivery, (stats) => stats.stored === 0)).delivered).toBe(1);
  });

  it('a directory with the name of a file holds nobody up', async () => {
    const server = await taking();
    mkdirSync(directory);
    const name = leaveFile(directory, { url: server.url, sessions: ['a', 'b'], created: Date.now() - 1_000 });
    rmSync(join(directory, name));
    mkdirSync(join(directory, name));
    leaveFile(directory, { url: server.url, sessions: ['good'] });
    const delivery = deliveryTo(server.url);
    await until(delivery, (stats) => stats.delivered === 1 && stats.stored === 0);
    expect(delivery.stats().dropped).toEqual({ outbox_unreadable: 2 });
    expect(codes()).toEqual(['HONEYHIVE_OUTBOX_DAMAGED']);
  });

  it('foreign files are left alone, and said once', async () => {
    mkdirSync(directory);
    writeFileSync(join(directory, 'notes.txt'), 'mine');
    writeFileSync(join(directory, 'more.jsonl'), 'mine too');
    writeFileSync(join(directory, '.gitkeep'), '');
    const delivery = deliveryTo(NOBODY);
    await delivery.deliver([pending('a')]);
    await delivery.shutdown(500);
    expect(readdirSync(directory).filter((name) => ['notes.txt', 'more.jsonl', '.gitkeep'].includes(name))).toHaveLength(3);
    expect(codes()).toEqual(['HONEYHIVE_OUTBOX_FOREIGN_FILE']);
  });
});

describe('the caps', () => {
  it('of bytes drop the oldest, and count them', async () => {
    const delivery = deliveryTo(NOBODY, { outboxMaxBytes: 10 * 4096 });
    for (let index = 0; index < 15; index += 1) expect(await delivery.deliver([pending(`s${index}`)])).toMatchObject({ stored: 1 });
    const stats = delivery.stats();
    expect(stats).toMatchObject({ accepted: 15, stored: 10, dropped: { outbox_full: 5 } });
    await delivery.shutdown(500);
    // One that was being tried as its turn came to go is spared.
    expect(sessionsIn(directory)).toHaveLength(10);
    expect(sessionsIn(directory)).toEqual(expect.arrayContaining(Array.from({ length: 8 }, (_, index) => `"s${index + 7}"`)));
  });

  it('of bytes hold for all who share the directory: who finds no room that is its own keeps its sessions in memory', async () => {
    mkdirSync(directory);
    const owner = randomInstance();
    leaveLease(directory, owner, 0);
    leaveFile(directory, { url: NOBODY, sessions: ['x'.repeat(9 * 4096)], owner });
    const delivery = deliveryTo(NOBODY, { outboxMaxBytes: 10 * 4096, exportTimeoutMillis: 1_500 });
    await sleep(100);
    expect(await delivery.deliver(manyPending(100))).toMatchObject({ stored: 0, deferred: 100 });
    expect(delivery.stats()).toMatchObject({ queued: 100, dropped: {} });
    expect(codes()).toEqual(['HONEYHIVE_OUTBOX_FULL']);
    expect(filesIn(directory)).toHaveLength(1);
  });

  it('of age drop what is too old, and count it', async () => {
    mkdirSync(directory);
    leaveFile(directory, { url: NOBODY, sessions: ['old', 'older'], created: Date.now() - 100_000 });
    leaveFile(directory, { url: NOBODY, sessions: ['young'] });
    const delivery = deliveryTo(NOBODY, { outboxMaxAgeMillis: 60_000 });
    await until(delivery, (stats) => stats.dropped['outbox_too_old'] === 2);
    expect(delivery.stats()).toMatchObject({ accepted: 3, recovered: 3, stored: 1 });
  });

  it('of age go by a steady clock: one that is set makes nothing old', async () => {
    const delivery = deliveryTo(NOBODY, { outboxMaxAgeMillis: 60_000 });
    const clock = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    expect(await delivery.deliver([pending('a')])).toMatchObject({ stored: 1 });
    clock.mockRestore();
    await sleep(6_000);
    expect(delivery.stats()).toMatchObject({ stored: 1, dropped: {} });
  });
});

describe('a disk that refuses', () => {
  const mountable = ((): boolean => {
    const place = mkdtempSync(join(tmpdir(), 'honeyhive-mount-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place], { stdio: 'ignore' });
      execFileSync('umount', [place], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  })();
  // Mounting takes root. Without it, a limit on the size of files is tested in test/integration/outbox.test.ts.
  const withDisk = mountable ? it : it.skip;

  const onDisk = async (options: string, test: () => Promise<void>): Promise<void> => {
    mkdirSync(directory);
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory]);
    try {
      await test();
    } finally {
      await Promise.all(deliveries.map((delivery) => delivery.shutdown(0)));
      execFileSync('umount', ['-l', directory]);
    }
  };

  withDisk('because it is full: what found room stays there, the rest waits in memory, and nothing is lost', () =>
    onDisk('size=64k', async () => {
      const url = (await serve(() => {})).url;
      await closeServers();
      const delivery = deliveryTo(url, { exportTimeoutMillis: 1_500 });
      const reports = [];
      for (let round = 0; round < 10; round += 1) reports.push(await delivery.deliver(manyPending(10, `${'x'.repeat(1_000)}${round}-`)));
      const stored = reports.reduce((all, report) => all + report.stored, 0);
      expect(stored).toBeGreaterThanOrEqual(20);
      expect(stored).toBeLessThan(100);
      expect(reports.reduce((all, report) => all + report.deferred, 0)).toBe(100 - stored);
      expect(delivery.stats()).toMatchObject({ stored, queued: 100 - stored, dropped: {} });
      expect(codes()).toEqual(['HONEYHIVE_OUTBOX_UNUSABLE']);
      expect(String(warnings.mock.calls[0]![0])).toContain('ENOSPC');
      expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);

      const server = await serve((_, response) => json(response, 200, {}), Number(new URL(url).port));
      await until(delivery, (stats) => stats.delivered === 100);
      expect(new Set(arrived(server)).size).toBe(100);
    }),
    20_000,
  );

  withDisk('because it is read-only', () =>
    onDisk('ro', async () => {
      const delivery = deliveryTo(NOBODY, { exportTimeoutMillis: 1_500 });
      expect(await delivery.deliver(manyPending(10))).toMatchObject({ stored: 0, deferred: 10 });
      expect(codes()).toEqual(['HONEYHIVE_OUTBOX_UNUSABLE']);
    }),
  );

  it('because there is no directory and none can be made', async () => {
    writeFileSync(directory, 'a file');
    const server = await serve((_, response, nth) => json(response, nth <= 4 ? 500 : 200, {}));
    const delivery = deliveryTo(server.url);
    expect(await delivery.deliver(manyPending(10))).toMatchObject({ stored: 0, delivered: 10 });
    expect(codes()).toEqual(['HONEYHIVE_OUTBOX_UNUSABLE']);
  });

  it('and takes sessions again later is used again', async () => {
    let offset = 0;
    const now = (): number => performance.timeOrigin + performance.now() + offset;
    writeFileSync(directory, 'a file');
    const delivery = deliveryTo(NOBODY, { exportTimeoutMillis: 1_500 }, { now });
    expect(await delivery.deliver(manyPending(10))).toMatchObject({ stored: 0, deferred: 10 });
    rmSync(directory);
    offset = 11_000;
    expect(await delivery.deliver([pending('later')])).toMatchObject({ stored: 1 });
    await until(delivery, (stats) => stats.stored === 11);
    expect(sessionsIn(directory)).toHaveLength(11);
  });

  it('because somebody has deleted the directory gets a new one', async () => {
    const delivery = deliveryTo(NOBODY);
    await delivery.deliver([pending('a')]);
    rmSync(directory, { recursive: true });
    expect(await delivery.deliver([pending('b')])).toMatchObject({ stored: 1 });
    expect(sessionsIn(directory)).toEqual(['"b"']);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });
});

describe('a backlog', () => {
  const leaveBacklog = (url: string, files: number, perFile: number): string[] => {
    mkdirSync(directory);
    const names = Array.from({ length: files * perFile }, (_, index) => `old${index}`);
    for (let index = 0; index < files; index += 1) {
      leaveFile(directory, { url, sessions: names.slice(index * perFile, (index + 1) * perFile), created: Date.now() - files + index });
    }
    return names;
  };

  it('is never in memory as a whole', async () => {
    const server = await taking();
    const names = leaveBacklog(server.url, 100, 50);
    const delivery = deliveryTo(server.url, { maxConcurrency: 4 });
    let most = 0;
    await until(delivery, (stats) => {
      most = Math.max(most, stats.pendingBytes);
      return stats.delivered === names.length;
    });
    // Sixteen are asked for at a time, and a file has fifty, of two bytes a character.
    expect(most).toBeLessThanOrEqual((4 * 4 + 50) * 9 * 2);
    expect(new Set(arrived(server))).toEqual(new Set(names));
    expect(server.requests).toHaveLength(names.length);
  }, 30_000);

  it('leaves half of the lanes to fresh sessions', async () => {
    let stuck = 0;
    let mostStuck = 0;
    const server = await serve((request, response) => {
      if (!request.body.includes('old')) return json(response, 200, {});
      stuck += 1;
      mostStuck = Math.max(mostStuck, stuck);
      setTimeout(() => {
        stuck -= 1;
        json(response, 200, {});
      }, 300);
    });
    leaveBacklog(server.url, 2, 50);
    const delivery = deliveryTo(server.url, { maxConcurrency: 4 });
    // While there are none, it leaves them a lane.
    await until(delivery, (stats) => stats.inFlight === 3);
    expect(await delivery.deliver(manyPending(50, 'new'))).toMatchObject({ delivered: 50, stored: 0 });
    expect(mostStuck).toBeLessThanOrEqual(3);
  });

  it('goes on past a session that fails for ever, which stays on disk', async () => {
    const server = await serve((request, response) => json(response, request.body.includes('"old7"') ? 500 : 200, {}));
    leaveBacklog(server.url, 20, 5);
    const delivery = deliveryTo(server.url, { maxConcurrency: 4 });
    await until(delivery, (stats) => stats.delivered === 99);
    await delivery.shutdown(1_500);
    expect(delivery.stats()).toMatchObject({ accepted: 100, stored: 1, queued: 0, dropped: {} });
    expect(sessionsIn(directory)).toContain('"old7"');
    expect(filesIn(directory)).toHaveLength(1);
    const others = arrived(server).filter((name) => name !== 'old7');
    expect(new Set(others).size).toBe(others.length);
  });

  it('is not thrown at a server that fails all of it, and is sent as soon as that is well', async () => {
    let isWell = false;
    const server = await serve((_, response) => json(response, isWell ? 200 : 500, {}));
    leaveBacklog(server.url, 50, 10);
    const delivery = deliveryTo(server.url, { maxConcurrency: 4 }, { random: () => 1 });
    await sleep(1_200);
    // Five in a row, with what was under way meanwhile; then one after half a second, one after another, ...
    expect(server.requests.length).toBeGreaterThan(0);
    expect(server.requests.length).toBeLessThanOrEqual(8 + 2);
    expect(delivery.stats()).toMatchObject({ accepted: 500, dropped: {}, pausedUntil: expect.any(Number) });
    isWell = true;
    await until(delivery, (stats) => stats.delivered === 500);
  });

  it('with one session that fails for ever pauses nothing, however often that is tried', async () => {
    const server = await serve((_, response) => json(response, 500, {}));
    leaveBacklog(server.url, 1, 1);
    let asleep = 0;
    const delivery = deliveryTo(server.url, {}, { wall: () => Date.now() + asleep });
    for (let tries = 1; tries <= 8; tries += 1) {
      await until(delivery, ({ inFlight }) => server.requests.length === tries && inFlight === 0);
      expect(delivery.stats()).toMatchObject({ stored: 1, pausedUntil: undefined });
      // It has rested, and has lanes look.
      asleep += 3_600_000;
      void delivery.deliver([{ bytes: 1, serialize: () => ({ kind: 'declined' }) }]);
    }
  });

  it('that rests has rested when a frozen process wakes up', async () => {
    const server = await serve((_, response, nth) => (nth === 1 ? json(response, 500, {}, { 'retry-after': '3600' }) : json(response, 200, {})));
    leaveBacklog(server.url, 1, 1);
    let asleep = 0;
    const delivery = deliveryTo(server.url, {}, { wall: () => Date.now() + asleep });
    while (server.requests.length < 1) await sleep(5);
    expect(await delivery.deliver([pending('fresh')])).toMatchObject({ delivered: 1 });
    await sleep(1_200);
    expect(delivery.stats()).toMatchObject({ delivered: 1, stored: 1, pendingBytes: 0 });
    asleep = 2 * 3_600_000;
    expect(await delivery.deliver([pending('after')])).toMatchObject({ delivered: 1 });
    await until(delivery, (stats) => stats.delivered === 3);
  });

  it('waits through a pause, and is sent after it', async () => {
    const url = (await serve(() => {})).url;
    await closeServers();
    leaveBacklog(url, 4, 25);
    const delivery = deliveryTo(url);
    await until(delivery, (stats) => stats.pausedUntil !== undefined);
    const server = await serve((_, response) => json(response, 200, {}), Number(new URL(url).port));
    await until(delivery, (stats) => stats.delivered === 100);
    expect(new Set(arrived(server)).size).toBe(100);
  });
});

describe('shutdown', () => {
  it('while the server hangs ends in its time with all of it on disk', async () => {
    const server = await serve(() => {});
    const delivery = deliveryTo(server.url);
    const report = delivery.deliver(manyPending(100));
    while (server.requests.length < 4) await sleep(5);
    const began = Date.now();
    await delivery.shutdown(800);
    expect(Date.now() - began).toBeLessThan(3_000);
    expect(await report).toMatchObject({ stored: 100, dropped: {} });
    expect(delivery.stats()).toMatchObject({ stored: 100, queued: 0, inFlight: 0, pendingBytes: 0 });
    expect(sessionsIn(directory)).toHaveLength(100);
    expect(readdirSync(directory).filter((name) => name.endsWith('.lease'))).toEqual([]);
  });

  it('sends the backlog as far as its time allows', async () => {
    const server = await serve((_, response) => setTimeout(() => json(response, 200, {}), 20));
    mkdirSync(directory);
    const names = Array.from({ length: 2_000 }, (_, index) => `old${index}`);
    for (let index = 0; index < 2_000; index += 20) leaveFile(directory, { url: server.url, sessions: names.slice(index, index + 20) });
    const delivery = deliveryTo(server.url);
    const began = Date.now();
    await delivery.shutdown(1_000);
    expect(Date.now() - began).toBeLessThan(3_000);
    const { delivered, stored, accepted } = delivery.stats();
    expect(delivered).toBeGreaterThan(10);
    expect(stored).toBeGreaterThan(0);
    expect(accepted).toBe(2_000);
    expect(new Set([...arrived(server), ...sessionsIn(directory).map((text) => JSON.parse(text) as string)])).toEqual(new Set(names));
  });

  it('ends in its time when the disk never answers', async () => {
    const server = await serve(() => {});
    const delivery = deliveryTo(server.url);
    await sleep(50);
    const write = jest.spyOn(Folder.prototype, 'publish').mockImplementation(() => new Promise(() => {}));
    const report = delivery.deliver(manyPending(10));
    const began = Date.now();
    await delivery.shutdown(800);
    expect(Date.now() - began).toBeLessThan(2_000);
    expect(write).toHaveBeenCalledTimes(1);
    expect(await report).toMatchObject({ dropped: { shutdown: 10 } });
  });

  it('leaves to the next process what a slow disk has written too late', async () => {
    const server = await serve((_, response) => json(response, 500, {}));
    const publish = Folder.prototype.publish;
    jest.spyOn(Folder.prototype, 'publish').mockImplementation(async function (this: Folder, ...given) {
      await sleep(600);
      await publish.apply(this, given);
    });
    const delivery = deliveryTo(server.url);
    void delivery.deliver(manyPending(10));
    await delivery.shutdown(200);
    expect(delivery.stats().dropped).toEqual({ shutdown: 10 });
    await sleep(1_000);
    expect(sessionsIn(directory)).toHaveLength(10);
  });

  it('with a backlog and a server that is down does not wait', async () => {
    mkdirSync(directory);
    leaveFile(directory, { url: NOBODY, sessions: ['a'] });
    const delivery = deliveryTo(NOBODY, {}, { random: () => 1 });
    await delivery.deliver([pending('b')]);
    const began = Date.now();
    await delivery.shutdown(400);
    expect(Date.now() - began).toBeLessThan(3_000);
    expect(sessionsIn(directory).sort()).toEqual(['"a"', '"b"']);
  });
});

it('the last flush leaves the files to others, and they are taken back if the process goes on', async () => {
  const delivery = deliveryTo(NOBODY);
  const leases = (): string[] => readdirSync(directory).filter((name) => name.endsWith('.lease'));
  void delivery.deliver(manyPending(20));
  await delivery.flushLast(400);
  expect(sessionsIn(directory)).toHaveLength(20);
  expect(leases()).toEqual([]);
  await until(delivery, () => leases().length === 1);
  expect(delivery.stats()).toMatchObject({ stored: 20, handedOver: 0 });
});

it('a shutdown during the last flush takes over from it', async () => {
  const server = await serve((_, response) => json(response, 503, {}, { 'retry-after': '1' }));
  const delivery = deliveryTo(server.url);
  await delivery.deliver(manyPending(20));
  const flushed = delivery.flushLast(5_000);
  await sleep(100);
  const began = Date.now();
  await delivery.shutdown(1_000);
  await flushed;
  expect(Date.now() - began).toBeLessThan(3_000);
  expect(sessionsIn(directory)).toHaveLength(20);
  expect(readdirSync(directory).filter((name) => name.endsWith('.lease'))).toEqual([]);
});

it('a flush resolves with what it could not send on disk', async () => {
  const server = await serve(() => {});
  const delivery = deliveryTo(server.url);
  void delivery.deliver(manyPending(20));
  expect(await delivery.flush(400)).toBe(false);
  expect(sessionsIn(directory)).toHaveLength(20);
});

it('a batch whose time is shorter than our patience is stored before it is answered', async () => {
  const server = await serve(() => {});
  const delivery = deliveryTo(server.url, { exportTimeoutMillis: 200 });
  expect(await delivery.deliver(manyPending(20))).toMatchObject({ stored: 20, deferred: 0 });
  expect(sessionsIn(directory)).toHaveLength(20);
});

it('sessions that would push each other out of memory go to disk instead', async () => {
  const server = await serve(() => {});
  const delivery = deliveryTo(server.url, { maxPendingSessions: 200, maxConcurrency: 2 });
  for (let round = 0; round < 40; round += 1) {
    void delivery.deliver(manyPending(25, `${round}-`));
    await sleep(10);
  }
  const stats = await until(delivery, ({ stored }) => stored === 1_000);
  expect(stats.dropped).toEqual({});
});

describe('tracing', () => {
  const provider = new NodeTracerProvider();
  beforeAll(() => provider.register());
  afterAll(async () => {
    await provider.shutdown();
    context.disable();
  });

  it('is suppressed for sessions that are serialised for the disk', async () => {
    const seen: boolean[] = [];
    const delivery = deliveryTo(NOBODY, { maxConcurrency: 1 });
    await provider.getTracer('test').startActiveSpan('caller', async (span) => {
      await delivery.deliver(
        Array.from({ length: 10 }, (_, index) => ({
          bytes: 1,
          serialize: () => {
            seen.push(isTracingSuppressed(context.active()));
            return JSON.stringify(index);
          },
        })),
      );
      span.end();
    });
    expect(seen).toEqual(Array.from({ length: 10 }, () => true));
  });

  it('is suppressed for those that a flush has written too', async () => {
    const seen: boolean[] = [];
    const server = await serve(() => {});
    const delivery = deliveryTo(server.url, { maxConcurrency: 1 });
    await provider.getTracer('test').startActiveSpan('caller', async (span) => {
      const serialize = (): string => (seen.push(isTracingSuppressed(context.active())), '"s"');
      void delivery.deliver(Array.from({ length: 10 }, () => ({ bytes: 1, serialize })));
      await delivery.flush(400);
      span.end();
    });
    expect(seen).toEqual(Array.from({ length: 10 }, () => true));
  });
});

it('uses the directory that was meant when it was made', async () => {
  const before = process.cwd();
  const elsewhere = dirname(directory);
  chmodSync(elsewhere, 0o755);
  process.chdir(elsewhere);
  const delivery = deliveryTo(NOBODY, { outboxDirectory: 'relative' });
  process.chdir(before);
  await delivery.deliver([pending('a')]);
  expect(existsSync(join(elsewhere, 'relative'))).toBe(true);
});
