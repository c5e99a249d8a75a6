import { mkdirSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Folder } from '../../../src/delivery/outbox/folder.js';
import { isAbandoned, Lease, RENEW_MILLIS, STALE_MILLIS } from '../../../src/delivery/outbox/lease.js';
import { outboxPath, removeDirectories } from './support/directory.js';

afterEach(removeDirectories);

describe('an owner', () => {
  const now = 1_795_000_000_000;

  it.each<[string, number | undefined, boolean]>([
    ['without a lease is gone', undefined, true],
    ['who has just renewed it is not', now, false],
    ['who has not for as long as is allowed is not', now - STALE_MILLIS, false],
    ['who has not for longer is', now - STALE_MILLIS - 1, true],
    ['whose clock is ahead is not', now + STALE_MILLIS, false],
    ['who would have to be from the future is', now + STALE_MILLIS + 1, true],
  ])('%s', (_, renewed, abandoned) => expect(isAbandoned(renewed, now)).toBe(abandoned));

  it('of whom the time is not known is not', () => expect(isAbandoned(now, Number.NaN)).toBe(false));

  it('may miss several renewals', () => expect(RENEW_MILLIS * 5).toBeLessThanOrEqual(STALE_MILLIS));
});

describe('a lease', () => {
  const make = (): { path: string; lease: Lease } => {
    const path = outboxPath();
    mkdirSync(path);
    return { path, lease: new Lease('0123456789abcdef', new Folder(path)) };
  };

  it('is there from when it is taken until it is released, and then never again', async () => {
    const { path, lease } = make();
    await lease.renew();
    expect(readdirSync(path)).toEqual([]);
    await lease.take();
    expect(readdirSync(path)).toEqual(['0123456789abcdef.lease']);
    expect(statSync(join(path, '0123456789abcdef.lease')).mode & 0o777).toBe(0o600);
    await lease.release();
    await lease.take();
    await lease.renew();
    expect(await lease.time()).toBeNaN();
    expect(readdirSync(path)).toEqual([]);
  });

  it('that was let go may be taken again', async () => {
    const { path, lease } = make();
    await lease.take();
    await lease.letGo();
    await lease.renew();
    expect(readdirSync(path)).toEqual([]);
    await lease.take();
    expect(readdirSync(path)).toEqual(['0123456789abcdef.lease']);
  });

  it('tells the time by renewing itself', async () => {
    const { path, lease } = make();
    await lease.take();
    utimesSync(join(path, '0123456789abcdef.lease'), 1, 1);
    expect(Math.abs((await lease.time()) - Date.now())).toBeLessThan(10_000);
  });
});
