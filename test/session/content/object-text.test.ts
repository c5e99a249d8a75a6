import fc from 'fast-check';
import { isObjectText } from '../../../src/session/content/object-text.js';
import { wearIn } from './wear-in.js';

/** As JSON.parse sees it: what `isObjectText` may say of a text. */
function isPlainObject(text: string): boolean {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const fields = Object.entries(value);
    return fields.length > 0 && fields.every(([name, field]) => !name.includes('.') && field !== null);
  } catch {
    return false;
  }
}

const value = fc.jsonValue({ maxDepth: 3 });
const object = fc.dictionary(fc.string(), value, { minKeys: 1 });

/** Objects of which a part was replaced. */
const broken = fc
  .tuple(object, fc.nat(), fc.nat(3), fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', '.', 'e', '-', '0', '1', 'u', ' ', '\n', '\u0001', 'null', 'true'))
  .map(([given, at, cut, more]) => {
    const text = JSON.stringify(given);
    const place = at % (text.length + 1);
    return text.slice(0, place) + more + text.slice(place + cut);
  });

function neverRefused(numRuns: number): void {
  fc.assert(
    fc.property(fc.oneof(broken, object.map((given) => JSON.stringify(given))), (text) => {
      if (isObjectText(text)) expect([text, isPlainObject(text)]).toEqual([text, true]);
    }),
    { numRuns },
  );
}

describe('an object told by its text, in a process that has seen few', () => {
  it('is none at first', () => expect(isObjectText('{"a":1}')).toBe(false));

  it('is one soon, where it is nested little', () => {
    for (let text = 0; text < 100; text += 1) isObjectText('{"a":1}');
    expect(['{"a":1}', '{"a":[1,"x"],"b":{"c":null}}', '{"a":[[]]}', '{"a":1', '{"a":1}}', '{"a":{"b":1,}}', '{}', '{"a":null}', '{"a.b":1}'].map(isObjectText)).toEqual([true, true, false, false, false, false, false, false, false]);
  });

  it('is never one that JSON.parse refuses', () => neverRefused(3_000));
});

describe('an object told by its text', () => {
  beforeAll(wearIn);

  it.each(['{"a":1}', ' { "a" : [ ] , "b" : { } }\n', '{"a":"é\\n\\"\\u0001","b":[1,-0,2.5e+3,true,false,null,"x"]}', '{"a":{"b":[{"c":"d"}]}}', '{"ä":"😀"}', '{"😀":{"b😀":"😀\\n😀"}}', '{"":0}'])('is %s', (text) => {
    expect(isObjectText(text)).toBe(true);
  });

  it.each([
    '', '{}', '[]', '[{"a":1}]', '"a"', '1', '{"a":1', '{"a":1}}', '{"a":1,}', '{,"a":1}', '{"a":1 "b":2}', '{"a" 1}', '{a:1}', "{'a':1}", '{"a":01}', '{"a":1.}', '{"a":.5}', '{"a":+1}', '{"a":1e}', '{"a":NaN}', '{"a":tru}', '{"a":[1,]}',
    '{"a":[,1]}', '{"a":[1 2]}', '{"a":{"b":1,}}', '{"a":[}', '{"a":{]}', '{"a":"\u0000"}', '{"a":"\n"}', '{"a\t":1}', '{"a":"\\x"}', '{"a":"\\u00g0"}', '{"a":"\\"}', '{"a":1}x', 'x{"a":1}', '\u00a0{"a":1}', '\ufeff{"a":1}', '{"a":1}\u2028',
    // No UTF-8.
    '{"a":"\ud83d"}', '{"a":"\ude00\ud83d"}', '{"a":"\ud83d\ud83d\ude00"}', '{"\ud83d":1}', '{"a":{"\ude00":1}}',
    // Said, but not as they are written.
    '{"a":"\\u00e9"}', '{"a":"\\/"}', '{"a":null}', '{"a":1,"b":null}', '{"a.b":1}', '{"a\\u002eb":1}',
  ])('is not %j', (text) => {
    expect(isObjectText(text)).toBe(false);
  });

  it('is one for JSON.parse, too, however it is written', () => {
    fc.assert(
      fc.property(object, fc.constantFrom('', ' ', '\n\t', 2), (given, space) => {
        const text = JSON.stringify(given, undefined, space);
        if (isObjectText(text)) expect([text, isPlainObject(text)]).toEqual([text, true]);
        // Names that are escaped are left to JSON.parse.
        else if (isPlainObject(text) && Object.keys(given).every((name) => JSON.stringify(name) === `"${name}"`)) expect(text).toBe('told');
      }),
      { numRuns: 3_000 },
    );
  });

  it('is never one that JSON.parse refuses', () => neverRefused(10_000));

  it('is looked for in time that grows with the text', () => {
    const texts = ['{"a":"' + 'x'.repeat(60_000), '{"a":[' + '"x",'.repeat(16_000), '{"a":' + '[{"b":'.repeat(10_000), `{"a":"${'\\n'.repeat(30_000)}`, '{"a":' + '1'.repeat(60_000) + 'x', `{${'"a":{"b":[1,2,{"c":0}]},'.repeat(2_000)}`];
    const start = performance.now();
    for (const text of texts) expect(isObjectText(text)).toBe(false);
    // Quadratic time would be minutes.
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
