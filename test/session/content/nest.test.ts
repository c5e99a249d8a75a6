import fc from 'fast-check';
import { nest } from '../../../src/session/content/nest.js';
import type { Json } from '../../../src/session/session.js';
import { canonical } from '../canonical.js';

type Entries = [string, Json][];

describe('dotted names', () => {
  it.each<[string, Entries, unknown]>([
    ['without a dot stay', [['a', 1], ['b', 'x']], { a: 1, b: 'x' }],
    ['become objects', [['a.b', 1], ['a.c.d', 2]], { a: { b: 1, c: { d: 2 } } }],
    ['with numbers from 0 become arrays', [['a.0', 'x'], ['a.1', 'y']], { a: ['x', 'y'] }],
    ['of flattened messages', [['m.0.role', 'user'], ['m.0.content', 'q'], ['m.1.role', 'assistant']], { m: [{ role: 'user', content: 'q' }, { role: 'assistant' }] }],
    ['are counted, not sorted as text', Array.from({ length: 12 }, (_, index): [string, Json] => [`a.${index}`, index]), { a: Array.from({ length: 12 }, (_, index) => index) }],
    ['with a gap are no array', [['a.0', 'x'], ['a.2', 'y']], { a: { 0: 'x', 2: 'y' } }],
    ['that start at 1 are no array', [['a.1', 'x']], { a: { 1: 'x' } }],
    ['with other names beside numbers are no array', [['a.0', 'x'], ['a.b', 'y']], { a: { 0: 'x', b: 'y' } }],
    ['with 00 are no array', [['a.00', 'x']], { a: { '00': 'x' } }],
    ['at the top are never an array', [['0', 'x'], ['1.a', 'y']], { 0: 'x', 1: { a: 'y' } }],
    ['at the top with arrays below', [['0.0', 'x']], { 0: ['x'] }],
    ['keep a value that is an array or an object', [['a', [1]], ['b.c', { 0: 'x' }]], { a: [1], b: { c: { 0: 'x' } } }],
    ['join an object that was given whole', [['a', { b: 1 }], ['a.c', 2]], { a: { b: 1, c: 2 } }],
    ['that an object has already are left', [['a', { b: 1 }], ['a.b', 2]], { a: { b: 1 } }],
    ['below a text stay dotted', [['a', 'text'], ['a.b', 1], ['a.b.c', 2]], { a: 'text', 'a.b': 1, 'a.b.c': 2 }],
    ['below an array stay dotted', [['a', [1]], ['a.0', 2]], { a: [1], 'a.0': 2 }],
    ['below null stay dotted', [['a', null], ['a.b', 2]], { a: null, 'a.b': 2 }],
    ['below a deeper text stay dotted there', [['a.b', 'text'], ['a.b.c', 1]], { a: { b: 'text', 'b.c': 1 } }],
    ['with empty segments', [['.', 1], ['a..b', 2], ['.c', 3]], { '': { '': 1, c: 3 }, a: { '': { b: 2 } } }],
    ['that are empty', [['', 1]], { '': 1 }],
    ['given twice keep the first', [['a', 1], ['a', 2]], { a: 1 }],
    ['none', [], {}],
  ])('%s', (_, entries, expected) => expect(nest(entries)).toEqual(expected));

  it.each<[string, Entries, string]>([
    ['__proto__ as a name', [['__proto__', 'x']], '{"__proto__":"x"}'],
    ['__proto__ as an object', [['__proto__.polluted', true]], '{"__proto__":{"polluted":true}}'],
    ['__proto__ deep down', [['a.__proto__.b', 1], ['a.c', 2]], '{"a":{"__proto__":{"b":1},"c":2}}'],
    ['constructor', [['constructor.prototype.polluted', true]], '{"constructor":{"prototype":{"polluted":true}}}'],
    ['toString and its like', [['toString', 1], ['hasOwnProperty.a', 2]], '{"toString":1,"hasOwnProperty":{"a":2}}'],
    ['__proto__ in an array', [['a.0.__proto__', 1]], '{"a":[{"__proto__":1}]}'],
  ])('are data, whatever they spell: %s', (_, entries, expected) => {
    expect(JSON.stringify(nest(entries))).toBe(expected);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('come to the same in any order', () => {
    const path = fc.array(fc.constantFrom('a', 'b', '0', '1', '__proto__', 'constructor', ''), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    const value = fc.oneof(fc.nat(), fc.constant(null), fc.constant<Json>([1]));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(path, value), { selector: ([name]) => name, maxLength: 12 }).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([one, other]) => expect(canonical(nest(other))).toBe(canonical(nest(one))),
      ),
      { numRuns: 500 },
    );
  });

  it('lose no value', () => {
    const path = fc.array(fc.constantFrom('a', 'b', '0', '1', 'long'), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 15 }), (paths) => {
        const found = new Set<unknown>();
        JSON.stringify(nest(paths.map((name, index) => [name, `value ${index}`])), (_, value) => found.add(value) && value);
        paths.forEach((_, index) => expect(found).toContain(`value ${index}`));
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, Entries]>([
    ['10,000 names', Array.from({ length: 10_000 }, (_, index): [string, Json] => [`key.${index % 100}.${index}`, index])],
    ['10,000 dots', [['.'.repeat(10_000), 1], [`a${'.b'.repeat(10_000)}`, 2]]],
    ['10,000 names below a text', [['a', 'text'], ...Array.from({ length: 10_000 }, (_, index): [string, Json] => [`a.${index}`, index])]],
    ['100,000 entries of an array', Array.from({ length: 100_000 }, (_, index): [string, Json] => [`a.${index}`, index])],
  ])('are nested at once: %s', (_, entries) => {
    const started = performance.now();
    const nested = nest(entries);
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(() => JSON.stringify(nested)).not.toThrow();
  });

  it('of more than 16 segments keep their rest as one name', () => {
    const path = Array.from({ length: 20 }, (_, index) => `s${index}`);
    let value: unknown = nest([[path.join('.'), 'end']]);
    for (const name of path.slice(0, 15)) value = (value as Record<string, unknown>)[name];
    expect(value).toEqual({ [path.slice(15).join('.')]: 'end' });
  });
});
