import type { Facts } from '../../src/conventions/facts.js';
import { readFacts } from '../../src/conventions/read-facts.js';
import type { Failure } from '../../src/span/failure.js';
import { Digest } from '../../src/trace/digest.js';

interface Given {
  name?: string;
  start?: number;
  end?: number;
  failure?: Failure;
  /** Attributes of the span. */
  [key: `${string}.${string}`]: unknown;
  metadata?: string;
  honeyhive_event_type?: string;
}

/** The digest of a span around others, which were folded in the given order. */
function around(given: Given, ...below: Digest[]): Digest {
  const { name = 'span', start = 0, end = start + 10, failure, ...attributes } = given;
  const digest = new Digest();
  for (const child of below) digest.add(child);
  digest.enclose({ spanId: name, name, startTime: start, endTime: end, facts: readFacts(attributes), failure });
  return digest;
}

/** What lies below a root: siblings in the given order. */
function below(...siblings: Digest[]): Digest {
  const digest = new Digest();
  for (const sibling of siblings) digest.add(sibling);
  return digest;
}

const http = (given: Given, ...inner: Digest[]): Digest => around({ 'http.route': '/', ...given }, ...inner);
const chat = (given: Given, ...inner: Digest[]): Digest => around({ 'gen_ai.operation.name': 'chat', ...given }, ...inner);
const tool = (given: Given, ...inner: Digest[]): Digest => around({ 'gen_ai.operation.name': 'execute_tool', ...given }, ...inner);
const agent = (given: Given, ...inner: Digest[]): Digest => around({ 'gen_ai.operation.name': 'invoke_agent', ...given }, ...inner);

const IN = 'gen_ai.prompt';
const OUT = 'gen_ai.completion';
const MODEL = 'gen_ai.request.model';

const word = (facts: Facts | undefined, target: string): unknown => facts?.claims.get(target)?.[0]?.value;
const input = (digest: Digest): unknown => word(digest.input, 'inputs');
const output = (digest: Digest): unknown => word(digest.output, 'outputs');
const identity = (digest: Digest): Record<string, unknown> =>
  Object.fromEntries([...digest.identity].map(([target, [first]]) => [target, first!.value]));

describe('the input and the output of a trace', () => {
  it.each<[string, Digest, unknown, unknown]>([
    ['a lone call', chat({ [IN]: 'q', [OUT]: 'a' }), 'q', 'a'],
    ['the outermost AI span is believed', agent({ [IN]: 'q', [OUT]: 'a' }, chat({ [IN]: 'inner q', [OUT]: 'inner a' })), 'q', 'a'],
    ['what it does not say, the one below says', agent({ [IN]: 'q' }, chat({ [IN]: 'inner q', [OUT]: 'inner a' })), 'q', 'inner a'],
    ['a span without AI work around it changes nothing', http({}, http({}, chat({ [IN]: 'q', [OUT]: 'a' }))), 'q', 'a'],
    [
      'of siblings the earliest input and the latest output',
      http({}, chat({ start: 1, end: 9, [IN]: 'q1', [OUT]: 'a1' }), chat({ start: 3, end: 20, [IN]: 'q2', [OUT]: 'a2' }), chat({ start: 2, end: 5, [IN]: 'q3', [OUT]: 'a3' })),
      'q1',
      'a2',
    ],
    ['a sibling that says nothing does not count', http({}, chat({ start: 1, end: 30 }), chat({ start: 2, end: 9, [IN]: 'q', [OUT]: 'a' })), 'q', 'a'],
    [
      'a sibling that serves the conversation loses, whenever it ran',
      http({}, tool({ start: 1, end: 30, [IN]: 'tq', [OUT]: 'ta' }), chat({ start: 5, end: 9, [IN]: 'q', [OUT]: 'a' })),
      'q',
      'a',
    ],
    [
      'an embedding too',
      http({}, around({ 'openinference.span.kind': 'EMBEDDING', start: 1, end: 30, 'input.value': 'e', 'output.value': 'f' }), chat({ start: 5, end: 9, [IN]: 'q', [OUT]: 'a' })),
      'q',
      'a',
    ],
    ['where nothing leads, what serves is believed', http({}, tool({ [IN]: 'tq', [OUT]: 'ta' })), 'tq', 'ta'],
    [
      'a call inside a tool is no part of the conversation',
      http({}, tool({ start: 1, end: 30 }, chat({ start: 2, end: 29, [IN]: 'inner q', [OUT]: 'inner a' })), chat({ start: 5, end: 9, [IN]: 'q', [OUT]: 'a' })),
      'q',
      'a',
    ],
    [
      'however deep',
      http({}, tool({ start: 1, end: 30 }, http({}, agent({ start: 2, end: 29, [IN]: 'inner q', [OUT]: 'inner a' }))), chat({ start: 5, end: 9, [IN]: 'q', [OUT]: 'a' })),
      'q',
      'a',
    ],
    ['but it is believed where there is no other', tool({}, chat({ [IN]: 'q', [OUT]: 'a' })), 'q', 'a'],
    [
      'a tool around a call loses to nothing inside it: it is the outermost',
      tool({ [IN]: 'tq', [OUT]: 'ta' }, chat({ [IN]: 'q', [OUT]: 'a' })),
      'tq',
      'ta',
    ],
    ["HoneyHive's own attributes count as AI work", http({}, around({ 'honeyhive_inputs.q': 'q', 'honeyhive_outputs.a': 'a' })), 'q', 'a'],
    ['nothing', http({}, http({})), undefined, undefined],
  ])('%s', (_, digest, question, answer) => {
    expect(input(digest)).toBe(question);
    expect(output(digest)).toBe(answer);
  });
});

describe('usage', () => {
  const usage = (tokens: Partial<Record<'input_tokens' | 'output_tokens' | 'cost', number>>): Given =>
    Object.fromEntries(Object.entries(tokens).map(([field, count]) => [`gen_ai.usage.${field}`, count]));

  it.each<[string, Digest, object]>([
    ['of siblings is added up', below(chat(usage({ input_tokens: 1, output_tokens: 2 })), chat(usage({ input_tokens: 10 }))), { input_tokens: 11, output_tokens: 2 }],
    ['that a span repeats for those below is not counted twice', agent(usage({ input_tokens: 11 }), chat(usage({ input_tokens: 1 })), chat(usage({ input_tokens: 10 }))), { input_tokens: 11 }],
    ['of a span that tells only its last step is the sum below', agent(usage({ input_tokens: 10 }), chat(usage({ input_tokens: 1 })), chat(usage({ input_tokens: 10 }))), { input_tokens: 11 }],
    ['is decided field by field', agent(usage({ input_tokens: 100, output_tokens: 1 }), chat(usage({ input_tokens: 1, output_tokens: 5, cost: 0.5 }))), { input_tokens: 100, output_tokens: 5, cost: 0.5 }],
    ['written three times for one call counts once', agent(usage({ input_tokens: 5 }), chat(usage({ input_tokens: 5 }), chat(usage({ input_tokens: 5 })))), { input_tokens: 5 }],
    ['rises through spans without any', http({}, http({}, chat(usage({ input_tokens: 5 }))), chat(usage({ input_tokens: 6 }))), { input_tokens: 11 }],
    ['of nobody is none', http({}), {}],
  ])('%s', (_, digest, expected) => expect(Object.fromEntries(digest.usage ?? [])).toEqual(expected));
});

describe('the counts', () => {
  const counts = ({ spans, modelCalls, toolCalls, failedSpans }: Digest): object => ({ spans, modelCalls, toolCalls, failedSpans });

  it.each<[string, Digest, object]>([
    ['every span counts', http({}, http({}), chat({})), { spans: 3, modelCalls: 1 }],
    ['two calls', agent({}, chat({}), chat({})), { modelCalls: 2 }],
    ['a call written by a framework and by the client below it', chat({}, around({ 'openinference.span.kind': 'LLM' })), { modelCalls: 1 }],
    ['a call that was made of two', chat({}, chat({}), chat({})), { modelCalls: 2 }],
    ['a model named and nothing else', around({ [MODEL]: 'm' }), { modelCalls: 1 }],
    ['an embedding calls a model', around({ 'gen_ai.operation.name': 'embeddings' }), { modelCalls: 1 }],
    ['an agent does not', agent({ [MODEL]: 'm' }), { modelCalls: 0 }],
    ['tools', agent({}, tool({}), tool({}), chat({})), { toolCalls: 2, modelCalls: 1 }],
    ['a tool written twice', tool({}, tool({})), { toolCalls: 1 }],
    ['failures', http({ failure: {} }, chat({ failure: { message: 'm' } }), chat({})), { failedSpans: 2 }],
  ])('%s', (_, digest, expected) => expect(counts(digest)).toMatchObject(expected));

  it.each<[string, Digest, boolean, boolean]>([
    ['no AI', http({}), false, false],
    ['AI below', http({}, chat({})), true, false],
    ['AI beside', below(chat({}), http({})), true, false],
    ['a mark', http({}, around({ 'honeyhive.session_id': 'a' })), false, true],
    ['both', http({}, around({ 'honeyhive.session_id': 'a' }), chat({})), true, true],
  ])('AI and marks: %s', (_, digest, ai, marked) => expect(digest).toMatchObject({ ai, marked }));

  it('start with the earliest span', () => expect(below(chat({ start: 5 }), http({ start: 3 }, chat({ start: 4 })))).toMatchObject({ startTime: 3 }));
});

describe('tools', () => {
  it.each<[string, Digest, string[]]>([
    ['by their name', tool({ 'gen_ai.tool.name': 'search' }), ['search']],
    ['else by the name that a framework gives the span', tool({ name: 'search.tool', 'traceloop.span.kind': 'tool', 'traceloop.entity.name': 'search', 'traceloop.workflow.name': 'support' }), ['search']],
    ['else by the name of the span', tool({ name: 'execute_tool search' }), ['execute_tool search']],
    ['each once', agent({}, tool({ 'gen_ai.tool.name': 'a' }), tool({ 'gen_ai.tool.name': 'b' }), tool({ 'gen_ai.tool.name': 'a' })), ['a', 'b']],
    ['none of a call that only offers them', chat({ 'gen_ai.tool.name': 'offered' }), []],
  ])('%s', (_, digest, tools) => expect(digest.tools).toEqual(tools));

  it('are no more than 64', () => {
    const digest = below(...Array.from({ length: 100 }, (_, index) => tool({ 'gen_ai.tool.name': `t${index}` })));
    expect(digest.tools).toHaveLength(64);
    expect(digest.toolCalls).toBe(100);
  });
});

describe('the agent', () => {
  it.each<[string, Digest, string | undefined]>([
    ['outermost', agent({ 'gen_ai.agent.name': 'outer' }, agent({ 'gen_ai.agent.name': 'inner' })), 'outer'],
    ['earliest of siblings', below(agent({ start: 5, 'gen_ai.agent.name': 'late' }), agent({ start: 1, 'gen_ai.agent.name': 'early' })), 'early'],
    ['the outer one by its span where it has no other name', agent({ name: 'invoke_agent outer' }, agent({ 'gen_ai.agent.name': 'inner' })), 'outer'],
    ['from below where the outer one is no agent', chat({}, agent({ 'gen_ai.agent.name': 'inner' })), 'inner'],
    ['none', chat({}), undefined],
  ])('%s', (_, digest, name) => expect(digest.agentName).toBe(name));
});

describe('who it was for', () => {
  it.each<[string, Digest, object]>([
    ['the shallowest span decides', below(http({}, chat({ start: 1, 'session.id': 'deep' })), chat({ start: 9, 'session.id': 'shallow' })), { conversation_id: 'shallow' }],
    ['of equally deep ones the earliest', below(chat({ start: 5, 'session.id': 'late' }), chat({ start: 1, 'session.id': 'early' })), { conversation_id: 'early' }],
    ['a span around decides over those below', http({ 'user.id': 'outer' }, chat({ 'user.id': 'inner' })), { 'user_properties.user_id': 'outer' }],
    ['each thing by itself', http({ 'user.id': 'u' }, chat({ 'session.id': 's', 'user.email': 'e' })), { 'user_properties.user_id': 'u', 'user_properties.email': 'e', conversation_id: 's' }],
    [
      'a mere hint loses to a statement below it',
      http({ 'http.request.header.x-session-id': ['hint'] }, http({}, chat({ 'session.id': 'stated' }))),
      { conversation_id: 'stated' },
    ],
    [
      'and to one beside it, however deep',
      below(http({ start: 1, 'http.request.header.x-session-id': ['hint'] }), http({ start: 5 }, chat({ 'session.id': 'stated' }))),
      { conversation_id: 'stated' },
    ],
    ['a hint is better than nothing', http({ 'http.request.header.x-session-id': ['hint'] }, chat({})), { conversation_id: ['hint'] }],
    ['a hint around goes before a hint below', http({ 'http.request.header.x-session-id': ['outer'] }, http({ 'http.request.header.x-session-id': ['inner'] })), { conversation_id: ['outer'] }],
    [
      "HoneyHive's own: session, name, source",
      http({}, around({ 'honeyhive.session_id': 'i', 'honeyhive.session_name': 'n', 'honeyhive.source': 's' })),
      { session_id: 'i', session_name: 'n', source: 's' },
    ],
    ['content is nobody', chat({ [IN]: 'q', [MODEL]: 'm' }), {}],
  ])('%s', (_, digest, expected) => expect(identity(digest)).toEqual(expected));

  it('keeps the ids that lost, by their own name', () => {
    const digest = http({}, chat({ 'session.id': 'a', 'gen_ai.conversation.id': 'b' }));
    expect(digest.otherIds).toEqual([['gen_ai.conversation.id', 'b']]);
  });

  it('keeps no more than 32 of them', () => {
    const digest = new Digest();
    for (let index = 0; index < 50; index++) {
      const facts = readFacts({});
      Object.defineProperty(facts, 'hasIdentity', { value: true });
      facts.identity = () => ({ claims: new Map(), otherIds: [[`id.${index}`, index]] });
      digest.enclose({ spanId: 's', name: 's', startTime: 0, endTime: 1, failure: undefined, facts });
    }
    expect(digest.otherIds).toHaveLength(32);
  });
});

describe('why it failed', () => {
  it.each<[string, Digest, Failure | undefined]>([
    ['the span around says why', http({ failure: { message: 'outer' } }, chat({ failure: { message: 'inner' } })), { message: 'outer' }],
    ['a span around that says nothing leaves it to the one below', http({ failure: {} }, chat({ failure: { message: 'inner' } })), { message: 'inner' }],
    ['also when it has a type', http({ failure: { type: '500' } }, chat({ failure: { message: 'inner' } })), { message: 'inner' }],
    ['a type is better than nothing', http({}, chat({ failure: { type: '500' } })), { type: '500' }],
    [
      'of siblings the latest: the others were recovered from',
      below(chat({ end: 30, failure: { message: 'last' } }), chat({ end: 10, failure: { message: 'first' } })),
      { message: 'last' },
    ],
    ['of siblings the one that says why', below(chat({ end: 10, failure: { message: 'why' } }), chat({ end: 30, failure: { type: 'E' } })), { message: 'why' }],
    ['nothing failed', http({}, chat({})), undefined],
  ])('%s', (_, digest, failure) => expect(digest.failure).toEqual(failure));
});

describe('which model worked', () => {
  const models = (digest: Digest): unknown[] => digest.calls.map((facts) => word(facts, 'config.model'));

  it.each<[string, Digest, unknown[]]>([
    ['one call', http({}, chat({ [MODEL]: 'm' })), ['m']],
    ['the span around first, then the one below', agent({ [MODEL]: 'm' }, chat({ [MODEL]: 'm', 'gen_ai.request.seed': 1 })), ['m', 'm']],
    ['the latest of siblings', below(chat({ end: 30, [MODEL]: 'last' }), chat({ end: 10, [MODEL]: 'first' })), ['last']],
    ['what leads before what serves', below(around({ 'gen_ai.operation.name': 'embeddings', end: 30, [MODEL]: 'embedder' }), chat({ end: 10, [MODEL]: 'm' })), ['m']],
    ['another model below stays a call of its own', agent({ [MODEL]: 'planner' }, chat({ [MODEL]: 'worker' })), ['planner', 'worker']],
    ['a span around that says nothing of it leaves it to the one below', agent({ [IN]: 'q' }, chat({ [MODEL]: 'm' })), ['m']],
    ['no more than four spans', [1, 2, 3, 4, 5].reduce((inner, seed) => chat({ [MODEL]: 'm', 'gen_ai.request.seed': seed }, inner), chat({ [MODEL]: 'm' })), ['m', 'm', 'm', 'm']],
    ['nobody', http({}), []],
  ])('%s', (_, digest, expected) => expect(models(digest)).toEqual(expected));
});

describe('a digest that gives up content', () => {
  const full = (): Digest =>
    http(
      { 'user.id': 'u' },
      agent({ [IN]: 'x'.repeat(1_000), 'gen_ai.agent.name': 'helper' }, chat({ [MODEL]: 'm', 'gen_ai.provider.name': 'p', [OUT]: 'answer', 'gen_ai.usage.input_tokens': 5, 'session.id': 's', 'gen_ai.tool.definitions': `[${'"t",'.repeat(1_000)}1]`, 'honeyhive_metadata.big': 'x'.repeat(1_000), failure: { message: 'why' } })),
      tool({ 'gen_ai.tool.name': 'search', [IN]: 'tool input' }),
    );

  it('keeps ids, usage, counts, the model, the agent, tools and the failure', () => {
    const digest = full();
    expect(digest.bytes).toBeGreaterThan(4_000);
    digest.dropContent();
    expect([digest.input, digest.output]).toEqual([undefined, undefined]);
    expect(identity(digest)).toEqual({ 'user_properties.user_id': 'u', conversation_id: 's' });
    expect(Object.fromEntries(digest.usage ?? [])).toEqual({ input_tokens: 5 });
    expect(digest).toMatchObject({ spans: 4, modelCalls: 1, toolCalls: 1, failedSpans: 1, agentName: 'helper', tools: ['search'], failure: { message: 'why' } });
    expect(digest.calls.map((facts) => [word(facts, 'config.model'), word(facts, 'config.provider'), word(facts, 'work')])).toEqual([['m', 'p', 'chat']]);
  });

  it('holds no bytes any more, and no large value either', () => {
    const digest = full();
    digest.dropContent();
    expect(digest.bytes).toBe(0);
    const kept = digest.calls.flatMap(({ claims }) => [...claims].flatMap(([, claim]) => claim.map(({ value }) => String(value).length)));
    expect(Math.max(...kept)).toBeLessThan(100);
  });

  it('takes up what comes later', () => {
    const digest = full();
    digest.dropContent();
    digest.add(chat({ start: 50, end: 60, [OUT]: 'later' }));
    expect(output(digest)).toBe('later');
  });

  it('changes nothing that a span was given', () => {
    const facts = readFacts({ [IN]: 'q', [MODEL]: 'm' });
    const digest = new Digest();
    digest.enclose({ spanId: 's', name: 's', startTime: 0, endTime: 1, failure: undefined, facts });
    digest.dropContent();
    expect(word(facts, 'inputs')).toBe('q');
    expect(facts.bytes).toBeGreaterThan(0);
  });
});
