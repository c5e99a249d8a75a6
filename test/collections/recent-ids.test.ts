import fc from 'fast-check';
import { RecentIds } from '../../src/collections/recent-ids.js';

describe('the ids that were added last', () => {
  it('are so many at least, and twice as many at most', () => {
    const ids = new RecentIds(10);
    for (let index = 0; index < 1_000; index += 1) {
      ids.add(`${index}`);
      for (let last = Math.max(0, index - 9); last <= index; last += 1) expect(ids.has(`${last}`)).toBe(true);
    }
    expect(Array.from({ length: 1_000 }, (_, index) => ids.has(`${index}`)).filter((known) => known).length).toBeLessThanOrEqual(20);
  });

  it('are told from all others, also those that end alike', () => {
    const id = fc.tuple(fc.constantFrom('a', 'b', '0'.repeat(26)), fc.constantFrom('000001', '000002', '', 'é', 'ffffff')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(id), id, (added, asked) => {
        const ids = new RecentIds(100);
        for (const one of added) ids.add(one);
        expect(ids.has(asked)).toBe(added.includes(asked));
      }),
    );
  });

  it('are known, the last of them, when very many end alike', () => {
    const ids = new RecentIds(10_000);
    const idOf = (index: number): string => `${10_000 + index} alike`;
    for (let index = 0; index < 10_000; index += 1) ids.add(idOf(index));
    for (let index = 9_950; index < 10_000; index += 1) expect(ids.has(idOf(index))).toBe(true);
    expect([ids.has(idOf(0)), ids.has(idOf(10_000))]).toEqual([false, false]);
  });

  it('are known however many came before them', () => {
    const ids = new RecentIds(1);
    for (let index = 0; index < 1_000; index += 1) {
      ids.add(`${index}`);
      expect([ids.has(`${index}`), ids.has(`${index - 2}`), ids.has('never')]).toEqual([true, false, false]);
    }
  });
});
