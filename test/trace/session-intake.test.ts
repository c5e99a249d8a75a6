import { SpanKind } from '@opentelemetry/api';
import { textOf } from '../../src/conventions/claim.js';
import type { SessionFacts } from '../../src/session/session-facts.js';
import { type IntakeSettings, SessionIntake } from '../../src/trace/session-intake.js';
import type { TraceSummary } from '../../src/trace/session-filter.js';
import { deepFreeze, EPOCH, makeSpan, type SpanGiven, spanIdOf, traceIdOf } from '../span/make-span.js';

const settings: IntakeSettings = { maxOpenTraces: 100, maxDigestBytes: 1e9, traceIdleMillis: 1e9, sessionFilter: 'all', captureContent: true, sessionName: undefined };
const intakeOf = (more: Partial<IntakeSettings> = {}): SessionIntake => new SessionIntake({ ...settings, ...more });

/** Takes a root after all other spans were folded, in their order. */
function take(root: SpanGiven, children: readonly SpanGiven[] = [], more: Partial<IntakeSettings> = {}): SessionFacts {
  const intake = intakeOf(more);
  for (const child of children) intake.fold(makeSpan({ parent: 'span', ...child, id: child.id ?? 'child' }));
  const taken = intake.take(makeSpan(root), { otherRoots: new Set() });
  if ('filtered' in taken) throw new Error(`filtered: ${taken.filtered}`);
  expect(intake.counts()).toMatchObject({ openTraces: 0, digestBytes: 0 });
  return taken.facts;
}

const CHAT = { 'gen_ai.operation.name': 'chat', 'gen_ai.prompt': 'question', 'gen_ai.completion': 'answer' };

describe('what is known of a root', () => {
  it('is who, when and what', () => {
    const { root } = take({ id: 'r', trace: 't', name: 'GET', kind: SpanKind.SERVER, start: 5, end: 15, resource: { 'service.name': 's' }, droppedAttributes: 3, attributes: { 'http.route': '/x', mine: 1 } });
    expect(root).toMatchObject({
      traceId: traceIdOf('t'),
      spanId: spanIdOf('r'),
      hasParent: false,
      name: 'GET',
      fallbackName: 'GET /x',
      kind: 'SERVER',
      startTime: EPOCH + 5,
      endTime: EPOCH + 15,
      duration: 10,
      failure: undefined,
      resource: { 'service.name': 's' },
      droppedAttributes: 3,
    });
    expect(root.facts.unknown).toEqual([['http.route', '/x'], ['mine', 1]]);
  });

  it.each([
    [SpanKind.INTERNAL, 'INTERNAL'],
    [SpanKind.SERVER, 'SERVER'],
    [SpanKind.CLIENT, 'CLIENT'],
    [SpanKind.PRODUCER, 'PRODUCER'],
    [SpanKind.CONSUMER, 'CONSUMER'],
    [99 as SpanKind, 'INTERNAL'],
  ])('kind %d is %s', (kind, name) => expect(take({ kind }).root.kind).toBe(name));

  it.each<[string, SpanGiven, boolean]>([
    ['none', {}, false],
    ['a remote one', { remoteParent: 'p' }, true],
    ['one of SDK 1.30, chosen by a function', { oldParent: 'p' }, true],
  ])('its parent: %s', (_, given, hasParent) => expect(take(given).root.hasParent).toBe(hasParent));

  it.each<[string, SpanGiven, object | undefined, string | undefined]>([
    ['no failure', { attributes: { 'http.response.status_code': 404 } }, undefined, undefined],
    ['a failure', { error: 'no', attributes: { 'http.response.status_code': 500 } }, { message: 'no' }, 'HTTP 500'],
    ['a failure without a word', { error: '' }, {}, undefined],
    ["a failure that only HoneyHive's attributes tell", { attributes: { honeyhive_error: 'no', honeyhive_error_type: 'E' } }, { message: 'no', type: 'E' }, undefined],
    ['one that they tell better', { error: 'status', attributes: { 'honeyhive.error': 'no' } }, { message: 'no' }, undefined],
    ['a type without an error', { attributes: { honeyhive_error_type: 'E' } }, undefined, undefined],
  ])('%s', (_, given, failure, statusReason) => expect(take(given).root).toMatchObject({ failure, statusReason }));

  it('has what lies below it', () => {
    const { below } = take({}, [{ id: 'leaf', parent: 'child', attributes: CHAT }, { id: 'child' }]);
    expect(below).toMatchObject({ spans: 2, modelCalls: 1 });
    expect(textOf(below.input!.claim('inputs'))).toBe('question');
  });

  it('knows the agent below for a name', () => {
    expect(take({ name: '' }, [{ attributes: { 'gen_ai.agent.name': 'helper' } }]).root.fallbackName).toBe('helper');
  });

  it('changes nothing of a span', () => {
    const span = makeSpan({ attributes: deepFreeze({ ...CHAT, nested: { a: [1] } }), events: deepFreeze([{ name: 'gen_ai.choice', attributes: { content: 'x' } }]) });
    const intake = intakeOf();
    expect(() => intake.fold(Object.freeze({ ...span, ...{ parentSpanId: 'p' } }))).not.toThrow();
    expect(() => intake.take(Object.freeze(span), { otherRoots: new Set() })).not.toThrow();
  });
});

describe('the name that the application gives', () => {
  it.each<[string, IntakeSettings['sessionName'], string | undefined]>([
    ['a text', (root) => `turn of ${root.name}`, 'turn of work'],
    ['nothing', () => undefined, undefined],
    ['white space', () => ' ', undefined],
    ['no text', (() => 5) as never, undefined],
    [
      'an error',
      () => {
        throw new Error('mine');
      },
      undefined,
    ],
    ['no function', undefined, undefined],
  ])('%s', (_, sessionName, givenName) => expect(take({}, [], { sessionName }).root.givenName).toBe(givenName));
});

describe('the filter', () => {
  const summaryOf = (root: SpanGiven, children: SpanGiven[] = []): TraceSummary => {
    let seen: TraceSummary | undefined;
    const sessionFilter = (_: unknown, trace: TraceSummary): boolean => {
      seen = trace;
      return true;
    };
    take(root, children, { sessionFilter });
    return seen!;
  };

  it.each<[string, SpanGiven, SpanGiven[], object]>([
    ['a root alone', {}, [], { spans: 1, modelCalls: 0, toolCalls: 0, failedSpans: 0, ai: false, marked: false }],
    ['a root that calls a model', { attributes: CHAT }, [], { spans: 1, modelCalls: 1, ai: true, marked: false }],
    ['a root that calls one, and the client below it', { attributes: CHAT }, [{ attributes: CHAT }], { spans: 2, modelCalls: 1, ai: true }],
    ['a root that runs a tool', { attributes: { 'gen_ai.operation.name': 'execute_tool' } }, [], { toolCalls: 1 }],
    ['calls below', {}, [{ id: 'a', attributes: CHAT }, { id: 'b', attributes: CHAT }], { spans: 3, modelCalls: 2, ai: true }],
    ['failures', { error: 'no' }, [{ error: 'no' }], { failedSpans: 2 }],
    ["failures in HoneyHive's own attributes", { attributes: { honeyhive_error: 'no' } }, [{ attributes: { honeyhive_error: 'no' } }], { failedSpans: 2 }],
    ['a mark', { attributes: { 'honeyhive.session_id': 'a' } }, [], { ai: false, marked: true }],
    ['a mark below', {}, [{ attributes: { 'honeyhive.session_id': 'a' } }], { ai: false, marked: true }],
    ['a marked root that does AI work', { attributes: { ...CHAT, 'honeyhive.session_id': 'a' } }, [], { ai: true, marked: true }],
  ])('is told of %s', (_, root, children, expected) => expect(summaryOf(root, children)).toMatchObject(expected));

  it.each<[string, Partial<IntakeSettings>, SpanGiven, SpanGiven[], string | undefined]>([
    ["'work' drops a health check", { sessionFilter: 'work' }, { attributes: { 'http.request.method': 'GET', 'url.path': '/health' } }, [], 'route'],
    ["'work' keeps one that asks a model", { sessionFilter: 'work' }, { attributes: { 'http.request.method': 'GET', 'url.path': '/health' } }, [{ attributes: CHAT }], undefined],
    ["'ai' drops a request", { sessionFilter: 'ai' }, {}, [{}], 'no_ai'],
    ["'ai' keeps AI work", { sessionFilter: 'ai' }, {}, [{ attributes: CHAT }], undefined],
    ["'ai' keeps a mark below", { sessionFilter: 'ai' }, {}, [{ attributes: { 'honeyhive.session_id': 'a' } }], undefined],
  ])('%s', (_, more, root, children, filtered) => {
    const intake = intakeOf(more);
    for (const child of children) intake.fold(makeSpan({ id: 'child', parent: 'span', ...child }));
    const taken = intake.take(makeSpan(root), { otherRoots: new Set() });
    expect('filtered' in taken ? taken.filtered : undefined).toBe(filtered);
    // What a dropped root had below it is forgotten too.
    expect(intake.counts()).toMatchObject({ openTraces: 0, digestBytes: 0 });
  });
});

describe('several roots', () => {
  it('of one trace in one batch do not take what is the other one\'s', () => {
    const intake = intakeOf();
    const roots = [makeSpan({ id: 'r1' }), makeSpan({ id: 'r2' })];
    intake.fold(makeSpan({ id: 'c2', parent: 'r2', attributes: { 'gen_ai.prompt': 'of 2' } }));
    intake.fold(makeSpan({ id: 'c1', parent: 'r1', attributes: { 'gen_ai.prompt': 'of 1' } }));
    const ids = new Set(roots.map((root) => root.spanContext().spanId));
    const inputs = roots.map((root) => {
      const taken = intake.take(root, { otherRoots: ids });
      return 'facts' in taken && textOf(taken.facts.below.input!.claim('inputs'));
    });
    expect(inputs).toEqual(['of 1', 'of 2']);
  });

  it('that end one after the other: the children of the second that end after the first are late', () => {
    const intake = intakeOf();
    intake.take(makeSpan({ id: 'r1' }), { otherRoots: new Set() });
    intake.fold(makeSpan({ id: 'c2', parent: 'r2' }));
    expect(intake.counts()).toMatchObject({ lateSpans: 1, openTraces: 0 });
  });

  it('below other processes share a trace, and each has its own', () => {
    const intake = intakeOf();
    const session = (id: string, input: string): unknown => {
      intake.fold(makeSpan({ id: `c${id}`, parent: id, attributes: { 'gen_ai.prompt': input } }));
      const taken = intake.take(makeSpan({ id, remoteParent: 'elsewhere' }), { otherRoots: new Set() });
      return 'facts' in taken && textOf(taken.facts.below.input!.claim('inputs'));
    };
    expect([session('r1', 'of 1'), session('r2', 'of 2')]).toEqual(['of 1', 'of 2']);
  });

  it('that a rule left out stand beside what lies below the root', () => {
    const intake = intakeOf();
    intake.fold(makeSpan({ id: 'other root', attributes: { 'gen_ai.prompt': 'beside' } }));
    const taken = intake.take(makeSpan({ id: 'r' }), { otherRoots: new Set() });
    expect('facts' in taken && taken.facts.below.spans).toBe(1);
  });
});

describe('the bytes of a session', () => {
  it('are those of its values, and a little more', () => {
    const bytesOf = (root: SpanGiven, child?: SpanGiven): number => {
      const intake = intakeOf();
      if (child) intake.fold(makeSpan({ id: 'child', parent: 'span', ...child }));
      const taken = intake.take(makeSpan(root), { otherRoots: new Set() });
      return 'bytes' in taken ? taken.bytes : 0;
    };
    const big = { 'gen_ai.prompt': 'x'.repeat(10_000) };
    const empty = bytesOf({});
    expect(empty).toBeGreaterThan(0);
    expect(bytesOf({ attributes: big }) - empty).toBeGreaterThanOrEqual(20_000);
    expect(bytesOf({}, { attributes: big }) - empty).toBeGreaterThanOrEqual(20_000);
    expect(bytesOf({ attributes: { mine: 'x'.repeat(10_000) } }) - empty).toBeGreaterThanOrEqual(20_000);
    const exception = { name: 'exception', attributes: { 'exception.stacktrace': 'x'.repeat(10_000) } };
    expect(bytesOf({ attributes: { 'error.type': 'Error' }, events: [exception] }) - empty).toBeGreaterThanOrEqual(20_000);
  });
});
