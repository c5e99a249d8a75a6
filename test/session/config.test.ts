import { sessionOf, type TraceGiven } from './session-of.js';

const json = JSON.stringify;
const configOf = (given: TraceGiven): unknown => sessionOf(given).config;

describe('the config of a session', () => {
  it.each<[string, Record<string, unknown>, object | undefined]>([
    [
      'GenAI',
      { 'gen_ai.request.model': 'm', 'gen_ai.provider.name': 'p', 'gen_ai.request.temperature': 0.5, 'gen_ai.request.stop_sequences': ['a', 'b'], 'gen_ai.request.choice.count': 2 },
      { model: 'm', provider: 'p', temperature: 0.5, stop_sequences: ['a', 'b'], choice: { count: 2 } },
    ],
    ['GenAI of old', { 'gen_ai.system': 'p' }, { provider: 'p' }],
    ['GenAI tools', { 'gen_ai.tool.definitions': json([{ name: 't' }]) }, { tools: [{ name: 't' }] }],
    ['GenAI prompt', { 'gen_ai.prompt.name': 'greeting' }, { prompt_name: 'greeting' }],
    [
      'OpenInference: the model that was asked for, not the one that answered',
      { 'llm.model_name': 'm', 'llm.provider': 'p', 'llm.invocation_parameters': json({ model: 'other', temperature: 0, tools: [1], messages: [1], user: 'u', stream: true }) },
      { model: 'other', provider: 'p', temperature: 0, stream: true },
    ],
    ['OpenInference tools', { 'llm.tools.0.tool.json_schema': json({ name: 't' }), 'llm.tools.1.tool.json_schema': 'cut {' }, { tools: [{ name: 't' }, 'cut {'] }],
    [
      'OpenInference template',
      { 'llm.prompt_template.template': 'Hi {n}', 'llm.prompt_template.version': '2', 'llm.prompt_template.variables': json({ n: 'x' }) },
      { template: 'Hi {n}', template_version: '2', template_variables: { n: 'x' } },
    ],
    ["HoneyHive's fields", { 'honeyhive_config.model': 'm', 'honeyhive.config.a.b': 1 }, { model: 'm', a: { b: 1 } }],
    ["HoneyHive's JSON", { honeyhive_config: json({ model: 'm', template: [{ role: 'system', content: 'x' }] }) }, { model: 'm', template: [{ role: 'system', content: 'x' }] }],
    ["HoneyHive's JSON goes before all else", { honeyhive_config: json({ model: 'own' }), 'gen_ai.request.model': 'm', 'gen_ai.request.seed': 1 }, { model: 'own', seed: 1 }],
    ['objects are merged', { 'honeyhive_config.a.b': 1, 'gen_ai.request.a.c': 2 }, { a: { b: 1, c: 2 } }],
    ['a text that is no object', { honeyhive_config: 'fast' }, { value: 'fast' }],
    ['__proto__', { 'gen_ai.request.__proto__': 'x' }, JSON.parse('{"__proto__":"x"}') as object],
    ['nothing', { 'http.route': '/' }, undefined],
  ])('%s', (_, attributes, config) => expect(configOf({ attributes })).toEqual(config));

  it.each<[string, TraceGiven, object]>([
    ['the model call below a request', { attributes: { 'http.route': '/' }, children: [{ attributes: { 'gen_ai.request.model': 'm', 'gen_ai.request.seed': 1 } }] }, { model: 'm', seed: 1 }],
    ['the root goes first', { attributes: { 'honeyhive_config.seed': 5 }, children: [{ attributes: { 'gen_ai.request.model': 'm', 'gen_ai.request.seed': 1 } }] }, { model: 'm', seed: 5 }],
    [
      'settings of another model than the root names are not mixed in',
      { attributes: { 'gen_ai.request.model': 'planner' }, children: [{ attributes: { 'gen_ai.request.model': 'worker', 'gen_ai.request.seed': 1 } }] },
      { model: 'planner' },
    ],
    [
      'those of the same model are',
      { attributes: { 'gen_ai.request.model': 'm' }, children: [{ attributes: { 'gen_ai.request.model': 'm', 'gen_ai.request.seed': 1 } }] },
      { model: 'm', seed: 1 },
    ],
    ['instructions of a call whose chat is unknown', { attributes: { 'gen_ai.system_instructions': 'be kind' } }, { system_instructions: 'be kind' }],
  ])('out of several spans: %s', (_, given, config) => expect(configOf(given)).toEqual(config));

  it('has no instructions where the chat has them', () => {
    const session = sessionOf({ attributes: { 'gen_ai.system_instructions': 'be kind', 'gen_ai.input.messages': json([{ role: 'user', content: 'q' }]) } });
    expect(session.config).toBeUndefined();
    expect(session.inputs).toEqual({ chat_history: [{ role: 'system', content: 'be kind' }, { role: 'user', content: 'q' }] });
  });
});
