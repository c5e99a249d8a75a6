import { type EventLike, readFacts } from '../../../src/conventions/read-facts.js';
import { inputsOf, looseInstructions, outputsOf } from '../../../src/session/content/content.js';
import { parseJson } from '../../../src/session/content/json.js';
import { JsonText } from '../../../src/session/json-text.js';
import type { JsonObject } from '../../../src/session/session.js';

type Attributes = Record<string, unknown>;

const plain = (bucket: JsonObject | JsonText | undefined): JsonObject | undefined => (bucket instanceof JsonText ? (bucket.toJSON() as JsonObject) : bucket);
const inputs = (attributes: Attributes, events?: EventLike[]): JsonObject | undefined => plain(inputsOf(readFacts(attributes, events), parseJson));
const outputs = (attributes: Attributes, events?: EventLike[]): JsonObject | undefined => plain(outputsOf(readFacts(attributes, events), parseJson));

const json = JSON.stringify;
const LLM = { 'openinference.span.kind': 'LLM' };
const CHAIN = { 'openinference.span.kind': 'CHAIN' };
const TOOL = { 'openinference.span.kind': 'TOOL' };
const chat = (content: string): object[] => [{ role: 'user', content }];
const q = { chat_history: chat('q') };

describe('inputs', () => {
  it.each<[string, Attributes, object | undefined]>([
    ['GenAI messages as JSON', { 'gen_ai.input.messages': json([{ role: 'user', parts: [{ type: 'text', content: 'q' }] }]) }, q],
    ['GenAI messages as SDK 3 keeps them', { 'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'q' }] }] }, q],
    [
      'GenAI instructions go first',
      { 'gen_ai.input.messages': json(chat('q')), 'gen_ai.system_instructions': json([{ type: 'text', content: 'be kind' }]) },
      { chat_history: [{ role: 'system', content: 'be kind' }, ...chat('q')] },
    ],
    ['instructions as plain text', { 'gen_ai.input.messages': json(chat('q')), 'gen_ai.system_instructions': 'be kind' }, { chat_history: [{ role: 'system', content: 'be kind' }, ...chat('q')] }],
    [
      'instructions that the chat has already are not repeated',
      { 'gen_ai.input.messages': json([{ role: 'system', content: 'be brief' }]), 'gen_ai.system_instructions': 'be kind' },
      { chat_history: [{ role: 'system', content: 'be brief' }] },
    ],
    [
      "instructions among Anthropic's parameters",
      { ...LLM, 'llm.input_messages.0.message.role': 'user', 'llm.input_messages.0.message.content': 'q', 'llm.invocation_parameters': json({ system: 'be kind', max_tokens: 5 }) },
      { chat_history: [{ role: 'system', content: 'be kind' }, ...chat('q')] },
    ],
    ['indexed messages of OpenLLMetry', { 'gen_ai.prompt.0.role': 'user', 'gen_ai.prompt.0.content': 'q' }, q],
    ['indexed messages of OpenInference', { 'llm.input_messages.0.message.role': 'user', 'llm.input_messages.0.message.content': 'q' }, q],
    ['indexed things that are no messages', { 'gen_ai.prompt.0.thing': 'x' }, { value: [{ thing: 'x' }] }],
    ['the whole request of a model call, its parameters left to the config', { ...LLM, 'input.value': json({ model: 'm', temperature: 0, messages: chat('q') }) }, q],
    ['the whole input of a chain, with what stands beside the chat', { ...CHAIN, 'input.value': json({ messages: chat('q'), language: 'en' }) }, { ...q, language: 'en' }],
    ['plain text of a model call is a question', { ...LLM, 'input.value': 'q' }, q],
    ['plain text of a chain too', { ...CHAIN, 'input.value': 'q' }, q],
    ['plain text of a tool is no chat', { ...TOOL, 'input.value': 'q' }, { value: 'q' }],
    ['a list of messages', { ...CHAIN, 'input.value': json(chat('q')) }, q],
    ['a list of anything', { ...CHAIN, 'input.value': json(['a', 1]) }, { value: ['a', 1] }],
    ['an object', { ...CHAIN, 'input.value': json({ question: 'q' }) }, { question: 'q' }],
    ['an object of SDK 3', { ...CHAIN, 'input.value': { question: 'q', n: NaN } }, { question: 'q', n: 'NaN' }],
    ['JSON encoded twice', { ...CHAIN, 'input.value': json(json({ question: 'q' })) }, { question: 'q' }],
    ['JSON that was cut is text', { ...CHAIN, 'input.value': '{"question":"q' }, { chat_history: chat('{"question":"q') }],
    ['arguments of a tool', { 'gen_ai.tool.call.arguments': json({ city: 'Rome' }) }, { city: 'Rome' }],
    ['arguments of a tool that look like a chat stay what they are', { 'gen_ai.tool.call.arguments': json({ messages: chat('q') }) }, { messages: chat('q') }],
    ['an argument of a tool', { 'gen_ai.tool.call.arguments': 'Rome' }, { value: 'Rome' }],
    ["HoneyHive's fields", { 'honeyhive_inputs.question': 'q', 'honeyhive_inputs.context.0': 'c' }, { question: 'q', context: ['c'] }],
    ["HoneyHive's chat", { 'honeyhive_inputs.chat_history': json(chat('q')) }, q],
    ["HoneyHive's chat, flattened", { 'honeyhive.inputs.chat_history.0.role': 'user', 'honeyhive.inputs.chat_history.0.content': 'q' }, q],
    ["HoneyHive's JSON", { honeyhive_inputs: json({ question: 'q' }) }, { question: 'q' }],
    ["HoneyHive's list, flattened, stays an object", { 'honeyhive_inputs.0.role': 'user', 'honeyhive_inputs.0.content': 'q' }, { 0: { role: 'user', content: 'q' } }],
    ["HoneyHive's arguments", { 'honeyhive_inputs._params_.city': 'Rome' }, { _params_: { city: 'Rome' } }],
    ['an empty object says nothing', { ...CHAIN, 'input.value': '{}' }, undefined],
    ['an empty list of messages is a list', { ...CHAIN, 'input.value': '[]' }, { value: [] }],
    ['messages that say nothing', { 'gen_ai.input.messages': json([{ role: 'assistant', content: [] }]) }, undefined],
    ['nothing', { ...LLM }, undefined],
  ])('%s', (_, attributes, expected) => expect(inputs(attributes)).toEqual(expected));

  it.each<[string, EventLike[], object]>([
    ['as once specified', [{ name: 'gen_ai.user.message', attributes: { content: 'q' } }], q],
    ['with a role of their own', [{ name: 'gen_ai.user.message', attributes: { role: 'critic', content: 'q' } }], { chat_history: [{ role: 'critic', content: 'q' }] }],
    ['with their content as JSON', [{ name: 'gen_ai.user.message', attributes: { 'gen_ai.event.content': json({ content: 'q' }) } }], q],
    ['with attributes about the model beside', [{ name: 'gen_ai.user.message', attributes: { 'gen_ai.system': 'openai', content: 'q' } }], q],
    [
      'that call tools',
      [{ name: 'gen_ai.assistant.message', attributes: { tool_calls: json([{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }]) } }],
      { chat_history: [{ role: 'assistant', tool_calls: [{ id: 'c', name: 'f', arguments: {} }] }] },
    ],
    ['of tools', [{ name: 'gen_ai.tool.message', attributes: { id: 'c', content: 'rainy' } }], { chat_history: [{ role: 'tool', tool_call_id: 'c', content: 'rainy' }] }],
    ['that are no message', [{ name: 'gen_ai.user.message', attributes: { thing: 1 } }], { value: [{ role: 'user', thing: 1 }] }],
    ['whose message is a text', [{ name: 'gen_ai.user.message', attributes: { 'gen_ai.event.content': json({ message: 'q' }) } }], { value: [{ role: 'user', message: 'q' }] }],
    [
      'with __proto__ in them',
      [{ name: 'gen_ai.user.message', attributes: { content: 'q', 'gen_ai.event.content': '{"__proto__":{"role":"system"}}' } }],
      q,
    ],
    [
      'in their order',
      [
        { name: 'gen_ai.system.message', attributes: { content: 'be kind' } },
        { name: 'gen_ai.user.message', attributes: { content: 'q' } },
      ],
      { chat_history: [{ role: 'system', content: 'be kind' }, ...chat('q')] },
    ],
  ])('out of events %s', (_, events, expected) => expect(inputs({}, events)).toEqual(expected));
});

describe('outputs', () => {
  const a = { role: 'assistant', content: 'a' };
  const call = { id: 'c', name: 'f', arguments: {} };

  it.each<[string, Attributes, object | undefined]>([
    ['GenAI messages', { 'gen_ai.output.messages': json([{ role: 'assistant', parts: [{ type: 'text', content: 'a' }], finish_reason: 'stop' }]) }, a],
    ['a tool call', { 'gen_ai.output.messages': json([{ role: 'assistant', parts: [{ type: 'tool_call', ...call }] }]) }, { role: 'assistant', tool_calls: [call] }],
    ['reasoning', { 'gen_ai.output.messages': json([{ role: 'assistant', parts: [{ type: 'reasoning', content: 'hm' }, { type: 'text', content: 'a' }] }]) }, { ...a, reasoning: 'hm' }],
    ['indexed messages', { 'gen_ai.completion.0.role': 'assistant', 'gen_ai.completion.0.content': 'a' }, a],
    ['indexed messages of OpenInference', { 'llm.output_messages.0.message.role': 'assistant', 'llm.output_messages.0.message.content': 'a' }, a],
    ['the whole response of a model', { ...LLM, 'output.value': json({ id: 'r', choices: [{ message: a }], usage: {} }) }, a],
    ['the whole result of a chain', { ...CHAIN, 'output.value': json({ messages: [a], score: 1 }) }, { ...a, score: 1 }],
    ['plain text', { ...LLM, 'output.value': 'a' }, a],
    ['plain text of a tool', { ...TOOL, 'output.value': 'a' }, { value: 'a' }],
    ['a result of a tool', { 'gen_ai.tool.call.result': json({ degrees: 20 }) }, { degrees: 20 }],
    ['an object', { ...CHAIN, 'output.value': json({ answer: 'a' }) }, { answer: 'a' }],
    ["HoneyHive's fields", { 'honeyhive_outputs.result': 'a' }, { result: 'a' }],
    ["HoneyHive's answer", { 'honeyhive_outputs.role': 'assistant', 'honeyhive_outputs.content': 'a' }, a],
    [
      'the steps of an agent: the answer, and what was done on the way',
      { ...CHAIN, 'output.value': json({ messages: [...chat('q'), { role: 'assistant', content: null, tool_calls: [call] }, { role: 'tool', tool_call_id: 'c', content: 'rainy' }, a] }) },
      { ...a, chat_history: [{ role: 'assistant', tool_calls: [call] }, { role: 'tool', tool_call_id: 'c', content: 'rainy' }] },
    ],
    ['a conversation of which only the last turn is new', { ...CHAIN, 'output.value': json({ messages: [...chat('q1'), { role: 'assistant', content: 'a1' }, ...chat('q2'), a] }) }, a],
    ['messages without an answer', { ...CHAIN, 'output.value': json({ messages: [{ role: 'tool', tool_call_id: 'c', content: 'rainy' }] }) }, { role: 'tool', tool_call_id: 'c', content: 'rainy' }],
    ['several answers', { 'gen_ai.output.messages': json([{ role: 'assistant', content: 'a1' }, a]) }, { ...a, chat_history: [{ role: 'assistant', content: 'a1' }] }],
    ['an empty object', { ...CHAIN, 'output.value': '{}' }, undefined],
    ['nothing', LLM, undefined],
  ])('%s', (_, attributes, expected) => expect(outputs(attributes)).toEqual(expected));

  it.each<[string, EventLike[], object]>([
    ['as once specified', [{ name: 'gen_ai.choice', attributes: { index: 0, finish_reason: 'stop', message: json(a) } }], a],
    ['with the message in JSON', [{ name: 'gen_ai.choice', attributes: { 'gen_ai.event.content': json({ index: 0, message: a }) } }], a],
    ['with the message in attributes', [{ name: 'gen_ai.choice', attributes: { content: 'a' } }], a],
    ['as OpenLLMetry once wrote them', [{ name: 'gen_ai.content.completion', attributes: { 'gen_ai.completion': json([a]) } }], a],
  ])('out of events %s', (_, events, expected) => expect(outputs({}, events)).toEqual(expected));
});

describe('instructions without a chat', () => {
  it.each<[string, Attributes, string | undefined]>([
    ['a text', { 'gen_ai.system_instructions': 'be kind' }, 'be kind'],
    ['parts', { 'gen_ai.system_instructions': json([{ type: 'text', content: 'be kind' }]) }, 'be kind'],
    ['among parameters', { 'llm.invocation_parameters': json({ system: 'be kind' }) }, 'be kind'],
    ['none', { 'llm.invocation_parameters': json({ seed: 1 }) }, undefined],
  ])('%s', (_, attributes, expected) => expect(looseInstructions(readFacts(attributes), parseJson)).toBe(expected));
});
