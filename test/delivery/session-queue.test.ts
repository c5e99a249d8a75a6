import fc from 'fast-check';
import { Batch } from '../../src/delivery/batch.js';
import { SessionQueue, type QueuedSession } from '../../src/delivery/session-queue.js';
import { pending } from './support/settings.js';

const ALL = 1_000;

function queueWith(count: number): { queue: SessionQueue; batch: Batch; sessions: QueuedSession[] } {
  const queue = new SessionQueue();
  const batch = new Batch(0, 1_000);
  const sessions = Array.from({ length: count }, (_, index) => queue.add(pending(`s${index}`, 10), batch, index));
  return { queue, batch, sessions };
}

/** Makes backlog of all that is fresh. */
function tryAll(queue: SessionQueue): void {
  const taken: QueuedSession[] = [];
  for (let next = queue.take(ALL); next !== undefined; next = queue.take(ALL)) taken.push(next);
  for (const session of taken) queue.giveBack(session, undefined);
}

describe('SessionQueue', () => {
  it('gives fresh sessions in their order', () => {
    const { queue, sessions } = queueWith(3);
    expect([queue.take(ALL), queue.take(ALL), queue.take(ALL), queue.take(ALL)]).toEqual([...sessions, undefined]);
  });

  it('lets fresh and backlog take turns', () => {
    const { queue, batch } = queueWith(3);
    tryAll(queue);
    for (let index = 0; index < 3; index += 1) queue.add(pending('fresh'), batch, 9);
    const turns = Array.from({ length: 6 }, () => queue.take(ALL)?.backlog);
    expect(turns).toEqual([true, false, true, false, true, false]);
  });

  it('gives the backlog no more lanes than it may have', () => {
    const { queue } = queueWith(3);
    tryAll(queue);
    expect([queue.take(2)?.backlog, queue.take(2)?.backlog, queue.take(2)]).toEqual([true, true, undefined]);
  });

  it('counts a session as backlog that is deferred while a lane has it', () => {
    const { queue, sessions } = queueWith(2);
    const [first, second] = sessions as [QueuedSession, QueuedSession];
    queue.take(ALL);
    queue.defer(first);
    queue.defer(second);
    expect(queue.take(1)).toBeUndefined();
    queue.remove(first);
    expect(queue.take(1)).toBe(second);
  });

  it('keeps a delayed session until it is due', () => {
    const { queue } = queueWith(1);
    const session = queue.take(ALL) as QueuedSession;
    queue.giveBack(session, 500);
    expect(queue.nextDue).toBe(500);
    queue.wake(499);
    expect(queue.take(ALL)).toBeUndefined();
    queue.wake(500);
    expect(queue.take(ALL)).toBe(session);
  });

  it('finds the oldest that no lane has, however often it was tried', () => {
    const { queue, sessions } = queueWith(3);
    queue.take(ALL);
    expect(queue.oldestWaiting()).toBe(sessions[1]);
    queue.giveBack(sessions[0] as QueuedSession, 500);
    expect(queue.oldestWaiting()).toBe(sessions[0]);
  });

  it('counts bytes by the text once there is one, and lets go what it came from', () => {
    const { queue } = queueWith(2);
    const session = queue.take(ALL) as QueuedSession;
    queue.serialized(session, 'x'.repeat(100));
    expect(queue.bytes).toBe(210);
    expect(session.source).toBeUndefined();
    queue.remove(session);
    expect(queue.bytes).toBe(10);
    expect(session.text).toBeUndefined();
  });

  it('keeps its counts right through any sequence of steps', () => {
    const step = fc.record({ action: fc.constantFrom('add', 'take', 'back', 'delay', 'defer', 'wake', 'remove'), pick: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new SessionQueue();
        const batch = new Batch(0, 1);
        const live: QueuedSession[] = [];
        for (const { action, pick } of steps) {
          const lanes = live.filter((session) => session.place === 'in_flight');
          const lane = lanes[pick % Math.max(lanes.length, 1)];
          const any = live[pick % Math.max(live.length, 1)];
          if (action === 'add') live.push(queue.add(pending('s', 10), batch, 0));
          else if (action === 'take') queue.take(2);
          else if (action === 'back' && lane) queue.giveBack(lane, undefined);
          else if (action === 'delay' && lane) queue.giveBack(lane, pick % 10);
          else if (action === 'defer' && any?.batch) queue.defer(any);
          else if (action === 'wake') queue.wake(pick % 10);
          else if (action === 'remove' && any) {
            queue.remove(any);
            live.splice(live.indexOf(any), 1);
          }
          const inFlight = live.filter((session) => session.place === 'in_flight');
          expect([queue.size, queue.inFlight, queue.bytes]).toEqual([live.length, inFlight.length, live.length * 10]);
          expect(queue.oldestWaiting()).toBe(live.find((session) => session.place !== 'in_flight'));
          expect(batch.inFlight).toBe(inFlight.filter((session) => session.batch).length);
        }
        // All can still be had: nothing was lost between the places.
        for (const session of live.filter(({ place }) => place === 'in_flight')) queue.giveBack(session, undefined);
        queue.wake(Infinity);
        const taken = new Set<QueuedSession>();
        for (let next = queue.take(ALL); next !== undefined; next = queue.take(ALL)) taken.add(next);
        expect(taken.size).toBe(live.length);
      }),
    );
  });

  it('takes a session back from disk as the youngest of the backlog, ready to be sent', () => {
    const { queue } = queueWith(1);
    const copy = { file: {} as never, line: 0, restored: true };
    const restored = queue.restore('"text"', copy, 50);
    expect(restored).toMatchObject({ copy, text: '"text"', batch: undefined, source: undefined, backlog: true, place: 'ready', acceptedAt: 50, sequence: 1 });
    expect(queue).toMatchObject({ size: 2, bytes: 10 + 12, backlogReady: 1 });
    expect([queue.take(ALL), queue.take(ALL)].map((session) => session?.backlog)).toEqual([true, false]);
    expect(queue.oldestNode?.next?.value).toBe(restored);
  });
});
