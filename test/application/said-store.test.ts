import { SaidStore } from '../../src/application/said-store.js';

const said = (entries: Record<string, unknown>): Map<string, unknown> => new Map(Object.entries(entries));

describe('what the application has said', () => {
  it('is given once; of two that say the same field the later one counts', () => {
    const store = new SaidStore({ maxSessions: 2, maxBytes: 10_000, maxSessionBytes: 9_000 });
    store.add('a', said({ x: 1, y: 1 }));
    store.add('a', said({ y: 2 }));
    expect(store.get('a')).toEqual(said({ x: 1, y: 2 }));
    expect(store.take('a')).toEqual(said({ x: 1, y: 2 }));
    expect([store.take('a'), store.size]).toEqual([undefined, 0]);
  });

  it('is forgotten, the oldest first, past so many sessions', () => {
    const store = new SaidStore({ maxSessions: 2, maxBytes: 10_000, maxSessionBytes: 9_000 });
    for (const key of ['a', 'b', 'c']) store.add(key, said({ key }));
    expect(['a', 'b', 'c'].map((key) => store.get(key)?.get('key'))).toEqual([undefined, 'b', 'c']);
  });

  it('is forgotten, the oldest first, past so many bytes, however they came', () => {
    const store = new SaidStore({ maxSessions: 100, maxBytes: 10_000, maxSessionBytes: 9_000 });
    store.add('a', said({ x: 1 }));
    store.add('b', said({ x: 1 }));
    for (let times = 0; times < 100; times += 1) store.add('b', said({ x: 'y'.repeat(4_000) }));
    expect(store.size).toBe(2);
    store.add('c', said({ x: 'y'.repeat(4_000) }));
    expect(['a', 'b', 'c'].map((key) => store.get(key)?.size)).toEqual([undefined, undefined, 1]);
  });

  it('is no more of one session than can be sent', () => {
    const store = new SaidStore({ maxSessions: 100, maxBytes: 100_000, maxSessionBytes: 9_000 });
    store.add('a', said({ x: 'x'.repeat(4_000), y: 'y'.repeat(4_000), z: 1 }));
    expect([...store.get('a')!.keys()]).toEqual(['x', 'z']);
  });
});
