import { ReasonCounts } from '../../src/delivery/reason-counts.js';

describe('ReasonCounts', () => {
  it('counts by reason', () => {
    const counts = new ReasonCounts();
    for (const reason of ['a', 'b', 'a']) counts.add(reason);
    expect(counts.toRecord()).toEqual({ a: 2, b: 1 });
  });

  it('keeps at most 50 reasons and puts the rest under other', () => {
    const counts = new ReasonCounts();
    for (let index = 0; index < 200; index += 1) counts.add(`reason_${index}`);
    counts.add('reason_0');
    const record = counts.toRecord();
    expect(Object.keys(record)).toHaveLength(51);
    expect(record['other']).toBe(150);
    expect(record['reason_0']).toBe(2);
  });
});
