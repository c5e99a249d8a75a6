import { RecentMap } from '../../src/collections/recent-map.js';

const filled = (from: number, to: number, map: RecentMap<number>): RecentMap<number> => {
  for (let index = from; index < to; index += 1) map.set(`${index}`, index);
  return map;
};

describe('a map of what was used last', () => {
  it('knows so many at least, and twice as many at most', () => {
    const map = filled(0, 1_000, new RecentMap<number>(10));
    for (let index = 990; index < 1_000; index += 1) expect(map.get(`${index}`)).toBe(index);
    const known = Array.from({ length: 1_000 }, (_, index) => filled(0, 1_000, new RecentMap<number>(10)).get(`${index}`)).filter((value) => value !== undefined);
    expect(known.length).toBeLessThanOrEqual(20);
  });

  it('keeps what is asked for, whatever comes', () => {
    const map = new RecentMap<number>(10);
    map.set('kept', -1);
    for (let index = 0; index < 1_000; index += 1) {
      map.set(`${index}`, index);
      expect(map.get('kept')).toBe(-1);
    }
  });

  it('knows nothing of others, and the last word on each', () => {
    const map = new RecentMap<number>(2);
    expect(map.get('a')).toBeUndefined();
    map.set('a', 1);
    filled(0, 2, map);
    map.set('a', 2);
    expect(map.get('a')).toBe(2);
  });
});
