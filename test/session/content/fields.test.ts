import type { Statement } from '../../../src/conventions/claim.js';
import type { Plan } from '../../../src/conventions/plan.js';
import type { Json } from '../../../src/session/session.js';
import { addEntries, fieldsOf, listOf } from '../../../src/session/content/fields.js';
import { parseJson } from '../../../src/session/content/json.js';

const part = (path: string, value: unknown, form: Plan['form'] = 'fields'): Statement => ({ plan: { key: `key.${path}`, form, path } as Plan, value });

function entriesOf(statement: Statement): [string, Json][] {
  const entries: [string, Json][] = [];
  addEntries(entries, statement, statement.plan.path, parseJson);
  return entries;
}

describe('the fields of a bucket', () => {
  it.each<[string, Statement[], object]>([
    ['one by one', [part('a', 1), part('b.c', 'x')], { a: 1, b: { c: 'x' } }],
    ['all at once', [part('', '{"a":1,"b":{"c":"x"}}')], { a: 1, b: { c: 'x' } }],
    ['both', [part('', '{"a":1}'), part('b', 2)], { a: 1, b: 2 }],
    ['as an object of SDK 3', [part('', { a: 1 })], { a: 1 }],
    ['with JSON in one of them', [part('a', '{"b":[1]}')], { a: { b: [1] } }],
    ['as a text', [part('', 'question')], { value: 'question' }],
    ['as a list', [part('', '[1,2]')], { value: [1, 2] }],
    ['as a number', [part('', 5)], { value: 5 }],
    ['cut JSON stays text', [part('', '{"a":1,')], { value: '{"a":1,' }],
    ['a null says nothing', [part('', '{"a":null,"b":1}')], { b: 1 }],
    ['bytes', [part('a', new Uint8Array([255]))], { a: '/w==' }],
    ['what JSON cannot say is left out', [part('a', () => 1), part('b', 1)], { b: 1 }],
    ['__proto__', [part('', '{"__proto__":{"x":1},"a":1}')], JSON.parse('{"__proto__":{"x":1},"a":1}') as object],
  ])('%s', (_, parts, expected) => expect(JSON.stringify(fieldsOf(parts, parseJson))).toBe(JSON.stringify(expected)));

  it.each(['messages', 'input', 'prompt', 'contents', 'system', 'instructions', 'tools', 'functions', 'user', 'metadata'])(
    'parameters of a request do not include %s',
    (name) => {
      const value = JSON.stringify({ temperature: 0, [name]: 'x' });
      expect(entriesOf(part('', value, 'parameters'))).toEqual([['temperature', 0]]);
      expect(entriesOf(part('', value, 'fields'))).toHaveLength(2);
    },
  );
});

describe('a flattened list', () => {
  it.each<[string, Statement[], unknown[]]>([
    ['of messages', [part('1.role', 'b'), part('0.role', 'a'), part('0.content', 'x')], [{ role: 'a', content: 'x' }, { role: 'b' }]],
    ['of texts', [part('0', 'a'), part('1', 'b')], ['a', 'b']],
    ['that starts late, since a limit has cut it', [part('3.role', 'd'), part('2.role', 'c')], [{ role: 'c' }, { role: 'd' }]],
    ['with a hole', [part('0', 'a'), part('2', 'c'), part('10', 'd')], ['a', 'c', 'd']],
    ['of nothing', [], []],
    ['with texts that look like JSON', [part('0', '[1]')], ['[1]']],
  ])('%s', (_, parts, list) => expect(listOf(parts)).toEqual(list));
});
