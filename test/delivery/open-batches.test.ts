import { OpenBatches } from '../../src/delivery/open-batches.js';
import { type QueuedSession, SessionQueue } from '../../src/delivery/session-queue.js';
import { pending } from './support/settings.js';

const COPY = { file: {} as never, line: 0, restored: false };

function batchOf(count: number, storeFirst?: (before: number) => Promise<void>) {
  const queue = new SessionQueue();
  const batches = new OpenBatches(queue, 20, () => 0, storeFirst);
  const batch = batches.create(0);
  const sessions = Array.from({ length: count }, (_, index) => queue.add(pending(`s${index}`), batch, 0));
  for (const session of sessions) batch.add(session);
  batches.open(batch);
  const store = (session: QueuedSession): void => {
    session.copy = COPY;
    batches.sessionStored(session);
  };
  return { queue, batches, batch, sessions, store };
}

describe('a batch whose sessions go to the outbox', () => {
  it('is answered as soon as the last of them is there', async () => {
    const { batch, batches, sessions, store } = batchOf(2);
    for (const session of sessions) store(session);
    expect(await batch.answered).toMatchObject({ stored: 2, deferred: 0, failedSpans: {} });
    expect(batches.deferred).toBe(0);
  });

  it('does not count as failed, at its deadline, one that is there and that a lane still has', async () => {
    const { batch, batches, queue, sessions, store } = batchOf(2);
    queue.take(9);
    store(sessions[0]!);
    expect(await batch.answered).toMatchObject({ stored: 1, deferred: 1, failedSpans: { deferred: 1 } });
    expect(batches.deferred).toBe(1);
  });

  it('is given a last chance at its deadline', async () => {
    const asked: number[] = [];
    const made = batchOf(2, async (before) => {
      asked.push(before);
      for (const session of made.sessions) made.store(session);
    });
    expect(await made.batch.answered).toMatchObject({ stored: 2, deferred: 0 });
    expect(asked).toEqual([2]);
  });

  it('that was answered without them has no deferred ones any more when they are stored later', async () => {
    const { batch, batches, sessions, store } = batchOf(2);
    expect(await batch.answered).toMatchObject({ deferred: 2 });
    for (const session of sessions) store(session);
    expect(batches.deferred).toBe(0);
  });
});
