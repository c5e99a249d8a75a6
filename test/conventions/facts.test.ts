import fc from 'fast-check';
import { claimsOn, toText } from '../../src/conventions/claim.js';
import { agentNameOf, type Facts } from '../../src/conventions/facts.js';
import { type EventLike, readFacts } from '../../src/conventions/read-facts.js';
import { knownKeys } from './known-keys.js';

type Attributes = Record<string, unknown>;

const wordOf = (facts: Facts, target: string): unknown => facts.claims.get(target)?.map(({ value }) => value);

/** Facts as plain data, without what has no meaning: the order of what decides nothing. */
function plain(facts: Facts): object {
  const byKey = (a: [string, unknown], b: [string, unknown]): number => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
  const byTarget = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1);
  return {
    ai: facts.ai,
    marked: facts.marked,
    mayFail: facts.mayFail,
    work: facts.work,
    bytes: facts.bytes,
    claims: Object.fromEntries([...facts.claims].sort(byTarget)),
    usage: facts.usage && Object.fromEntries(facts.usage),
    otherIds: [...facts.identity().otherIds].sort(byKey),
    unknown: [...facts.unknown].sort(byKey),
  };
}

describe('what several attributes say about one thing', () => {
  it.each<[string, Attributes, string, unknown]>([
    ["HoneyHive's own attribute goes first", { 'session.id': 'general', 'gen_ai.conversation.id': 'genai', 'honeyhive.conversation_id': 'own' }, 'conversation_id', ['own']],
    ['then the general one', { 'gen_ai.conversation.id': 'genai', 'session.id': 'general' }, 'conversation_id', ['general']],
    ['then GenAI', { 'http.request.header.x-session-id': ['header'], 'gen_ai.conversation.id': 'genai' }, 'conversation_id', ['genai']],
    ['a header is better than nothing', { 'http.request.header.x-session-id': ['header'] }, 'conversation_id', [['header']]],
    ['messages go before the whole request', { 'input.value': 'request', 'gen_ai.input.messages': 'messages' }, 'inputs', ['messages']],
    ['the user that the application names goes before the end user', { 'enduser.id': 'b', 'user.id': 'a', 'enduser.pseudo.id': 'c' }, 'user_properties.user_id', ['a']],
    ['the provider goes before the old system', { 'gen_ai.system': 'old', 'gen_ai.provider.name': 'new' }, 'config.provider', ['new']],
    ['parts of one group stand side by side', { honeyhive_inputs: '{"a":1}', 'honeyhive_inputs.b': 2, 'honeyhive.inputs.c': 3 }, 'inputs', [3, '{"a":1}', 2]],
    ['a group displaces all of another family', { 'llm.input_messages.0.message.content': 'x', 'input.value': 'y', 'honeyhive_inputs.b': 2 }, 'inputs', [2]],
    ['a blank value says nothing', { 'honeyhive.session_id': '  ', honeyhive_session_id: 'id' }, 'session_id', ['id']],
  ])('%s', (_, attributes, target, expected) => expect(wordOf(readFacts(attributes), target)).toEqual(expected));

  it('does not depend on the order of the attributes', () => {
    const keys = fc.uniqueArray(fc.constantFrom(...knownKeys.map(({ key }) => key), 'honeyhive.inputs.a', 'honeyhive_inputs.a', 'mine', 'also.mine'), { maxLength: 12 });
    fc.assert(
      fc.property(
        keys.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([one, other]) => {
          const values = Object.fromEntries(one.map((key, index) => [key, `${index}`]));
          const ordered = (order: readonly string[]): object => plain(readFacts(Object.fromEntries(order.map((key) => [key, values[key]])), [], true));
          expect(ordered(other)).toEqual(ordered(one));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('what loses', () => {
  it.each<[string, Attributes, [string, unknown][]]>([
    ['an id is kept under its own name', { 'session.id': 'a', 'gen_ai.conversation.id': 'b' }, [['gen_ai.conversation.id', 'b']]],
    ['so are several', { 'gen_ai.conversation.id': 'b', 'http.request.header.x-session-id': ['c'], 'session.id': 'a' }, [['gen_ai.conversation.id', 'b'], ['http.request.header.x-session-id', ['c']]]],
    ['an id is kept that lost to a field of a bucket', { 'user.id': 'a', 'honeyhive_user_properties.user_id': 'b' }, [['user.id', 'a']]],
    ['a field of a bucket that lost to an id is none', { 'honeyhive_user_properties.user_id': 'b', honeyhive_user_id: 'a' }, []],
    ['content is not repeated', { 'gen_ai.input.messages': 'm', 'input.value': 'v', 'honeyhive_inputs.q': 'q' }, []],
    ['a model is not repeated', { 'gen_ai.request.model': 'm', 'llm.model_name': 'n' }, []],
  ])('%s', (_, attributes, expected) => {
    const reversed = Object.fromEntries(Object.entries(attributes).reverse());
    for (const order of [attributes, reversed]) expect([...readFacts(order).identity().otherIds].sort()).toEqual([...expected].sort());
  });
});

describe('what is no word at all', () => {
  it.each<[string, unknown]>([
    ['an empty text', ''],
    ['white space', ' \t\n\u00a0'],
    ['undefined', undefined],
    ['null', null],
    ['an empty list', []],
  ])('%s', (_, value) => {
    const facts = readFacts({ 'gen_ai.input.messages': value, 'honeyhive.session_id': value, mine: value }, [], true);
    expect(facts).toMatchObject({ work: undefined, marked: false, unknown: [], bytes: 0 });
    expect(facts.claims.size).toBe(0);
  });

  it.each<[string, unknown]>([['zero', 0], ['false', false], ['a list of one empty text', ['']], ['an empty object', {}]])('but %s is one', (_, value) => {
    expect(readFacts({ mine: value }, [], true).unknown).toEqual([['mine', value]]);
  });

  it('what the prototype of the attributes has, which SDK 3 lets an attribute replace', () => {
    const attributes = Object.assign(Object.create({ 'honeyhive.session_id': 'inherited', 'gen_ai.input.messages': '[]', other: 1 }) as Attributes, { mine: 1 });
    const facts = readFacts(attributes, [], true);
    expect(facts).toMatchObject({ work: undefined, marked: false, unknown: [['mine', 1]] });
    expect(facts.claims.size).toBe(0);
  });

  it('names that every object has', () => {
    const attributes = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}') as Attributes;
    expect(readFacts(attributes, [], true).unknown).toEqual([['__proto__', 'a'], ['constructor', 'b'], ['toString', 'c']]);
  });
});

describe('keys that came before', () => {
  const values = fc.constantFrom<unknown>('a', 'b', '', ' ', 7, [], ['x'], {}, null, undefined);
  const given = fc.dictionary(
    fc.constantFrom('gen_ai.operation.name', 'gen_ai.prompt', 'gen_ai.usage.input_tokens', 'honeyhive_error', 'error.type', 'langfuse.observation.level', 'session.id', 'user.id', 'enduser.id', 'db.system', 'mine'),
    values,
    { minKeys: 1, noNullPrototype: true },
  );

  it.each([['below a root', false], ['of a root', true]])('say the same as when they were new, %s', (_, everything) => {
    fc.assert(
      fc.property(given, fc.array(given, { maxLength: 3 }), fc.boolean(), fc.nat(9), (attributes, others, content, inherited) => {
        // One more key has it read as if its keys were new.
        const isNew = (all: Attributes): object => plain(readFacts({ ...all, [`new.${Math.random()}`]: undefined }, [], everything, content));
        const keys = Object.keys(attributes);
        const own = Object.fromEntries(keys.slice(inherited).map((key) => [key, attributes[key]]));
        const mixed = Object.assign(Object.create(Object.fromEntries(keys.slice(0, inherited).map((key) => [key, attributes[key]]))) as Attributes, own);
        for (const one of [attributes, attributes, attributes, ...others, attributes]) expect(plain(readFacts(one, [], everything, content))).toEqual(isNew(one));
        expect(plain(readFacts(mixed, [], everything, content))).toEqual(isNew(own));
      }),
    );
  });
});

describe('attributes that no family knows', () => {
  it('are kept for a root, and left out below one', () => {
    expect(readFacts({ 'http.route': '/' }, [], true).unknown).toEqual([['http.route', '/']]);
    expect(readFacts({ 'http.route': '/' })).toMatchObject({ unknown: [], bytes: 0 });
  });
});

describe('usage', () => {
  it.each<[unknown, number | undefined]>([
    [41, 41],
    ['41', 41],
    [' 41 ', 41],
    [0, 0],
    [1.5, 1.5],
    [NaN, undefined],
    [Infinity, undefined],
    ['Infinity', undefined],
    [-5, undefined],
    ['-5', undefined],
    ['many', undefined],
    [true, undefined],
    [[41], undefined],
    [{}, undefined],
  ])('%p tokens are %p', (value, tokens) => {
    expect(readFacts({ 'gen_ai.usage.input_tokens': value }).usage?.get('input_tokens')).toBe(tokens);
  });

  it('of several names for one figure is the largest', () => {
    const facts = readFacts({ 'gen_ai.usage.input_tokens': 3, 'llm.token_count.prompt': 7, 'gen_ai.usage.prompt_tokens': NaN });
    expect([...facts.usage!]).toEqual([['input_tokens', 7]]);
  });

  it('is missing, not empty, where there is none', () => expect(readFacts({ 'gen_ai.request.model': 'm' }).usage).toBeUndefined());

  it.each([
    ['gen_ai.usage.prompt_tokens', 'input_tokens'],
    ['gen_ai.usage.completion_tokens', 'output_tokens'],
    ['llm.usage.total_tokens', 'total_tokens'],
    ['gen_ai.usage.cache_read.input_tokens', 'cache_read_input_tokens'],
    ['gen_ai.usage.cache_creation_input_tokens', 'cache_creation_input_tokens'],
    ['gen_ai.usage.reasoning.output_tokens', 'reasoning_tokens'],
    ['gen_ai.usage.cost', 'cost'],
    ['gen_ai.usage.image.output_tokens', 'image.output_tokens'],
    ['llm.token_count.completion', 'output_tokens'],
    ['llm.token_count.prompt_details.cache_read', 'cache_read_input_tokens'],
    ['llm.token_count.completion_details.reasoning', 'reasoning_tokens'],
    ['llm.cost.total', 'cost'],
  ])('%s is %s', (key, field) => expect([...readFacts({ [key]: 5 }).usage!]).toEqual([[field, 5]]));
});

describe('what a span does', () => {
  it.each<[string, Attributes, object | undefined]>([
    ['nothing of ours', { 'http.route': '/' }, undefined],
    ['it has an AI attribute', { 'gen_ai.request.temperature': 0 }, { tier: 'conversation' }],
    ['it has an AI attribute that we do not read', { 'llm.anything': 1 }, { tier: 'conversation' }],
    ['it only has usage', { 'gen_ai.usage.input_tokens': 5 }, { tier: 'conversation' }],
    ['it names a model', { 'gen_ai.request.model': 'm' }, { tier: 'conversation', model: true }],
    ['it names its operation', { 'gen_ai.operation.name': 'embeddings', 'gen_ai.request.model': 'm' }, { tier: 'auxiliary', model: true }],
    ['it names an operation nobody knows', { 'gen_ai.operation.name': 'dream', 'gen_ai.request.model': 'm' }, { tier: 'conversation' }],
    ['its operation goes before its span kind', { 'openinference.span.kind': 'LLM', 'gen_ai.operation.name': 'execute_tool' }, { tier: 'auxiliary', tool: true }],
    ["HoneyHive's type goes before both", { 'openinference.span.kind': 'LLM', 'gen_ai.operation.name': 'chat', honeyhive_event_type: 'tool' }, { tier: 'auxiliary', tool: true }],
    ["it has only HoneyHive's attributes", { 'honeyhive_inputs.q': 1 }, { tier: 'conversation' }],
  ])('%s', (_, attributes, work) => expect(readFacts(attributes).work).toEqual(work));

  it.each<[string, Attributes, boolean, boolean]>([
    ['nothing of ours', { 'http.route': '/' }, false, false],
    ['a mark alone is no AI work', { 'honeyhive_inputs.q': 1 }, true, false],
    ['a session id alone neither', { 'honeyhive.session_id': 'a' }, true, false],
    ['AI attributes are', { 'gen_ai.request.model': 'm' }, false, true],
    ['also beside a mark', { 'gen_ai.request.model': 'm', 'honeyhive.session_id': 'a' }, true, true],
    ["and what HoneyHive's type says", { honeyhive_event_type: 'model' }, true, true],
  ])('marked and AI: %s', (_, attributes, marked, ai) => expect(readFacts(attributes)).toMatchObject({ marked, ai }));
});

describe('events with one chat message each', () => {
  const event = (name: string, attributes: Attributes = { content: 'hi' }): EventLike => ({ name, attributes });

  it.each([
    ['gen_ai.system.message', 'inputs', 'system'],
    ['gen_ai.user.message', 'inputs', 'user'],
    ['gen_ai.assistant.message', 'inputs', 'assistant'],
    ['gen_ai.tool.message', 'inputs', 'tool'],
    ['gen_ai.choice', 'outputs', 'assistant'],
  ])('%s goes to %s, spoken by the %s', (name, target, role) => {
    const facts = readFacts({}, [event(name)]);
    expect(facts.claims.get(target)).toMatchObject([{ plan: { key: name, form: 'event', path: role }, value: { content: 'hi' } }]);
    expect(facts.work).toEqual({ tier: 'conversation' });
    expect(facts.ai).toBe(true);
  });

  it('keep their order, whoever speaks', () => {
    const names = ['gen_ai.user.message', 'gen_ai.assistant.message', 'gen_ai.tool.message', 'gen_ai.user.message'];
    expect(readFacts({}, names.map((name) => event(name))).claims.get('inputs')?.map(({ plan }) => plan.key)).toEqual(names);
  });

  it.each([['gen_ai.prompt'], ['input.value'], ['gen_ai.input.messages']])('stand back behind %s', (key) => {
    const facts = readFacts({ [key]: 'said by the span' }, [event('gen_ai.user.message')]);
    expect(wordOf(facts, 'inputs')).toEqual(['said by the span']);
    expect(facts.identity().otherIds).toEqual([]);
    expect(facts.claims.get('inputs')).toMatchObject([{ plan: { hint: false } }]);
  });

  it.each(['gen_ai.client.inference.operation.details', 'gen_ai.content.prompt', 'gen_ai.content.completion'])('%s carries attributes like a span', (name) => {
    const facts = readFacts({ 'gen_ai.request.model': 'span' }, [event(name, { 'gen_ai.prompt': 'p', 'gen_ai.request.model': 'event', 'gen_ai.usage.input_tokens': 3, mine: 1 })], true);
    expect(wordOf(facts, 'inputs')).toEqual(['p']);
    expect(wordOf(facts, 'config.model')).toEqual(['span']);
    expect([...facts.usage!]).toEqual([['input_tokens', 3]]);
    expect(facts.unknown).toEqual([]);
  });

  it.each([['exception'], ['gen_ai.other'], ['toString'], ['']])('%j says nothing', (name) => {
    expect(readFacts({}, [event(name), { name }]).claims.size).toBe(0);
  });

  it('go before the attributes of a carrier', () => {
    const facts = readFacts({}, [event('gen_ai.content.prompt', { 'gen_ai.prompt': 'carried' }), event('gen_ai.user.message')]);
    expect(wordOf(facts, 'inputs')).toEqual([{ content: 'hi' }]);
    expect(facts.claims.get('inputs')).toMatchObject([{ plan: { id: false, hint: false } }]);
  });

  it('may lack attributes', () => expect(readFacts({}, [{ name: 'gen_ai.user.message' }, { name: 'gen_ai.content.prompt' }]).claims.size).toBe(0));
});

describe('what is said of a bucket', () => {
  it('comes most explicit first, the bucket with its fields and nothing else', () => {
    const facts = readFacts({
      'llm.prompt_template.template': 't',
      'gen_ai.request.model': 'm',
      'honeyhive.config.model': 'own',
      honeyhive_config: '{}',
      'honeyhive_config.a': 1,
      'user.id': 'u',
      'gen_ai.input.messages': '[]',
    });
    expect(claimsOn('config', facts.claims).map(([first]) => [first!.plan.target, first!.plan.rank < 1000])).toEqual([
      ['config', true],
      ['config.a', true],
      ['config.model', true],
      ['config.template', false],
    ]);
    expect(claimsOn('conf', facts.claims)).toEqual([]);
    expect(claimsOn('metadata', facts.claims)).toEqual([]);
    expect(claimsOn('inputs', facts.claims)).toHaveLength(1);
    expect(claimsOn('puts', facts.claims)).toEqual([]);
  });
});

describe('the agent of a span', () => {
  it.each<[string, Attributes, string, string | undefined]>([
    ['is named', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'helper' }, 'invoke_agent other', 'helper'],
    ['is the span, where that is an agent without a name', { 'gen_ai.operation.name': 'invoke_agent' }, 'invoke_agent helper', 'helper'],
    ['is the span of another family too', { 'openinference.span.kind': 'AGENT' }, ' helper ', 'helper'],
    ['is nobody where that span has no name either', { 'openinference.span.kind': 'AGENT' }, ' ', undefined],
    ['is nobody in another span', { 'gen_ai.operation.name': 'chat' }, 'chat', undefined],
  ])('%s', (_, attributes, name, agent) => expect(agentNameOf(readFacts(attributes), name)).toBe(agent));
});

describe('the bytes of facts', () => {
  it.each<[string, unknown, number]>([
    ['text at two bytes a character', 'abcd', 8],
    ['bytes as they are', new Uint8Array(100), 100],
    ['a number', 1, 8],
    ['a list and what it holds', ['ab', 'cd'], 16 + 2 * (24 + 4)],
    ['an object and what it holds', { a: { b: 'cd' } }, 16 + 16 + 24 + 4],
  ])('%s', (_, value, bytes) => expect(readFacts({ 'input.value': value }).bytes).toBe(64 + bytes));

  it('end somewhere in a value without end', () => {
    let deep: unknown = 'end';
    for (let depth = 0; depth < 10_000; depth++) deep = [deep];
    expect(readFacts({ 'input.value': deep }).bytes).toBeLessThan(1_000);
  });

  it('hold nothing of what is not kept', () => {
    expect(readFacts({ 'client.address': '10.0.0.1', 'gen_ai.usage.input_tokens': 5 }, [], true).bytes).toBe(0);
  });

  it('count messages in events', () => expect(readFacts({}, [{ name: 'gen_ai.choice', attributes: { content: 'abcd' } }]).bytes).toBe(64 + 16 + 24 + 8));
});

describe('a short text', () => {
  it.each<[unknown, string | undefined]>([
    [' id ', 'id'],
    ['', undefined],
    [' ', undefined],
    [5, '5'],
    [0, '0'],
    [false, 'false'],
    [['first', 'second'], 'first'],
    [[], undefined],
    [[''], undefined],
    [null, undefined],
    [{}, undefined],
    [[['a']], undefined],
  ])('of %j is %j', (value, text) => expect(toText(value)).toBe(text));

  it('is the first of a claim that says something', () => {
    expect(readFacts({ 'gen_ai.request.model': 'm' }).text('config.model')).toBe('m');
    expect(readFacts({ 'gen_ai.request.model': {} }).text('config.model')).toBeUndefined();
    expect(readFacts({}).text('config.model')).toBeUndefined();
  });
});
