import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { type HoneyHiveOptions, HoneyHiveSessionProcessor, type TraceSummary } from '../../src/index.js';
import { makeSpan, spanIdOf, traceIdOf } from '../span/make-span.js';

const KINDS = {
  silent: {},
  known: { 'db.system': 'redis', 'db.statement': 'GET ?' },
  user: { 'user.id': 'u' },
  chat: { 'gen_ai.operation.name': 'chat', 'gen_ai.prompt': 'q' },
} as const;

interface Given {
  parent: number;
  kind: keyof typeof KINDS;
  failed: boolean;
}

let processor: HoneyHiveSessionProcessor;
let summaries: TraceSummary[];

function set(options: HoneyHiveOptions = {}): void {
  summaries = [];
  const sessionFilter = (_: unknown, summary: TraceSummary): boolean => {
    summaries.push(summary);
    return false;
  };
  processor = new HoneyHiveSessionProcessor({ apiKey: 'k', url: 'http://127.0.0.1:9', settleTimeoutMillis: 0, sessionFilter, ...options });
}

afterEach(() => processor.shutdown());

/** Starts and ends spans of one trace, the first of which is its root; `order` says which of those that may be next is. */
function replay(given: readonly Given[], order: readonly number[], hasEnded: (index: number) => void = () => {}): void {
  const spans = given.map(({ parent, kind, failed }, index) =>
    makeSpan({ id: `s${index}`, ...(index === 0 ? {} : { parent: `s${parent % index}` }), attributes: KINDS[kind], ...(failed ? { error: 'why' } : {}) }),
  );
  // As in SDK 2 and 3, one object for all children of a span.
  for (const [index, { parent }] of given.entries()) if (index > 0) Object.assign(spans[index]!, { parentSpanContext: spans[parent % index]!.spanContext() });
  const started = new Set<number>();
  const waiting = new Set(spans.keys());
  for (let turn = 0; waiting.size > 0; turn += 1) {
    const next = [...waiting].filter((index) => started.has(index) || index === 0 || started.has(given[index]!.parent % index));
    const index = next[order[turn % order.length]! % next.length]!;
    if (started.has(index)) {
      waiting.delete(index);
      processor.onEnd(spans[index]!);
      hasEnded(index);
    } else {
      started.add(index);
      processor.onStart(spans[index]!, index === 0 ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spans[given[index]!.parent % index]!.spanContext()));
    }
  }
}

const given = fc.array(fc.record({ parent: fc.nat(), kind: fc.constantFrom('silent', 'known', 'silent', 'user', 'chat'), failed: fc.nat(9).map((one) => one === 0) }), { minLength: 1, maxLength: 60 });
const order = fc.array(fc.nat(), { minLength: 120, maxLength: 120 });

describe('spans that are only counted', () => {
  it('are all there when their root ends, or late, in whatever order spans end', () => {
    fc.assert(
      fc.property(given, order, (spans, turns) => {
        set();
        const ended: number[] = [];
        let before: readonly number[] = [];
        replay(spans, turns, (index) => {
          ended.push(index);
          if (index === 0) before = [...ended];
        });
        const [summary] = summaries;
        expect(summaries).toHaveLength(1);
        expect(summary).toMatchObject({ spans: before.length, failedSpans: before.filter((index) => spans[index]!.failed).length, ai: before.some((index) => spans[index]!.kind === 'chat') });
        expect(processor.stats()).toMatchObject({ lateSpans: spans.length - before.length, openTraces: 0, digestBytes: 0, startedTraces: 0, unreadableSpans: 0 });
        void processor.shutdown();
      }),
      { numRuns: 300 },
    );
  });

  it.each([0, 30])('are not those above a span that says something, with %d others open', (others) => {
    set();
    const outer = makeSpan({ id: 'outer', parent: 'root', attributes: KINDS.chat });
    const between = makeSpan({ id: 'between', parent: 'outer' });
    const inner = makeSpan({ id: 'inner', parent: 'between', attributes: KINDS.chat });
    const more = Array.from({ length: others }, (_, index) => makeSpan({ id: `o${index}`, parent: 'root' }));
    const root = makeSpan({ id: 'root' });
    for (const span of [root, ...more, outer, between, inner]) processor.onStart(span, ROOT_CONTEXT);
    for (const span of [inner, between, outer, ...more, root]) processor.onEnd(span);
    // One call, said twice: side by side they would be two.
    expect(summaries).toMatchObject([{ spans: 4 + others, modelCalls: 1 }]);
  });

  it('are not those above a span that says something and has ended at once', () => {
    set();
    const outer = makeSpan({ id: 'outer', parent: 'root', attributes: KINDS.chat });
    const between = makeSpan({ id: 'between', parent: 'outer' });
    const inner = makeSpan({ id: 'inner', parent: 'between', attributes: KINDS.chat });
    const root = makeSpan({ id: 'root' });
    for (const span of [root, outer, between, inner]) processor.onStart(span, ROOT_CONTEXT);
    for (const span of [inner, between, outer, root]) processor.onEnd(span);
    expect(summaries).toMatchObject([{ spans: 4, modelCalls: 1 }]);
  });

  it('are not lost with a trace that is pushed out by others before its root ends', () => {
    set({ maxOpenTraces: 10 });
    const root = makeSpan({ id: 'root' });
    processor.onStart(root, ROOT_CONTEXT);
    for (const id of ['a', 'b', 'c']) {
      const child = makeSpan({ id, parent: 'root' });
      processor.onStart(child, ROOT_CONTEXT);
      processor.onEnd(child);
    }
    for (let index = 0; index < 10; index += 1) processor.onStart(makeSpan({ trace: `t${index}` }), ROOT_CONTEXT);
    processor.onEnd(root);
    expect(summaries).toMatchObject([{ spans: 4 }]);
  });

  it('are handed on to the span in which a request goes on', () => {
    set({ settleTimeoutMillis: 60_000 });
    const first = makeSpan({ id: 'first', attributes: { 'next.bubble': true } });
    const child = makeSpan({ id: 'child', parent: 'first' });
    const second = makeSpan({ id: 'second', remoteParent: 'first' });
    processor.onStart(first, ROOT_CONTEXT);
    processor.onStart(child, ROOT_CONTEXT);
    for (const span of [child, first]) processor.onEnd(span);
    processor.onStart(second, trace.setSpanContext(ROOT_CONTEXT, { traceId: traceIdOf('trace'), spanId: spanIdOf('first'), traceFlags: 1, isRemote: true }));
    processor.onEnd(second);
    expect(summaries).toMatchObject([{ spans: 2 }]);
  });

  it('are those that carry nothing but the id that they were stamped with', () => {
    set({ stampSpans: true });
    const root = makeSpan({ id: 'root' });
    const child = makeSpan({ id: 'child', parent: 'root', attributes: { 'honeyhive.session_id': 'stamped' } });
    processor.onStart(root, ROOT_CONTEXT);
    processor.onStart(child, ROOT_CONTEXT);
    processor.onEnd(child);
    expect(processor.stats()).toMatchObject({ openTraces: 0 });
    processor.onEnd(root);
    expect(summaries).toMatchObject([{ spans: 2, marked: false }]);
  });

  it('are none when a function finds the roots: it is asked about every span', () => {
    const asked: string[] = [];
    set({ sessionRoots: (span) => asked.push(span.name) === 0 });
    const root = makeSpan({ id: 'root', name: 'root' });
    const child = makeSpan({ id: 'child', parent: 'root', name: 'child' });
    for (const span of [root, child]) processor.onStart(span, ROOT_CONTEXT);
    for (const span of [child, root]) processor.onEnd(span);
    expect(asked).toEqual(['child', 'root']);
  });
});
