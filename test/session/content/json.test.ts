import fc from 'fast-check';
import { asText, getOwn, isObject, parseJson, parseShallowJson, setOwn, structured, toJson } from '../../../src/session/content/json.js';
import type { JsonObject } from '../../../src/session/session.js';
import { deepFreeze } from '../../span/make-span.js';

describe('an attribute value as JSON', () => {
  it.each<[string, unknown, unknown]>([
    ['a text', 'a', 'a'],
    ['an empty text', '', ''],
    ['a number', 1.5, 1.5],
    ['a boolean', false, false],
    ['null', null, null],
    ['NaN', NaN, 'NaN'],
    ['infinity', Infinity, 'Infinity'],
    ['minus infinity', -Infinity, '-Infinity'],
    ['a bigint', 12345678901234567890n, '12345678901234567890'],
    ['bytes', new Uint8Array([1, 2, 255]), 'AQL/'],
    ['no bytes', new Uint8Array(), ''],
    ['a part of a buffer', new Uint8Array([0, 1, 2, 3]).subarray(1, 3), 'AQI='],
    ['a Buffer', Buffer.from('hi'), 'aGk='],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an array', [1, NaN, 'x', [true]], [1, 'NaN', 'x', [true]]],
    ['an array with what JSON cannot say', [undefined, () => 1, Symbol('s'), null], [null, null, null, null]],
    ['an object', { a: 1, b: { c: [Infinity] } }, { a: 1, b: { c: ['Infinity'] } }],
    ['an object with what JSON cannot say', { a: undefined, b: () => 1, c: 1 }, { c: 1 }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
    ['a lone surrogate', 'a\ud800b', 'a\ud800b'],
  ])('%s', (_, value, expected) => expect(toJson(value)).toEqual(expected));

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a date that is none', new Date(NaN)],
  ])('cannot be: %s', (_, value) => expect(toJson(value)).toBeUndefined());

  it('has null where an array has holes', () => {
    const holed = new Array<unknown>(3);
    holed[1] = 1;
    expect(JSON.stringify(toJson(holed))).toBe('[null,1,null]');
  });

  it('has __proto__ as a name like others', () => {
    const value = toJson(JSON.parse('{"__proto__":{"a":1}}'));
    expect(JSON.stringify(value)).toBe('{"__proto__":{"a":1}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('has own fields only', () => expect(toJson(Object.create({ inherited: 1 }))).toEqual({}));

  it('ends at a depth of 64, so that a value in a circle ends too', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    const text = JSON.stringify(toJson(circle));
    expect(text).toBe(`${'['.repeat(64)}null${']'.repeat(64)}`);
  });

  it('is a copy: what the application changes later is not seen', () => {
    const value = deepFreeze({ a: [{ b: 1 }] });
    const json = toJson(value) as { a: { b: number }[] };
    expect(json).toEqual(value);
    expect([json === value, json.a === value.a, json.a[0] === value.a[0]]).toEqual([false, false, false]);
  });

  it('is JSON for anything', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withTypedArray: true, withSparseArray: true, withMap: true, withNullPrototype: true }), (value) => {
        const json = toJson(value);
        if (json === undefined) return;
        expect(toJson(JSON.parse(JSON.stringify(json)))).toEqual(JSON.parse(JSON.stringify(json)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a text', () => {
  it.each<[string, unknown]>([
    ['{"a":1}', { a: 1 }],
    [' \n[1, 2]', [1, 2]],
    ['"text"', 'text'],
    ['""', ''],
    ['{}', {}],
  ])('that holds JSON is parsed: %j', (text, expected) => expect(parseJson(text)).toEqual(expected));

  it.each(['', 'text', '5', 'true', 'null', '-1', '{cut', '[1,', '{a:1}', '"cut', '[note] see above', '{{template}}', '“quoted”', '"a" and "b"'])('that is meant as text stays text: %j', (text) => {
    expect(parseJson(text)).toBeUndefined();
    expect(structured(text, parseJson)).toBe(text);
  });

  it('keeps __proto__ as a name', () => expect(JSON.stringify(parseJson('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}'));

  it('nested too deep to be printed again stays text', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseShallowJson(nested(200))).toEqual(JSON.parse(nested(200)));
    for (const depth of [201, 5_000, 100_000]) expect(parseShallowJson(nested(depth))).toBeUndefined();
    expect(parseShallowJson(`{"a":${nested(200)}}`)).toBeUndefined();
    expect(parseShallowJson(`"${'['.repeat(500)}"`)).toBe('['.repeat(500));
    expect(parseShallowJson('text')).toBeUndefined();
  });

  it('is parsed, any other value is copied', () => {
    expect(structured('[1]', parseJson)).toEqual([1]);
    expect(structured(NaN, parseJson)).toBe('NaN');
    expect(structured({ a: '[1]' }, parseJson)).toEqual({ a: '[1]' });
    expect(structured(undefined, parseJson)).toBeUndefined();
  });
});

describe('fields of an object', () => {
  it('are own ones', () => {
    const object: JsonObject = { a: 1 };
    expect(getOwn(object, 'a')).toBe(1);
    for (const name of ['constructor', 'toString', '__proto__', 'b']) expect(getOwn(object, name)).toBeUndefined();
  });

  it('may have any name', () => {
    const object: JsonObject = {};
    for (const name of ['a', '__proto__', 'constructor']) setOwn(object, name, name);
    setOwn(object, '__proto__', 'again');
    expect(JSON.stringify(object)).toBe('{"a":"a","__proto__":"again","constructor":"constructor"}');
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  });

  it.each([[{}, true], [[], false], [null, false], ['a', false], [undefined, false]])('%j has them: %p', (value, expected) => expect(isObject(value)).toBe(expected));

  it('are printed unless they are text', () => {
    expect([asText('a'), asText({ a: 1 }), asText(5), asText(null)]).toEqual(['a', '{"a":1}', '5', 'null']);
  });
});
