import type { StartedSpanLike } from '../../src/span/readable-span.js';
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

describe('a span that ends at once and has something to say', () => {
  it('leaves no place behind, and its parent is told', () => {
    const spans = new OpenSpans<true>(2);
    spans.start('t', 'root', undefined, false);
    spans.startBelow('t', 'a', 'root');
    expect([spans.passBelow('t', 'a'), spans.passBelow('t', 'b'), spans.passBelow('other', 'root')]).toEqual([true, false, false]);
    expect([spans.entryOf('t', 'root')!.openBelow, spans.endSilent('t', 'a', 'root')]).toEqual([1, undefined]);
  });
});

describe('a span that ends and has nothing to say', () => {
  const counted: [string, string, number][] = [];
  let spans: OpenSpans<true>;

  beforeEach(() => {
    counted.length = 0;
    spans = new OpenSpans<true>(2, (...given) => counted.push(given));
    spans.start('t', 'root', undefined, false);
  });

  const root = (): number => spans.entryOf('t', 'root')!.silentBelow;

  it('is counted by its parent, with what is below it', () => {
    for (const [span, parent] of [['a', 'root'], ['b', 'a'], ['c', 'b']] as const) expect(spans.startBelow('t', span, parent)?.spanId).toBe('root');
    for (const [span, parent] of [['c', 'b'], ['b', 'a'], ['a', 'root']] as const) expect(spans.endSilent('t', span, parent)?.spanId).toBe('root');
    expect([root(), spans.entryOf('t', 'root')!.openBelow]).toEqual([3, 0]);
  });

  it('is counted among many that are open, in whatever order they end', () => {
    const ids = Array.from({ length: 50 }, (_, index) => `s${index}`);
    for (const id of ids) spans.startBelow('t', id, 'root');
    for (const [index, id] of ids.entries()) if (index % 2 === 0) spans.endSilent('t', id, 'root');
    expect([root(), spans.entryOf('t', 'root')!.openBelow]).toEqual([25, 25]);
    for (const [index, id] of ids.entries()) if (index % 2 === 1) expect(spans.end('t', id)?.spanId).toBe(id);
    expect([root(), spans.entryOf('t', 'root')!.openBelow]).toEqual([25, 0]);
  });

  it('is not when its parent has ended, or its start was not seen', () => {
    spans.startBelow('t', 'a', 'root');
    spans.startBelow('t', 'b', 'a');
    spans.end('t', 'a');
    expect([spans.endSilent('t', 'b', 'a'), spans.endSilent('t', 'x', 'root'), spans.endSilent('other', 'x', 'root'), root()]).toEqual([undefined, undefined, undefined, 0]);
    expect(spans.end('t', 'b')?.spanId).toBe('b');
  });

  it('is not when something is known of what is below it, though that ended before it started', () => {
    spans.startBelow('t', 'a', 'root');
    spans.tell('t', 'a');
    spans.tell('t', 'b');
    spans.startBelow('t', 'b', 'root');
    expect([spans.endSilent('t', 'a', 'root'), spans.endSilent('t', 'b', 'root')]).toEqual([undefined, undefined]);
  });

  it('is counted without a place of its own when it ends at once', () => {
    spans.startBelow('t', 'a', 'root');
    expect([spans.countBelow('t', below('root'))?.spanId, spans.countBelow('t', below('a'))?.spanId, spans.countBelow('t', below('a'))?.spanId]).toEqual(['root', 'root', 'root']);
    expect([root(), spans.entryOf('t', 'root')!.openBelow]).toEqual([1, 1]);
    spans.endSilent('t', 'a', 'root');
    expect([root(), spans.entryOf('t', 'root')!.openBelow]).toEqual([4, 0]);
  });

  it('is not counted so when its parent is not open, or something may be known of what is below it', () => {
    expect([spans.countBelow('t', below('never')), spans.countBelow('other', below('root'))]).toEqual([undefined, undefined]);
    spans.startBelow('t', 'a', 'root');
    spans.tell('t', 'b');
    expect([spans.countBelow('t', below('root')), spans.countBelow('t', below('a')), root()]).toEqual([undefined, undefined, 0]);
    spans.start('u', 'root', undefined, false);
    spans.startBelow('u', 'a', 'root');
    spans.end('u', 'root');
    expect([spans.countBelow('u', below('root')), spans.countBelow('u', below('a'))?.spanId]).toEqual([undefined, 'root']);
  });

  it.each([
    ['an object that all children have', (context: object) => below('root', context)],
    ['an object of its own', () => below('root')],
    ['its id alone', () => oldBelow('root')],
  ])('is counted by its own parent, that it names by %s, whatever was counted before', (_, child) => {
    const contexts = { t: { spanId: 'root' }, u: { spanId: 'root' } };
    spans.start('u', 'root', undefined, false);
    for (const trace of ['t', 'u', 'u', 't', 'u', 'u'] as const) spans.countBelow(trace, child(contexts[trace]));
    expect([root(), spans.entryOf('u', 'root')!.silentBelow]).toEqual([2, 4]);
    // One that is not of its parent's trace counts where it is, even if that is where the last one was.
    for (const trace of ['t', 'u'] as const) spans.end(trace, 'x');
    expect([spans.countBelow('t', child(contexts.u))?.silentBelow, spans.countBelow('u', child(contexts.u))?.silentBelow]).toEqual([3, 5]);
    spans.end('u', 'root');
    expect([spans.countBelow('u', child(contexts.u)), spans.countBelow('other', child(contexts.u))]).toEqual([undefined, undefined]);
  });

  it('is counted by the parent that it names, where that is not the first span', () => {
    const parent = { spanId: 'a' };
    spans.startBelow('t', 'a', 'root');
    for (const child of [below('a', parent), below('a', parent), oldBelow('a'), oldBelow('root'), oldBelow('a'), below('root')]) spans.countBelow('t', child);
    spans.handOver('t');
    expect(counted.sort()).toEqual([['t', 'a', 4], ['t', 'root', 2]]);
  });

  it('is handed over when its trace is forgotten, or when that is asked for, once', () => {
    spans.startBelow('t', 'a', 'root');
    spans.startBelow('t', 'b', 'a');
    spans.startBelow('t', 'c', 'root');
    spans.endSilent('t', 'b', 'a');
    spans.endSilent('t', 'c', 'root');
    spans.handOver('t');
    expect(counted.sort()).toEqual([['t', 'a', 1], ['t', 'root', 1]]);
    for (const trace of ['u', 'v']) spans.start(trace, 'root', undefined, false);
    expect([spans.has('t'), counted.length]).toEqual([false, 2]);
    spans.startBelow('u', 'a', 'root');
    spans.endSilent('u', 'a', 'root');
    spans.start('w', 'root', undefined, false);
    expect(counted.at(-1)).toEqual(['u', 'root', 1]);
  });
});

/** A span as SDK 2 and 3 start it below another one. */
function below(spanId: string, parentSpanContext: object = { spanId }): StartedSpanLike {
  return startedWith({ parentSpanContext });
}

/** As SDK 1.30 does. */
const oldBelow = (parentSpanId: string): StartedSpanLike => startedWith({ parentSpanId });

function startedWith(parent: object): StartedSpanLike {
  return { spanContext: () => ({ traceId: '', spanId: '', traceFlags: 1 }), ...parent };
}
