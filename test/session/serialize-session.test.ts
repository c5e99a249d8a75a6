import { partScores } from '../../src/delivery/scores.js';
import { violationsOf } from '../support/hive.js';
import { hasSecretName, serializeSession } from '../../src/session/serialize-session.js';
import { settings } from '../support/replay.js';
import { factsOf, sessionOf, textOf, type TraceGiven } from './session-of.js';
import { wearIn } from './content/wear-in.js';

const nested = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
const list = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** Serializes within a time, and holds the result to the contract. */
function sound(given: TraceGiven, within = 1_000): string {
  const started = performance.now();
  const text = textOf(given);
  expect(performance.now() - started).toBeLessThan(within);
  expect(violationsOf({ method: 'POST', path: '/v1/sessions', bytes: Buffer.from(partScores(text).start) } as never)).toEqual([]);
  return text;
}

beforeAll(wearIn);

describe('the name of a credential', () => {
  const hasSecretKey = (given: TraceGiven): boolean => serializeSession(factsOf(given), settings, (_, draft) => hasSecretName(draft));
  const callOf = (name: string): string => JSON.stringify([{ role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'f', arguments: { [name]: 'x' } }] }]);

  it.each<[string, (name: string) => TraceGiven]>([
    ['inputs', (name) => ({ attributes: { honeyhive_inputs: `{"${name}":"x"}` } })],
    ['settings', (name) => ({ attributes: { [`honeyhive_config.${name}`]: 'x' } })],
    ['arguments of a tool', (name) => ({ attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.input.messages': callOf(name) } })],
    ['feedback', (name) => ({ attributes: { [`honeyhive_feedback.${name}`]: 'x' } })],
    ['usage', (name) => ({ attributes: { [`gen_ai.usage.${name}`]: 1 } })],
    ['metadata', (name) => ({ attributes: { honeyhive_metadata: `{"${name}":"x"}` } })],
    ['attributes that no family knows', (name) => ({ attributes: { [`mine.${name}`]: 'x' } })],
    ['the resource', (name) => ({ resource: { [`service.${name}`]: 'x' } })],
  ])('is found in %s', (_, given) => {
    // The second of a kind is printed by a plan.
    for (let time = 0; time < 3; time += 1) expect([hasSecretKey(given('password')), hasSecretKey(given('passport'))]).toEqual([true, false]);
  });
});

describe('a session as text', () => {
  it('is JSON', () => expect(JSON.parse(textOf({ name: 'n' }))).toMatchObject({ session_name: 'n' }));

  it.each([
    ['inputs', 'honeyhive_inputs'],
    ['inputs', 'honeyhive_inputs.a'],
    ['inputs', 'gen_ai.input.messages'],
    ['inputs', 'gen_ai.prompt'],
    ['inputs', 'gen_ai.tool.call.arguments'],
    ['inputs', 'input.value'],
    ['outputs', 'honeyhive_outputs'],
    ['outputs', 'output.value'],
    ['outputs', 'gen_ai.tool.call.result'],
    ['config', 'honeyhive_config'],
    ['config', 'gen_ai.tool.definitions'],
    ['config', 'llm.invocation_parameters'],
    ['metadata', 'honeyhive_metadata'],
    ['metadata', 'metadata'],
    ['metadata', 'mine'],
    ['user_properties', 'honeyhive_user_properties'],
    ['metrics', 'honeyhive_metrics'],
    ['feedback', 'honeyhive_feedback.a'],
  ] as const)('has %s of 5,000 levels as text, given as %s', (field, key) => {
    for (const deep of [nested(5_000), list(5_000), nested(100_000)]) {
      const session = JSON.parse(sound({ attributes: { [key]: deep, 'honeyhive_metadata.sound': true } })) as Record<string, unknown>;
      expect(JSON.stringify(session[field])).toContain(JSON.stringify(deep).slice(1, -1));
      expect(session['metadata']).toMatchObject({ sound: true });
    }
  });

  it('keeps the rest as structure when one value is nested too deep', () => {
    const session = sessionOf({ attributes: { 'honeyhive_inputs.deep': nested(5_000), 'honeyhive_inputs.flat': '{"b":2}' } });
    expect(session.inputs).toEqual({ deep: nested(5_000), flat: { b: 2 } });
  });

  it('has deep parts of messages as text', () => {
    const deep = `[{"role":"user","content":[{"type":"text","text":"q"},{"type":"other","value":${nested(5_000)}}]}]`;
    expect(sound({ attributes: { 'gen_ai.input.messages': deep } })).toContain('q');
  });

  it('has 2 MB of text whole', () => {
    const text = 'täxt '.repeat(400_000);
    const session = JSON.parse(sound({ attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.prompt': text }, children: [{ attributes: { 'gen_ai.completion': text } }] })) as { inputs: unknown };
    expect(session.inputs).toEqual({ chat_history: [{ role: 'user', content: text }] });
  });

  it.each<[string, (index: number) => string]>([
    ['unknown', (index) => `key.${index}.name`],
    ['flat', (index) => `key_${index}`],
    ['metadata', (index) => `honeyhive_metadata.${index}`],
    ['input', (index) => `honeyhive_inputs.list.${index}.value`],
    ['message', (index) => `gen_ai.prompt.${index}.content`],
    ['parameter', (index) => `gen_ai.request.${index}`],
    ['user', (index) => `honeyhive_user_properties.${index}`],
    ['usage', (index) => `gen_ai.usage.${index}`],
  ])('has 10,000 %s attributes in less than a second', (_, key) => {
    const attributes = Object.fromEntries(Array.from({ length: 10_000 }, (__, index) => [key(index), index]));
    expect(sound({ attributes }).length).toBeGreaterThan(50_000);
  });

  it.each<[string, unknown]>([
    ['10,000 dots', `${'.'.repeat(10_000)}`],
    ['a megabyte of name', 'x'.repeat(1_000_000)],
    ['a lone surrogate', 'a\ud800'],
    ['nothing', ''],
    ['__proto__', '__proto__'],
  ])('may have an attribute name of %s', (_, key) => {
    expect(sound({ attributes: { [key as string]: 'value', [`honeyhive_inputs.${key as string}`]: 'value' } })).toContain('value');
  });

  it('has lone surrogates as they are', () => {
    const lone = 'a\ud800b\udc00';
    const session = sessionOf({ name: lone, attributes: { 'honeyhive_inputs.q': lone, mine: lone, [lone]: 1 } });
    expect(session).toMatchObject({ session_name: lone, inputs: { q: lone }, metadata: { mine: lone, [lone]: 1 } });
    // As text they are escapes, so that they survive UTF-8.
    expect(Buffer.from(textOf({ name: lone })).toString('utf8')).toContain('a\\ud800b\\udc00');
  });

  it('has lone surrogates inside JSON too', () => {
    const text = textOf({ attributes: { honeyhive_inputs: '{"q":"a\ud800b"}' } });
    expect(JSON.parse(Buffer.from(text).toString('utf8'))).toMatchObject({ inputs: { q: 'a\ud800b' } });
  });

  it.each(['inputs', 'outputs', 'config', 'metadata', 'user_properties'])('has no needless escapes in %s: who looks for credentials would not see them', (bucket) => {
    const text = textOf({ attributes: { [`honeyhive_${bucket}`]: '{"a":"\\u0042earer http:\\/\\/u","b":["\\u0063"],"\\u0064":"\\n\\u00e9"}' } });
    expect(text).toMatch(/"a":"Bearer http:\/\/u","b":\["c"\],"d":"\\né"/);
  });

  it.each(['inputs', 'outputs', 'config', 'metadata', 'user_properties'])('is the same, however letters are escaped in %s', (bucket) => {
    const of = (text: string): unknown => sessionOf({ attributes: { [`honeyhive_${bucket}`]: text, 'gen_ai.system_instructions': 'be brief' } });
    expect(of(String.raw`{"a.b":1,"\u0063":null,"d":"http:\/\/h \u00e9"}`)).toEqual(of('{"a.b":1,"c":null,"d":"http://h é"}'));
  });

  it('is one line, and the same each time', () => {
    const given: TraceGiven = { attributes: { 'gen_ai.prompt': 'a\nb', b: 1, a: 2 }, children: [{ attributes: { 'session.id': 's' } }] };
    expect(textOf(given)).toBe(textOf(given));
    expect(textOf(given)).not.toContain('\n');
  });

  it("is one line, also where HoneyHive's JSON is not", () => {
    const text = textOf({ attributes: { honeyhive_inputs: '{\n  "q": "a"\n}' } });
    expect(JSON.parse(text)).toMatchObject({ inputs: { q: 'a' } });
  });
});
