import { chatInRequest, chatInResponse, readMessages, systemMessage } from '../../../src/session/content/chat.js';
import { parseJson } from '../../../src/session/content/json.js';
import type { Json, JsonObject } from '../../../src/session/session.js';

const user = { role: 'user', content: 'q' };
const answer = { role: 'assistant', content: 'a' };

describe('a list of messages', () => {
  it.each<[string, Json | undefined, unknown]>([
    ['plain', [user, answer], [user, answer]],
    ['one list per prompt, as LangChain keeps them', [[user, answer]], [user, answer]],
    ['several lists', [[user], [answer]], undefined],
    ['with something else in it', [user, 'text'], undefined],
    ['empty', [], undefined],
    ['of empty messages', [{ role: 'assistant', content: [] }], []],
    ['no list', user, undefined],
    ['nothing', undefined, undefined],
  ])('%s', (_, value, expected) => expect(readMessages(value, parseJson)).toEqual(expected));
});

describe('the chat in a request', () => {
  it.each<[string, JsonObject, object | undefined]>([
    ['OpenAI', { model: 'm', messages: [user], temperature: 0 }, { messages: [user], rest: { model: 'm', temperature: 0 } }],
    ['OpenAI responses', { model: 'm', input: [user], instructions: 'be kind' }, { messages: [{ role: 'system', content: 'be kind' }, user], rest: { model: 'm' } }],
    ['Anthropic', { system: 'be kind', messages: [user], max_tokens: 5 }, { messages: [{ role: 'system', content: 'be kind' }, user], rest: { max_tokens: 5 } }],
    ['Anthropic with system blocks', { system: [{ type: 'text', text: 'be' }, { type: 'text', text: 'kind' }], messages: [user] }, { messages: [{ role: 'system', content: 'be\nkind' }, user], rest: {} }],
    ['Gemini', { contents: [{ role: 'user', parts: [{ text: 'q' }] }] }, { messages: [user], rest: {} }],
    ['LangChain', { messages: [[{ lc: 1, type: 'constructor', id: ['x', 'HumanMessage'], kwargs: { content: 'q' } }]] }, { messages: [user], rest: {} }],
    ['a chain with fields beside its messages', { messages: [user], language: 'en' }, { messages: [user], rest: { language: 'en' } }],
    ['__proto__ beside', JSON.parse('{"messages":[{"role":"user","content":"q"}],"__proto__":{"a":1}}') as JsonObject, { messages: [user], rest: JSON.parse('{"__proto__":{"a":1}}') }],
    ['a text for input', { input: 'q' }, undefined],
    ['other messages', { messages: ['a', 'b'] }, undefined],
    ['nothing', {}, undefined],
  ])('%s', (_, request, expected) => expect(chatInRequest(request, false, parseJson)).toEqual(expected));
});

describe('the chat in a response', () => {
  const call = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'search', arguments: '{}' };

  it.each<[string, JsonObject, object | undefined]>([
    ['OpenAI', { id: 'r', choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }] }, { messages: [answer], rest: { id: 'r' } }],
    ['OpenAI completions', { choices: [{ text: 'a', index: 0 }] }, { messages: [answer], rest: {} }],
    ['OpenAI responses', { output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a' }] }] }, { messages: [answer], rest: {} }],
    [
      'OpenAI responses with thought and a call',
      { output: [{ type: 'reasoning', id: 'rs_1', summary: [] }, call] },
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'c1', name: 'search', arguments: {} }] }], rest: {} },
    ],
    ['Anthropic', { id: 'msg', type: 'message', role: 'assistant', content: [{ type: 'text', text: 'a' }], stop_reason: 'end_turn' }, { messages: [answer], rest: {} }],
    ['Gemini', { candidates: [{ content: { role: 'model', parts: [{ text: 'a' }] }, finishReason: 'STOP' }] }, { messages: [answer], rest: {} }],
    ['LangChain', { generations: [[{ text: 'a', message: { lc: 1, type: 'constructor', id: ['x', 'AIMessage'], kwargs: { content: 'a' } } }]], llmOutput: {} }, { messages: [answer], rest: { llmOutput: {} } }],
    ['LangChain without messages', { generations: [[{ text: 'a' }]] }, { messages: [answer], rest: {} }],
    ['LangGraph', { messages: [user, answer], step: 2 }, { messages: [user, answer], rest: { step: 2 } }],
    ['a message itself', { role: 'assistant', content: 'a' }, { messages: [answer], rest: {} }],
    ['a message that says nothing, and a list that does', { role: 'assistant', content: [], output: [answer] }, { messages: [answer], rest: { role: 'assistant', content: [] } }],
    ['no choice', { choices: [] }, undefined],
    ['choices of another kind', { choices: ['left', 'right'] }, undefined],
    ['an ordinary answer', { output: 'a', score: 1 }, undefined],
    ['nothing', {}, undefined],
  ])('%s', (_, response, expected) => expect(chatInResponse(response, parseJson)).toEqual(expected));
});

describe('system instructions', () => {
  it.each<[string, Json | undefined, object | undefined]>([
    ['a text', 'be kind', { role: 'system', content: 'be kind' }],
    ['GenAI parts', [{ type: 'text', content: 'be' }, { type: 'text', content: 'kind' }], { role: 'system', content: 'be\nkind' }],
    ['texts', ['be', 'kind'], { role: 'system', content: 'be\nkind' }],
    ['parts in a text', '[{"type":"text","content":"be kind"}]', { role: 'system', content: 'be kind' }],
    ['an empty text', '', undefined],
    ['no parts', [], undefined],
    ['null', null, undefined],
    ['nothing', undefined, undefined],
  ])('%s', (_, value, expected) => expect(systemMessage(value, parseJson)).toEqual(expected));
});
