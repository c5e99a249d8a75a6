import fc from 'fast-check';
import type { Facts } from '../../src/conventions/facts.js';
import { readFacts } from '../../src/conventions/read-facts.js';
import type { Digest } from '../../src/trace/digest.js';
import { OpenTraces, type TraceBounds } from '../../src/trace/open-traces.js';

interface Given {
  start?: number;
  end?: number;
  attributes?: Record<string, unknown>;
}

const NO_ROOTS: ReadonlySet<string> = new Set();

/** Traces with a clock of their own. */
class Bench {
  now = 0;
  readonly traces: OpenTraces;

  constructor(bounds: Partial<TraceBounds> = {}) {
    this.traces = new OpenTraces({ maxOpenTraces: 100, maxDigestBytes: 1e9, traceIdleMillis: 1e9, ...bounds }, () => this.now);
  }

  fold(trace: string, span: string, parent: string, { start = 0, end = start + 1, attributes = {} }: Given = {}): void {
    this.traces.fold(trace, parent, { spanId: span, name: span, startTime: start, endTime: end, facts: readFacts(attributes), failure: undefined });
  }

  take(trace: string, root = 'root', { endsTrace = true, others = NO_ROOTS } = {}): Digest {
    return this.traces.take({ traceId: trace, spanId: root, endsTrace, takesRest: endsTrace, silentBelow: 0 }, others);
  }
}

const chat = (input: string, more: Given = {}): Given => ({ ...more, attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.prompt': input, 'gen_ai.usage.input_tokens': 1 } });

const input = (digest: Digest): unknown => digest.input?.claims.get('inputs')?.[0]?.value;

describe('what lies below a root', () => {
  it('is its subtree, folded from the leaves up', () => {
    const bench = new Bench();
    bench.fold('t', 'leaf', 'middle', chat('inner'));
    bench.fold('t', 'middle', 'root', chat('outer'));
    const digest = bench.take('t');
    expect([digest.spans, input(digest)]).toEqual([2, 'outer']);
  });

  it('is nothing for a root alone', () => expect(new Bench().take('t')).toMatchObject({ spans: 0, input: undefined, usage: undefined }));

  it('has a span that claims to be its own parent, twice', () => {
    const bench = new Bench();
    for (const size of [2, 1]) bench.fold('t', 'x', 'x', chat('x'.repeat(size)));
    expect(bench.traces.counts().digestBytes).toBeGreaterThan(0);
    expect(bench.take('t').spans).toBe(2);
    expect(bench.traces.counts().digestBytes).toBe(0);
  });

  it('is that of its own trace', () => {
    const bench = new Bench();
    bench.fold('a', 'x', 'root', chat('of a'));
    bench.fold('b', 'x', 'root', chat('of b'));
    expect(input(bench.take('b'))).toBe('of b');
    expect(input(bench.take('a'))).toBe('of a');
  });

  it('has what a parent that was never recorded left behind', () => {
    const bench = new Bench();
    bench.fold('t', 'x', 'missing', chat('orphan'));
    expect(input(bench.take('t'))).toBe('orphan');
  });

  it('has what a parent left behind that ended before its child', () => {
    const bench = new Bench();
    bench.fold('t', 'parent', 'root', { start: 1 });
    bench.fold('t', 'child', 'parent', chat('late', { start: 2 }));
    expect(bench.take('t')).toMatchObject({ spans: 2 });
  });

  it('has its own subtree before what was left behind, and that by its start', () => {
    const bench = new Bench();
    bench.fold('t', 'x2', 'missing 2', { start: 20, end: 21, attributes: { 'session.id': 'second', 'gen_ai.prompt': 'second' } });
    bench.fold('t', 'x1', 'missing 1', { start: 10, end: 11, attributes: { 'session.id': 'first', 'gen_ai.prompt': 'first' } });
    const digest = bench.take('t');
    expect(input(digest)).toBe('first');
    expect(digest.identity.get('conversation_id')?.[0]?.value).toBe('first');
    expect(digest.spans).toBe(2);
  });

  it('is not what belongs to another root of the same batch', () => {
    const bench = new Bench();
    bench.fold('t', 'x', 'root 1', chat('of 1'));
    bench.fold('t', 'y', 'root 2', chat('of 2'));
    const others = new Set(['root 1', 'root 2']);
    expect(input(bench.take('t', 'root 1', { others }))).toBe('of 1');
    expect(input(bench.take('t', 'root 2', { others }))).toBe('of 2');
    expect(bench.traces.counts()).toMatchObject({ openTraces: 0, digestBytes: 0, lateSpans: 0 });
  });

  it('has the left-behind spans of two roots once', () => {
    const bench = new Bench();
    bench.fold('t', 'x', 'missing', chat('orphan'));
    const others = new Set(['root 1', 'root 2']);
    expect(bench.take('t', 'root 1', { others }).spans).toBe(1);
    expect(bench.take('t', 'root 2', { others }).spans).toBe(0);
  });
});

describe('a root below another process', () => {
  it('takes its own subtree only: the rest may belong to another request of the trace', () => {
    const bench = new Bench();
    bench.fold('t', 'y', 'other root', chat('of the other', { start: 15 }));
    bench.fold('t', 'z', 'root', chat('own', { start: 12 }));
    const digest = bench.take('t', 'root', { endsTrace: false });
    expect([digest.spans, input(digest)]).toEqual([1, 'own']);
    expect(input(bench.take('t', 'other root', { endsTrace: false }))).toBe('of the other');
  });

  it('does not end its trace: spans that follow are not late', () => {
    const bench = new Bench();
    bench.take('t', 'first', { endsTrace: false });
    bench.fold('t', 'x', 'second', chat('of the second'));
    expect(bench.traces.counts().lateSpans).toBe(0);
    expect(input(bench.take('t', 'second', { endsTrace: false }))).toBe('of the second');
  });
});

describe('a span that ends after its root', () => {
  it('is counted and forgotten, and does not open its trace again', () => {
    const bench = new Bench();
    bench.fold('t', 'x', 'root');
    bench.take('t');
    bench.fold('t', 'late', 'root', chat('late'));
    bench.fold('t', 'later', 'late', chat('late'));
    expect(bench.traces.counts()).toMatchObject({ openTraces: 0, lateSpans: 2, digestBytes: 0 });
    expect(bench.take('t').spans).toBe(0);
  });

  it('is late for a root that had no children too', () => {
    const bench = new Bench();
    bench.take('t');
    bench.fold('t', 'late', 'root');
    expect(bench.traces.counts()).toMatchObject({ openTraces: 0, lateSpans: 1 });
  });

  it('is known for as many traces as may be open, and not for ever', () => {
    const bench = new Bench({ maxOpenTraces: 3 });
    for (const trace of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) bench.take(trace);
    for (const trace of ['e', 'f', 'g']) bench.fold(trace, 'late', 'root');
    expect(bench.traces.counts()).toMatchObject({ lateSpans: 3, openTraces: 0 });
    bench.fold('a', 'late', 'root');
    expect(bench.traces.counts()).toMatchObject({ lateSpans: 3, openTraces: 1 });
  });
});

describe('too many open traces', () => {
  it.each([1, 2, 3, 5, 8, 20])('of at most %d the oldest goes, and is counted', (maxOpenTraces) => {
    const bench = new Bench({ maxOpenTraces });
    const names = Array.from({ length: maxOpenTraces + 2 }, (_, index) => `t${index}`);
    for (const name of names) bench.fold(name, 'x', 'root', chat('q'));
    expect(bench.traces.counts()).toMatchObject({ openTraces: maxOpenTraces, evictedTraces: 2, idleTraces: 0 });
    expect(names.map((name) => bench.take(name).spans)).toEqual([0, 0, ...names.slice(2).map(() => 1)]);
    expect(bench.traces.counts()).toMatchObject({ openTraces: 0, digestBytes: 0 });
  });

  it('do not cost the one whose spans still arrive', () => {
    const bench = new Bench({ maxOpenTraces: 3 });
    for (const name of ['a', 'b', 'c', 'a', 'd']) bench.fold(name, 'x', 'root');
    expect(['a', 'b', 'c', 'd'].map((name) => bench.take(name).spans)).toEqual([2, 0, 1, 1]);
  });

  it('forget the bytes of what went', () => {
    const bench = new Bench({ maxOpenTraces: 1 });
    bench.fold('a', 'x', 'root', chat('x'.repeat(10_000)));
    bench.fold('b', 'x', 'root', chat('q'));
    expect(bench.traces.counts().digestBytes).toBeLessThan(1_000);
  });
});

describe('too many bytes', () => {
  const BIG = 'x'.repeat(10_000);

  it('cost the oldest trace its content; its ids, usage and counts stay', () => {
    const bench = new Bench({ maxDigestBytes: 50_000 });
    for (const name of ['a', 'b', 'c']) bench.fold(name, 'x', 'root', chat(BIG));
    expect(bench.traces.counts()).toMatchObject({ contentDropped: 1, openTraces: 3, evictedTraces: 0 });
    const oldest = bench.take('a');
    expect(oldest.input).toBeUndefined();
    expect(oldest).toMatchObject({ spans: 1, modelCalls: 1 });
    expect([...oldest.usage!]).toEqual([['input_tokens', 1]]);
    for (const name of ['b', 'c']) expect(input(bench.take(name))).toBe(BIG);
    expect(bench.traces.counts().digestBytes).toBe(0);
  });

  it('never stay above the bound', () => {
    const bench = new Bench({ maxDigestBytes: 100_000 });
    for (let index = 0; index < 90; index++) {
      bench.fold(`t${index % 30}`, `x${index}`, 'root', chat('x'.repeat(index * 100), { start: index }));
      expect(bench.traces.counts().digestBytes).toBeLessThanOrEqual(100_000);
    }
  });

  it('of a single trace cost it its content', () => {
    const bench = new Bench({ maxDigestBytes: 10_000 });
    bench.fold('a', 'x', 'root', chat(BIG));
    expect(bench.traces.counts()).toMatchObject({ contentDropped: 1, digestBytes: 0 });
    expect(bench.take('a')).toMatchObject({ input: undefined, spans: 1 });
  });

  it('count a trace once, however often it gives up content', () => {
    const bench = new Bench({ maxDigestBytes: 10_000 });
    for (const id of ['x', 'y', 'z']) bench.fold('a', id, 'root', chat(BIG));
    expect(bench.traces.counts().contentDropped).toBe(1);
  });
});

describe('a trace that no span is added to', () => {
  it('is forgotten after its time, and counted', () => {
    const bench = new Bench({ traceIdleMillis: 1_000 });
    bench.fold('a', 'x', 'root', chat('q'));
    bench.now = 1_001;
    bench.fold('b', 'x', 'root');
    expect(bench.traces.counts()).toMatchObject({ openTraces: 1, idleTraces: 1, evictedTraces: 0, digestBytes: 0 });
    expect(bench.take('a').spans).toBe(0);
  });

  it('is not, while spans arrive', () => {
    const bench = new Bench({ traceIdleMillis: 1_000 });
    for (bench.now = 0; bench.now < 10_000; bench.now += 500) bench.fold('a', `x${bench.now}`, 'root');
    bench.fold('b', 'x', 'root');
    expect(bench.traces.counts()).toMatchObject({ openTraces: 2, idleTraces: 0 });
    expect(bench.take('a').spans).toBe(20);
  });

  it('is found among a thousand, as new ones come', () => {
    const bench = new Bench({ traceIdleMillis: 1_000, maxOpenTraces: 10_000 });
    for (let index = 0; index < 1_000; index++) bench.fold(`old ${index}`, 'x', 'root');
    bench.now = 2_000;
    for (let index = 0; index < 300; index++) bench.fold(`new ${index}`, 'x', 'root');
    expect(bench.traces.counts()).toMatchObject({ idleTraces: 1_000, openTraces: 300 });
  });
});

interface Node {
  id: string;
  start: number;
  end: number;
  attributes: Record<string, unknown>;
  failure: boolean;
  children: Node[];
}

const attributes: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    'gen_ai.operation.name': fc.constantFrom('chat', 'invoke_agent', 'execute_tool', 'embeddings'),
    'gen_ai.prompt': fc.string({ minLength: 1 }),
    'gen_ai.completion': fc.string({ minLength: 1 }),
    'gen_ai.request.model': fc.constantFrom('m1', 'm2'),
    'gen_ai.request.seed': fc.nat(3),
    'gen_ai.usage.input_tokens': fc.nat(100),
    'gen_ai.agent.name': fc.constantFrom('a1', 'a2'),
    'gen_ai.tool.name': fc.constantFrom('t1', 't2'),
    'session.id': fc.nat(5).map(String),
    'http.request.header.x-user-id': fc.nat(5).map(String),
    'user.id': fc.nat(5).map(String),
    'honeyhive.session_id': fc.nat(5).map(String),
    'http.route': fc.constant('/'),
  },
  { requiredKeys: [] },
);

/** A tree of spans, of which no two start or end at the same time. The first one is the root. */
const tree: fc.Arbitrary<Node> = fc
  .array(fc.record({ parent: fc.nat(), attributes, failure: fc.boolean() }), { minLength: 1, maxLength: 14 })
  .chain((given) => {
    const times = fc.uniqueArray(fc.nat(1_000), { minLength: 2 * given.length, maxLength: 2 * given.length });
    return times.map((at) => {
      const nodes = given.map((node, index): Node => ({ ...node, id: `s${index}`, start: at[2 * index]!, end: at[2 * index + 1]!, children: [] }));
      nodes.forEach((node, index) => index > 0 && nodes[given[index]!.parent % index]!.children.push(node));
      return nodes[0]!;
    });
  });

/** Folds what lies below a root; siblings' subtrees end in an order that `before` gives. */
function foldBelow(root: Node, before: (a: Node, b: Node) => number): Digest {
  const bench = new Bench();
  const visit = (node: Node, parent: string): void => {
    for (const child of [...node.children].sort(before)) visit(child, node.id);
    bench.traces.fold('t', parent, { spanId: node.id,
      name: node.id,
      startTime: node.start,
      endTime: node.end,
      facts: readFacts(node.attributes),
      failure: node.failure ? { message: node.id } : undefined,
    });
  };
  for (const child of [...root.children].sort(before)) visit(child, root.id);
  const digest = bench.take('t', root.id);
  expect(bench.traces.counts()).toMatchObject({ openTraces: 0, digestBytes: 0 });
  return digest;
}

const plain = (facts: Facts | undefined): unknown => facts && [...facts.claims];

function told(digest: Digest): object {
  return {
    counts: [digest.spans, digest.modelCalls, digest.toolCalls, digest.failedSpans, digest.ai, digest.marked],
    startTime: digest.startTime,
    usage: Object.fromEntries(digest.usage ?? []),
    input: plain(digest.input),
    output: plain(digest.output),
    calls: digest.calls.map(plain),
    identity: Object.fromEntries(digest.identity),
    agent: digest.agentName,
    tools: [...digest.tools].sort(),
    failure: digest.failure,
    bytes: digest.bytes,
  };
}

describe('the order in which siblings end', () => {
  it('does not matter, as long as their times stay the same', () => {
    fc.assert(
      fc.property(tree, fc.nat(), (root, seed) => {
        const shuffled = (a: Node, b: Node): number => (a.start * 31 + seed) % 7 - ((b.start * 31 + seed) % 7);
        const inOrder = told(foldBelow(root, (a, b) => a.end - b.end));
        expect(told(foldBelow(root, (a, b) => b.end - a.end))).toEqual(inOrder);
        expect(told(foldBelow(root, shuffled))).toEqual(inOrder);
      }),
      { numRuns: 400 },
    );
  });
});

describe('the account of bytes', () => {
  it('is never negative, keeps its bound, and comes back to zero when all roots were taken', () => {
    const step = fc.record({
      take: fc.boolean(),
      trace: fc.nat(4),
      // Few ids: parents that never come, spans that end twice, cycles.
      span: fc.nat(5),
      parent: fc.nat(5),
      start: fc.nat(20),
      size: fc.nat(3_000),
      endsTrace: fc.boolean(),
      wait: fc.nat(400),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const bench = new Bench({ maxOpenTraces: 3, maxDigestBytes: 10_000, traceIdleMillis: 1_000 });
        for (const { take, trace, span, parent, start, size, endsTrace, wait } of steps) {
          bench.now += wait;
          if (take) bench.take(`t${trace}`, `s${span}`, { endsTrace });
          else bench.fold(`t${trace}`, `s${span}`, `s${parent}`, chat('x'.repeat(size), { start }));
          const { digestBytes, openTraces } = bench.traces.counts();
          expect(digestBytes).toBeGreaterThanOrEqual(0);
          expect(digestBytes).toBeLessThanOrEqual(10_000);
          expect(openTraces).toBeLessThanOrEqual(3);
        }
        for (let trace = 0; trace < 5; trace++) bench.take(`t${trace}`);
        expect(bench.traces.counts()).toMatchObject({ openTraces: 0, digestBytes: 0 });
      }),
      { numRuns: 300 },
    );
  });
});
