import { parseJson } from '../../../src/session/content/json.js';
import { readMessage } from '../../../src/session/content/message.js';
import type { Json, JsonObject } from '../../../src/session/session.js';

const read = (message: Json): unknown => readMessage(message, parseJson);

/** A message with one part. */
const withPart = (part: Json, role = 'user'): JsonObject => ({ role, parts: [part] });

describe('a part of a message', () => {
  it.each<[string, JsonObject, string]>([
    ['GenAI text', { type: 'text', content: 'hi' }, 'hi'],
    ['OpenAI and Anthropic text', { type: 'text', text: 'hi' }, 'hi'],
    ['OpenAI responses input', { type: 'input_text', text: 'hi' }, 'hi'],
    ['OpenAI responses output', { type: 'output_text', text: 'hi', annotations: [] }, 'hi'],
    ['OpenAI refusal', { type: 'refusal', refusal: 'no' }, 'no'],
    ['Gemini text, without a type', { text: 'hi' }, 'hi'],
    ['OpenInference text', { message_content: { type: 'text', text: 'hi' } }, 'hi'],
    ['an empty text', { type: 'text', text: '' }, ''],
    ['text that is structured', { type: 'text', content: { a: 1 } }, '{"a":1}'],
    ['an image', { type: 'image_url', image_url: { url: 'https://x/y.png' } }, '[image: https://x/y.png]'],
    ['an image of OpenInference', { message_content: { type: 'image', image: { image: { url: 'https://x/y.png' } } } }, '[image: https://x/y.png]'],
    ['a kind of part that nobody knows, with a text', { type: 'citation', text: 'hi' }, 'hi'],
    ['a kind of part that nobody knows', { type: 'compaction', id: 'c' }, '{"type":"compaction","id":"c"}'],
    ['a part called like a method', { type: 'constructor', id: 'c' }, '{"type":"constructor","id":"c"}'],
  ])('that is text: %s', (_, part, content) => expect(read(withPart(part))).toEqual([{ role: 'user', content }]));

  it.each(['blob', 'file', 'uri', 'image', 'image_url', 'input_image', 'audio', 'input_audio', 'input_file', 'document', 'video', 'media'])(
    'that is media: %s',
    (type) => expect(read(withPart({ type, modality: 'thing' }))).toEqual([{ role: 'user', content: '[thing]' }]),
  );

  it.each<[string, JsonObject, string]>([
    ['GenAI', { type: 'reasoning', content: 'hm' }, 'hm'],
    ['AI SDK', { type: 'reasoning', text: 'hm' }, 'hm'],
    ['Anthropic', { type: 'thinking', thinking: 'hm', signature: 's' }, 'hm'],
  ])('that is thought: %s', (_, part, reasoning) => expect(read(withPart(part, 'assistant'))).toEqual([{ role: 'assistant', reasoning }]));

  it.each<[string, JsonObject, object]>([
    ['GenAI', { type: 'tool_call', id: 'c1', name: 'search', arguments: { q: 1 } }, { id: 'c1', name: 'search', arguments: { q: 1 } }],
    ['AI SDK 5', { type: 'tool-call', toolCallId: 'c1', toolName: 'search', input: { q: 1 } }, { id: 'c1', name: 'search', arguments: { q: 1 } }],
    ['AI SDK 4', { type: 'tool-call', toolCallId: 'c1', toolName: 'search', args: { q: 1 } }, { id: 'c1', name: 'search', arguments: { q: 1 } }],
    ['Anthropic', { type: 'tool_use', id: 'c1', name: 'search', input: { q: 1 } }, { id: 'c1', name: 'search', arguments: { q: 1 } }],
    ['OpenAI responses', { type: 'function_call', id: 'fc_9', call_id: 'c1', name: 'search', arguments: '{"q":1}' }, { id: 'c1', name: 'search', arguments: { q: 1 } }],
    ['arguments that are no JSON', { type: 'tool_call', id: 'c1', name: 'search', arguments: '{"q":' }, { id: 'c1', name: 'search', arguments: '{"q":' }],
    ['without arguments', { type: 'tool_call', id: 'c1', name: 'now' }, { id: 'c1', name: 'now', arguments: {} }],
    ['without an id', { type: 'tool_call', name: 'now' }, { name: 'now', arguments: {} }],
    ['without a name', { type: 'tool_call', id: 'c1' }, { id: 'c1', name: 'unknown', arguments: {} }],
  ])('that calls a tool: %s', (_, part, call) => expect(read(withPart(part, 'assistant'))).toEqual([{ role: 'assistant', tool_calls: [call] }]));

  it.each<[string, JsonObject, object]>([
    ['GenAI', { type: 'tool_call_response', id: 'c1', response: { r: 1 } }, { tool_call_id: 'c1', content: '{"r":1}' }],
    ['GenAI as once documented', { type: 'tool_call_response', id: 'c1', result: 'rainy' }, { tool_call_id: 'c1', content: 'rainy' }],
    ['Anthropic', { type: 'tool_result', tool_use_id: 'c1', content: 'rainy' }, { tool_call_id: 'c1', content: 'rainy' }],
    ['Anthropic, in parts', { type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'rainy' }, { type: 'text', text: 'cold' }] }, { tool_call_id: 'c1', content: 'rainy\ncold' }],
    ['Anthropic, with an image', { type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAEC' } }] }, { tool_call_id: 'c1', content: '[image: image/png, 3 bytes]' }],
    ['records of its own', { type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'file', name: 'a' }] }, { tool_call_id: 'c1', content: '[{"type":"file","name":"a"}]' }],
    ['AI SDK 5', { type: 'tool-result', toolCallId: 'c1', toolName: 'search', output: { type: 'json', value: 1 } }, { tool_call_id: 'c1', name: 'search', content: '{"type":"json","value":1}' }],
    ['AI SDK 4', { type: 'tool-result', toolCallId: 'c1', toolName: 'search', result: [1, 2] }, { tool_call_id: 'c1', name: 'search', content: '[1,2]' }],
    ['OpenAI responses', { type: 'function_call_output', id: 'fco_9', call_id: 'c1', output: 'rainy' }, { tool_call_id: 'c1', content: 'rainy' }],
    ['a result of nothing', { type: 'tool_result', tool_use_id: 'c1' }, { tool_call_id: 'c1', content: '' }],
    ['false', { type: 'tool_call_response', id: 'c1', response: false }, { tool_call_id: 'c1', content: 'false' }],
  ])('that answers for a tool: %s', (_, part, result) => expect(read(withPart(part, 'tool'))).toEqual([{ role: 'tool', ...result }]));
});

describe('a message', () => {
  const call = { id: 'c1', type: 'function', function: { name: 'search', arguments: '{"q":1}' } };
  const called = { id: 'c1', name: 'search', arguments: { q: 1 } };

  it.each<[string, Json, object[]]>([
    ['GenAI', { role: 'user', parts: [{ type: 'text', content: 'hi' }] }, [{ role: 'user', content: 'hi' }]],
    ['GenAI with its finish reason', { role: 'assistant', parts: [{ type: 'text', content: 'hi' }], finish_reason: 'stop' }, [{ role: 'assistant', content: 'hi' }]],
    ['OpenAI', { role: 'system', content: 'hi' }, [{ role: 'system', content: 'hi' }]],
    ['OpenAI with parts', { role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }] }, [{ role: 'user', content: 'a\nb' }]],
    ['OpenAI with a name', { role: 'user', name: 'ann', content: 'hi' }, [{ role: 'user', name: 'ann', content: 'hi' }]],
    ['OpenAI developer', { role: 'developer', content: 'hi' }, [{ role: 'developer', content: 'hi' }]],
    ['OpenAI calling a tool', { role: 'assistant', content: null, tool_calls: [call] }, [{ role: 'assistant', tool_calls: [called] }]],
    ['OpenAI saying something and calling a tool', { role: 'assistant', content: 'wait', tool_calls: [call] }, [{ role: 'assistant', content: 'wait', tool_calls: [called] }]],
    ['OpenAI calling a function', { role: 'assistant', content: null, function_call: { name: 'search', arguments: '{"q":1}' } }, [{ role: 'assistant', tool_calls: [{ name: 'search', arguments: { q: 1 } }] }]],
    ['OpenAI refusing', { role: 'assistant', content: null, refusal: 'no' }, [{ role: 'assistant', content: 'no' }]],
    ['OpenAI with nothing to say', { role: 'assistant', content: null }, []],
    ['OpenAI tool', { role: 'tool', tool_call_id: 'c1', content: 'rainy' }, [{ role: 'tool', tool_call_id: 'c1', content: 'rainy' }]],
    ['OpenAI tool with parts', { role: 'tool', tool_call_id: 'c1', name: 'search', content: [{ type: 'text', text: 'rainy' }] }, [{ role: 'tool', tool_call_id: 'c1', name: 'search', content: 'rainy' }]],
    ['OpenAI function', { role: 'function', name: 'search', content: 'rainy' }, [{ role: 'tool', name: 'search', content: 'rainy' }]],
    [
      'Anthropic with results and a question',
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'rainy' }, { type: 'text', text: 'and now?' }] },
      [{ role: 'tool', tool_call_id: 'c1', content: 'rainy' }, { role: 'user', content: 'and now?' }],
    ],
    ['Anthropic with results only', { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'rainy' }] }, [{ role: 'tool', tool_call_id: 'c1', content: 'rainy' }]],
    [
      'AI SDK with two results',
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1', toolName: 'a', result: 1 }, { type: 'tool-result', toolCallId: 'c2', toolName: 'b', result: 2 }] },
      [{ role: 'tool', tool_call_id: 'c1', name: 'a', content: '1' }, { role: 'tool', tool_call_id: 'c2', name: 'b', content: '2' }],
    ],
    ['a tool message with a name and a result part', { role: 'tool', name: 'search', parts: [{ type: 'tool_call_response', id: 'c1', response: 'rainy' }] }, [{ role: 'tool', tool_call_id: 'c1', content: 'rainy' }]],
    ['Gemini', { role: 'model', parts: [{ text: 'hi' }] }, [{ role: 'assistant', content: 'hi' }]],
    ['Gemini with contents', { role: 'user', contents: [{ text: 'hi' }] }, [{ role: 'user', content: 'hi' }]],
    ['OpenInference, put together again', { message: { role: 'user', content: 'hi' } }, [{ role: 'user', content: 'hi' }]],
    [
      'OpenInference with contents',
      { message: { role: 'user', contents: [{ message_content: { type: 'text', text: 'a' } }, { message_content: { type: 'text', text: 'b' } }] } },
      [{ role: 'user', content: 'a\nb' }],
    ],
    [
      'OpenInference calling a tool',
      { message: { role: 'assistant', tool_calls: [{ tool_call: { id: 'c1', function: { name: 'search', arguments: '{"q":1}' } } }] } },
      [{ role: 'assistant', tool_calls: [called] }],
    ],
    ['LangChain, serialised', { lc: 1, type: 'constructor', id: ['langchain_core', 'messages', 'HumanMessage'], kwargs: { content: 'hi' } }, [{ role: 'user', content: 'hi' }]],
    ['LangChain system', { lc: 1, type: 'constructor', id: ['langchain_core', 'messages', 'SystemMessage'], kwargs: { content: 'hi' } }, [{ role: 'system', content: 'hi' }]],
    [
      'LangChain calling a tool',
      { lc: 1, type: 'constructor', id: ['langchain_core', 'messages', 'AIMessageChunk'], kwargs: { content: '', tool_calls: [{ name: 'search', args: { q: 1 }, id: 'c1' }] } },
      [{ role: 'assistant', content: '', tool_calls: [called] }],
    ],
    [
      'LangChain tool',
      { lc: 1, type: 'constructor', id: ['langchain_core', 'messages', 'ToolMessage'], kwargs: { content: 'rainy', tool_call_id: 'c1', name: 'search' } },
      [{ role: 'tool', tool_call_id: 'c1', name: 'search', content: 'rainy' }],
    ],
    [
      'LangChain with a role of its own',
      { lc: 1, type: 'constructor', id: ['langchain_core', 'messages', 'ChatMessage'], kwargs: { content: 'hi', role: 'critic' } },
      [{ role: 'critic', content: 'hi' }],
    ],
    ['LangChain as a dictionary', { type: 'human', data: { content: 'hi' } }, [{ role: 'user', content: 'hi' }]],
    ['LangChain as a flat dictionary', { type: 'ai', content: 'hi' }, [{ role: 'assistant', content: 'hi' }]],
    ['LangChain system as a dictionary', { type: 'system', content: 'hi' }, [{ role: 'system', content: 'hi' }]],
    ['LangChain tool as a dictionary', { type: 'tool', content: 'rainy', tool_call_id: 'c1' }, [{ role: 'tool', tool_call_id: 'c1', content: 'rainy' }]],
    ['Vercel AI SDK UI', { id: 'm1', role: 'user', parts: [{ type: 'text', text: 'hi' }] }, [{ role: 'user', content: 'hi' }]],
    ['parts in a text', { role: 'user', content: '[{"type":"text","text":"a"},{"type":"text","text":"b"}]' }, [{ role: 'user', content: 'a\nb' }]],
    ['JSON in a text that is no list of parts', { role: 'user', content: '[{"a":1}]' }, [{ role: 'user', content: '[{"a":1}]' }]],
    ['text that only looks like JSON', { role: 'user', content: '[{oops' }, [{ role: 'user', content: '[{oops' }]],
    ['parts that are plain texts', { role: 'user', content: ['a', 'b', null, 5] }, [{ role: 'user', content: 'a\nb\n5' }]],
    ['an object as content', { role: 'user', content: { question: 'q' } }, [{ role: 'user', content: '{"question":"q"}' }]],
    ['an empty content', { role: 'user', content: '' }, [{ role: 'user', content: '' }]],
    ['no parts', { role: 'assistant', content: [] }, []],
    ['thought and words', { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm' }, { type: 'text', text: 'hi' }] }, [{ role: 'assistant', content: 'hi', reasoning: 'hm' }]],
  ])('%s', (_, message, expected) => expect(read(message)).toEqual(expected));

  it.each<[string, Json]>([
    ['a text', 'hi'],
    ['null', null],
    ['a list', [{ role: 'user', content: 'hi' }]],
    ['no role', { content: 'hi' }],
    ['no content', { role: 'user' }],
    ['a role that is no text', { role: 5, content: 'hi' }],
    ['an ordinary object with a type', { type: 'invoice', content: 'hi' }],
    ['a serialised thing that is no message', { lc: 1, type: 'constructor', id: ['langchain_core', 'prompts', 'PromptTemplate'], kwargs: { content: 'hi' } }],
    ['a serialised thing that is called like a method', { lc: 1, type: 'constructor', id: ['constructor'], kwargs: { content: 'hi' } }],
    ['inherited fields', Object.create({ role: 'user', content: 'hi' }) as JsonObject],
    ['a role called like a method', JSON.parse('{"type":"toString","content":"hi"}') as Json],
  ])('it is none: %s', (_, value) => expect(read(value)).toBeUndefined());

  it('does not change what it is read from', () => {
    const message = { role: 'assistant', content: [{ type: 'text', text: 'a' }], tool_calls: [call] };
    const before = structuredClone(message);
    read(message);
    expect(message).toEqual(before);
  });
});
