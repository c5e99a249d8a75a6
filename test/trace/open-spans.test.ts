import { OpenSpans } from '../../src/trace/open-spans.js';

describe('OpenSpans', () => {
  it('forgets the trace that started first when there are too many', () => {
    const spans = new OpenSpans<true>(2);
    for (const trace of ['a', 'b', 'c']) spans.start(trace, '1', undefined, false);
    expect(['a', 'b', 'c'].filter((trace) => spans.has(trace))).toEqual(['b', 'c']);
  });

  it('never forgets a root that is held, and forgets what started after it in its place', () => {
    const spans = new OpenSpans<true>(3);
    spans.start('held', '1', undefined, false)!.entry.held = true;
    for (let trace = 0; trace < 1_000; trace += 1) spans.start(`${trace}`, '1', undefined, false);
    expect([spans.size, spans.has('held'), spans.has('999')]).toEqual([3, true, true]);
  });

  it('comes back to its bound when many were held', () => {
    const spans = new OpenSpans<true>(3);
    const held = Array.from({ length: 20 }, (_, trace) => {
      const { entry } = spans.start(`held ${trace}`, '1', undefined, false)!;
      entry.held = true;
      return entry;
    });
    expect(spans.size).toBe(20);
    for (const entry of held) entry.held = undefined;
    for (let trace = 0; trace < 20; trace += 1) spans.start(`${trace}`, '1', undefined, false);
    expect(spans.size).toBe(3);
  });
});
