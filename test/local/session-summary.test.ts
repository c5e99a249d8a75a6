import { summarize } from '../../src/local/session-summary.js';
import { event } from './events.js';

test('the input is what the user said last', () => {
  const chat_history = [
    { role: 'system', content: 'be brief' },
    { role: 'user', content: 'first' },
    { role: 'assistant', content: 'ok' },
    { role: 'user', content: 'second' },
    { role: 'tool', content: 'result' },
  ];
  expect(summarize(event({ inputs: { a: 'other', chat_history } })).input).toBe('second');
});

test.each([
  [{ count: 3, query: 'find it', other: 'x' }, 'find it'],
  [{ count: 3, deep: { a: 1 } }, '{"count":3,"deep":{"a":1}}'],
  [{ chat_history: [{ role: 'assistant', content: 'hi' }] }, '{"chat_history":[{"role":"assistant","content":"hi"}]}'],
  [{ chat_history: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }] }, '[{"type":"text","text":"hi"}]'],
  [{ chat_history: [null, 5, []], query: 'odd' }, 'odd'],
  [{}, ''],
])('the input of %j is %j', (inputs, shown) => {
  expect(summarize(event({ inputs })).input).toBe(shown);
});

test.each([
  [{ role: 'assistant', content: 'hello' }, 'hello'],
  [{ content: '', tool_calls: [{ name: 'weather' }, { id: '1' }, { name: 'search' }] }, 'weather(), search()'],
  [{ content: null, tool_calls: [] }, '{"content":null,"tool_calls":[]}'],
  [{ content: { a: 1 } }, '{"a":1}'],
  [{ value: 5 }, '{"value":5}'],
  [{}, ''],
])('the output of %j is %j', (outputs, shown) => {
  expect(summarize(event({ outputs })).output).toBe(shown);
});

test.each([
  [{ user_id: 'u1', email: 'e', name: 'n' }, 'u1'],
  [{ email: 'e', name: 'n' }, 'e'],
  [{ name: 'n' }, 'n'],
  [{ user_id: 42 }, '42'],
  [{ plan: 'pro' }, ''],
])('the user of %j is %j', (user_properties, shown) => {
  expect(summarize(event({ user_properties })).user).toBe(shown);
});

test.each([
  [0, '0ms'],
  [12.7, '13ms'],
  [1_240, '1.2s'],
  [59_999, '60.0s'],
  [125_000, '2m05s'],
  [3_600_000, '60m00s'],
])('%d milliseconds are shown as %s', (duration, shown) => {
  expect(summarize(event({ duration })).duration).toBe(shown);
});

test('the error is the event’s own, else that of its metadata', () => {
  expect(summarize(event()).error).toBe('');
  expect(summarize(event({ metadata: { error: 'timeout' } })).error).toBe('timeout');
  expect(summarize(event({ error: 'own', metadata: { error: 'timeout' } })).error).toBe('own');
  expect(summarize(event({ metadata: { error: { code: 5 } } })).error).toBe('{"code":5}');
});
