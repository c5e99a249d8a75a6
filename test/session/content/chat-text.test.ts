import fc from 'fast-check';
import { readMessages } from '../../../src/session/content/chat.js';
import { chatText } from '../../../src/session/content/chat-text.js';
import { parseJson } from '../../../src/session/content/json.js';
import { finishSession } from '../../../src/session/finish-session.js';
import { hasSecretKey, hasSecretKeyIn } from '../../../src/session/redaction/redact.js';
import type { Json, JsonObject } from '../../../src/session/session.js';
import { captureNames, readCapture } from '../../support/captures.js';
import { settings } from '../../support/replay.js';
import { canonical } from '../canonical.js';
import { factsOf } from '../session-of.js';
import { wearIn } from './wear-in.js';

/** The same chat as who parses reads it. */
const read = (text: string): Json | undefined => readMessages(parseJson(text), parseJson);

/** A chat as `chatText` has it, `undefined` where it has none; all that it promises is checked. */
function written(text: string): Json[] | undefined {
  const chat = chatText(text);
  if (chat === undefined) return undefined;
  return chat.map((message): Json => {
    const read = JSON.parse(`${message.text}}`) as JsonObject;
    expect(read['role']).toBe(message.role);
    if (hasSecretKey(read['tool_calls'])) expect(hasSecretKeyIn(message.toolArguments)).toBe(true);
    return read;
  });
}

const user = (content: string): string => `[{"role":"user","parts":[{"type":"text","content":${content}}]}]`;
const parts = (list: string, role: string = 'assistant'): string => `[{"role":"${role}","parts":[${list}]}]`;

const TEXT = '{"type":"text","content":"a"}';
const CALL = '{"type":"tool_call","id":"c1","name":"f","arguments":{"a":{"b":[1,null]}}}';
const RESULT = '{"type":"tool_call_response","id":"c1","response":"{\\"a\\":1}"}';
const THOUGHT = '{"type":"reasoning","content":"hm"}';

beforeAll(wearIn);

describe('a chat told by its text', () => {
  it.each([
    [user('"a\\n\\"b\\" \\\\ é 😀 \\u0001"'), [{ role: 'user', content: 'a\n"b" \\ é 😀 \u0001' }]],
    ['[{"role":"user","content":"q"},{"role":"assistant","content":""}]', [{ role: 'user', content: 'q' }, { role: 'assistant', content: '' }]],
    ['[{"role":"user","content":[{"type":"text","text":"q"}]}]', [{ role: 'user', content: 'q' }]],
    [parts(`${TEXT},${TEXT},${TEXT}`), [{ role: 'assistant', content: 'a\na\na' }]],
    [parts(CALL), [{ role: 'assistant', tool_calls: [{ id: 'c1', name: 'f', arguments: { a: { b: [1, null] } } }] }]],
    [parts('{"type":"tool_call","name":"f","arguments":{}}'), [{ role: 'assistant', tool_calls: [{ name: 'f', arguments: {} }] }]],
    [parts(RESULT, 'tool'), [{ role: 'tool', tool_call_id: 'c1', content: '{"a":1}' }]],
    [parts(`${RESULT},${RESULT}`, 'user'), [{ role: 'tool', tool_call_id: 'c1', content: '{"a":1}' }, { role: 'tool', tool_call_id: 'c1', content: '{"a":1}' }]],
    [parts('{"type":"tool_call_response","id":"c1","response":{"a": "\\""}}', 'tool'), [{ role: 'tool', tool_call_id: 'c1', content: '{"a":"\\""}' }]],
    [parts(`${THOUGHT},${CALL},${TEXT},${THOUGHT},${CALL}`), [{ role: 'assistant', content: 'a', reasoning: 'hm\nhm', tool_calls: [1, 2].map(() => ({ id: 'c1', name: 'f', arguments: { a: { b: [1, null] } } })) }]],
    ['[{"role":"assistant","parts":[{"type":"text","content":"a"}],"finish_reason":"stop"},{"role":"assistant","finish_reason":null,"parts":[{"type":"text","content":"b"}]}]', [{ role: 'assistant', content: 'a' }, { role: 'assistant', content: 'b' }]],
  ])('is %s', (text, messages) => {
    expect(written(text)).toEqual(messages);
    expect(read(text)).toEqual(messages);
  });

  it.each([
    // No JSON.
    '', '[]', '[{"role":"user","content":"q"}', '[{"role":"user","content":"q"}]]', '[{"role":"user","content":"q"},]', '[{"role":"user","content":"q"}],{"role":"user","content":"q"}]', '[{"role":"user","content":"q"}{"role":"user","content":"q"}]', user('"a\n"'), user('"\\x"'), user('"a'), user("'a'"),
    parts(`${TEXT},`), parts(`${TEXT}${TEXT}`), parts('{"type":"tool_call","id":"c","name":"f","arguments":{"a":01}}'), `[${TEXT}]`, `[{"role":"user","parts":[${TEXT}},{"role":"user","parts":[${TEXT}]}]`,
    `[{"role":"user","parts":[${TEXT},{"role":"user","parts":[${TEXT}]}]`, `[{"role":"user","content":"q"},${TEXT}]}]`, '[{"role":"user","parts":["content":"q"}]',
    // Said, but not as it is written, or to be decided by who parses.
    '[{"role":"model","content":"q"}]', '[{"role":"user","content":"[{\\"type\\":\\"text\\",\\"text\\":\\"q\\"}]"}]', '[{"role":"user","content":null}]', '[{"role":"user","parts":[]}]', '[{"role":"user","name":"n","content":"q"}]',
    user('"\\u0061"'), user('"\\/"'), user('"\\u00e9"'), user('"\\ud83d\\ude00"'), user('"\ud83d"'), user('"\ude00\ud83d"'), parts('{"type":"tool_call","id":"c","name":"f","arguments":{"\ud83d":1}}'), parts(`${RESULT},${TEXT}`, 'user'), parts(THOUGHT, 'tool'), parts(CALL, 'tool'),
    parts('{"type":"tool_call","id":"c","name":"f","arguments":"{}"}'), parts('{"type":"tool_call","id":null,"name":"f","arguments":{}}'), parts('{"type":"tool_call","id":"c","name":"f","arguments":{"a\\"b":1}}'), parts('{"type":"tool_call","id":"c","name":"f","arguments":{"a" :1}}'),
    parts('{"type":"tool_call","id":"c","name":"f","arguments":{"a":{"b":[{}]}}}'), parts('{"type":"uri","modality":"image","uri":"https://a.example/b"}'), parts('{"type":"tool_call_response","id":"c","response":[]}'),
  ])('is not %s', (text) => {
    expect(chatText(text)).toBeUndefined();
  });

  it('is the one that who parses reads, in all that libraries wrote', () => {
    const texts = captureNames.flatMap((name) => readCapture(name).spans.flatMap(({ attributes }) => Object.entries(attributes).flatMap(([key, value]) => (key.endsWith('.messages') && typeof value === 'string' ? [value] : []))));
    for (const text of texts) {
      const chat = written(text);
      if (chat !== undefined) expect(chat).toEqual(read(text));
      // The AI SDK's own parts for tools are left to who parses.
      else expect(text).toContain('"type":"tool-call"');
    }
    expect(texts.length).toBeGreaterThan(30);
  });
});

const SECRETS = ['password', 'api_key', 'pass\u200bword', 'a"secret', 'clientSecret\u00e9', 'Bearer abcdefgh1234', 'https://a:b@c.example', '{"password":"x"}', '{"password\\u200b":"x"}', 'sk-abcdefghijklmnop1234', '[{"type":"text","text":"q"}]', 'data:image/png;base64,' + 'A'.repeat(300)];
const said = fc.oneof({ weight: 8, arbitrary: fc.string() }, fc.string({ unit: 'binary' }), fc.constantFrom('', '[{', '"', '\\', 'a/b', ...SECRETS));
const args = fc.oneof({ weight: 8, arbitrary: fc.dictionary(fc.constantFrom('a', 'b c', '', 'ä', '__proto__', '1', ...SECRETS), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }) }, fc.dictionary(said, said), fc.jsonValue());
const name = fc.oneof({ weight: 19, arbitrary: said }, fc.constant(null), fc.integer());
/** In the order of their names here: as libraries write them. */
const part = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('text'), content: said }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('text'), text: said }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('tool_call'), id: name, name: said, arguments: args }, { requiredKeys: ['type', 'name', 'arguments'] }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('tool_call_response'), id: name, response: fc.oneof(said, args) }, { requiredKeys: ['type', 'id', 'response'] }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('reasoning'), content: said }) },
  fc.record({ type: fc.constantFrom('uri', 'image', 'other', 'constructor'), content: said, uri: said }, { requiredKeys: ['type'] }),
);
const role = fc.oneof({ weight: 19, arbitrary: fc.constantFrom('system', 'developer', 'user', 'assistant', 'assistant', 'tool') }, fc.constantFrom('model', 'human', ''));
const content = fc.oneof({ weight: 12, arbitrary: fc.array(part, { minLength: 1, maxLength: 3 }) }, { weight: 3, arbitrary: said }, fc.constant([]));
const message = fc.oneof(
  { weight: 10, arbitrary: fc.record({ role, parts: content, finish_reason: name }, { requiredKeys: ['role', 'parts'] }) },
  { weight: 3, arbitrary: fc.record({ role, finish_reason: name, parts: content }, { requiredKeys: ['role', 'parts'] }) },
  { weight: 4, arbitrary: fc.record({ role, content, finish_reason: name }, { requiredKeys: ['role', 'content'] }) },
  fc.record({ role, name: said, content, tool_call_id: name, tool_calls: fc.array(args, { maxLength: 1 }) }, { requiredKeys: ['role'] }),
);
const chat = fc.array(message, { minLength: 1, maxLength: 4 });
const ESCAPES: readonly (readonly [RegExp, (found: string) => string])[] = [
  [/(?!)/, (found) => found],
  [/[^ -~]/g, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`],
  [/[w/]/g, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`],
  [/,"/g, () => ', "'],
];
/** Now and then with needless escapes, or spaces. */
const chatWritten = fc.tuple(chat, fc.oneof({ weight: 9, arbitrary: fc.constant(ESCAPES[0]!) }, fc.constantFrom(...ESCAPES))).map(([messages, [pattern, escape]]) => JSON.stringify(messages).replace(pattern, escape));
/** How often `chatText` must have found something to say, so that a property is worth its name. */
const counting = (): { seen: () => void; expectAtLeast: (times: number) => void } => {
  let count = 0;
  return { seen: () => (count += 1), expectAtLeast: (times) => expect(count).toBeGreaterThanOrEqual(times) };
};

describe('any chat', () => {
  it('is the one that who parses reads, if it is told by its text', () => {
    const told = counting();
    fc.assert(
      fc.property(chatWritten, (text) => {
        const messages = written(text);
        if (messages === undefined) return;
        told.seen();
        expect(canonical(messages)).toBe(canonical(read(text)));
      }),
      { numRuns: 10_000 },
    );
    told.expectAtLeast(500);
  });

  it('is not told by its text if that is no JSON', () => {
    const told = counting();
    const broken = fc.tuple(chatWritten, fc.nat(), fc.nat(3), fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', '.', 'e', '-', '0', '1', 'u', ' ', '\n', '\u0001', 'null', '"a":', '}]', '},{', ']},{"role":"user","parts":[', '{"type":"text","content":"a"}', ',"finish_reason":"a"'));
    fc.assert(
      fc.property(broken, ([text, at, cut, more]) => {
        const place = at % (text.length + 1);
        const changed = text.slice(0, place) + more + text.slice(place + cut);
        const messages = written(changed);
        if (messages === undefined) return;
        told.seen();
        expect(canonical(messages)).toBe(canonical(read(changed)));
      }),
      { numRuns: 10_000 },
    );
    told.expectAtLeast(100);
  });

  it('gives the session that it gives when it is parsed', () => {
    const instructions = fc.option(fc.oneof(said, fc.array(part).map((list) => JSON.stringify(list))), { nil: undefined });
    const keys = fc.constantFrom(['gen_ai.input.messages', 'gen_ai.output.messages'], ['input.value', 'output.value'], ['ai.prompt.messages', 'gen_ai.completion']);
    const given = fc.record({ keys, input: chatWritten, output: chatWritten, instructions, redaction: fc.constantFrom('credentials' as const, 'off' as const) });
    const finished = (attributes: Record<string, unknown>, below: boolean, redaction: 'credentials' | 'off'): unknown => {
      const facts = factsOf(below ? { children: [{ attributes }] } : { attributes });
      const session = finishSession(facts, { ...settings, redaction, maxRequestBytes: 1e9 });
      return session.kind === 'text' ? JSON.parse(session.text) : session;
    };
    fc.assert(
      fc.property(given, fc.boolean(), ({ keys: [inputKey, outputKey], input, output, instructions: system, redaction }, below) => {
        // A space in front leaves it to who parses.
        const sessions = ['', ' '].map((space) =>
          finished({ 'gen_ai.operation.name': 'chat', [inputKey!]: space + input, [outputKey!]: space + output, ...(system !== undefined && { 'gen_ai.system_instructions': system }) }, below, redaction),
        );
        expect(canonical(sessions[0])).toBe(canonical(sessions[1]));
      }),
      { numRuns: 5_000 },
    );
  });

  it('is read in time that grows with it', () => {
    const long = (text: string, times: number): string => text.repeat(times);
    const texts = [
      user(`"${'x'.repeat(60_000)}`), user(`"${long('\\n', 30_000)}`), parts(long(`${TEXT},`, 2_000)), parts(long(`${CALL},`, 700)), long('[{"role":"user","parts":[', 2_000) + '}]',
      parts(`{"type":"tool_call","id":"c","name":"f","arguments":{"a":[${long('{"b":[1,2]},', 4_000)}`), parts(`{"type":"tool_call","id":"c","name":"f","arguments":{"a":[${long('[', 60_000)}`),
      `[${long('{"role":"user","content":"q"},', 2_000)}{}]`, `[{"role":"user",${long('"finish_reason":"a",', 3_000)}}]`,
    ];
    const start = performance.now();
    for (const text of texts) expect(chatText(text)).toBeUndefined();
    expect(written(parts(`${TEXT},`.repeat(2_000) + TEXT))).toHaveLength(1);
    // Quadratic time would be minutes.
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
