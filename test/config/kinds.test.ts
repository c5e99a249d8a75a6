import { validateHeaderValue } from 'node:http';
import { baseUrl, headers, isHeaderValue, MAX_TIMER_MILLIS, oneOf, text, textOrFunction, wholeNumber } from '../../src/config/kinds.js';

function nodeTakes(value: string): boolean {
  try {
    validateHeaderValue('x-any', value);
    return true;
  } catch {
    return false;
  }
}

describe('a text', () => {
  it.each<[unknown, string | undefined]>([
    ['production', 'production'],
    ['  production \n', 'production'],
    ['', undefined],
    [' \t\n', undefined],
    [5, undefined],
    [null, undefined],
    [['a'], undefined],
  ])('%j as an option is %j', (value, expected) => expect(text.fromOption(value)).toBe(expected));

  it('loses the white space around it in the environment', () => expect(text.fromEnvironment(' a b\n')).toBe('a b'));
});

describe('a whole number', () => {
  const number = wholeNumber('things', 10);

  it.each<[unknown, number | undefined]>([
    [1, 1],
    [10, 10],
    [0, undefined],
    [11, undefined],
    [-1, undefined],
    [1.5, undefined],
    [Number.NaN, undefined],
    [Infinity, undefined],
    ['5', undefined],
    [5n, undefined],
    [true, undefined],
  ])('%p as an option is %p', (value, expected) => expect(number.fromOption(value)).toBe(expected));

  it.each<[string, number | undefined]>([
    ['5', 5],
    [' 5 ', 5],
    ['010', 10],
    ['0', undefined],
    ['11', undefined],
    ['-5', undefined],
    ['+5', undefined],
    ['5.0', undefined],
    ['5ms', undefined],
    ['1e1', undefined],
    ['0x5', undefined],
    ['5 5', undefined],
    ['five', undefined],
    ['9'.repeat(400), undefined],
  ])('%j in the environment is %p', (value, expected) => expect(number.fromEnvironment(value)).toBe(expected));

  it('names its unit and its limits', () => {
    expect(number.accepts).toBe('a whole number of things from 1 to 10');
    expect(wholeNumber('bytes').accepts).toBe('a whole number of bytes from 1');
  });

  it('is never longer than a timer of Node can wait', () => {
    const millis = wholeNumber('milliseconds', MAX_TIMER_MILLIS);
    expect(millis.fromOption(MAX_TIMER_MILLIS)).toBe(MAX_TIMER_MILLIS);
    expect(millis.fromOption(MAX_TIMER_MILLIS + 1)).toBeUndefined();
  });

  it('is exact', () => expect(wholeNumber('bytes').fromEnvironment('9007199254740993')).toBeUndefined());
});

describe('one of a few words', () => {
  const words = oneOf(['work', 'all'], 'a function');

  it.each([
    ['work', 'work'],
    ['WORK', undefined],
    [' work', undefined],
    ['toString', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j as an option is %j', (value, expected) => expect(words.fromOption(value)).toBe(expected));

  it.each([
    ['work', 'work'],
    [' Work\n', 'work'],
    ['ALL', 'all'],
    ['ai', undefined],
  ])('%j in the environment is %j', (value, expected) => expect(words.fromEnvironment(value)).toBe(expected));

  it('may be a function where that is said, and only in code', () => {
    const own = (): boolean => true;
    expect(words.fromOption(own)).toBe(own);
    expect(oneOf(['work']).fromOption(own)).toBeUndefined();
    expect(words.accepts).toBe("'work', 'all', a function");
    expect(oneOf(['work', 'all']).accepts).toBe("'work', 'all'");
  });
});

describe('a text or a function', () => {
  it('is either', () => {
    const own = (): string => 'key';
    expect(textOrFunction().fromOption(own)).toBe(own);
    expect(textOrFunction().fromOption(' key ')).toBe('key');
    expect(textOrFunction().fromOption({})).toBeUndefined();
  });
});

describe('a header value is what Node takes for one', () => {
  it.each([
    ['hh_key', true],
    ['', true],
    ['a\tb', true],
    ['grün', true],
    ['a\nb', false],
    ['a\rb', false],
    ['a\0b', false],
    ['a\x7fb', false],
    ['日本', false],
  ])('%j: %p', (value, expected) => {
    expect(isHeaderValue(value)).toBe(expected);
    expect(nodeTakes(value)).toBe(expected);
  });
});

describe('request headers', () => {
  it.each<[string, unknown, Record<string, string> | undefined]>([
    ['one', { 'x-team': 'search' }, { 'x-team': 'search' }],
    ['none', {}, {}],
    ['an empty value', { 'x-team': '' }, { 'x-team': '' }],
    ['a name with a space', { 'x team': 'a' }, undefined],
    ['an empty name', { '': 'a' }, undefined],
    ['a name with a line break', { 'x\n': 'a' }, undefined],
    ['a value with a line break', { x: 'a\nb' }, undefined],
    ['a number', { x: 1 }, undefined],
    ['a missing value', { x: undefined }, undefined],
    ['an array', ['a'], undefined],
    ['null', null, undefined],
    ['a text', 'x=1', undefined],
  ])('as an option: %s', (_, value, expected) => expect(headers.fromOption(value)).toEqual(expected));

  it('are copied, so that a later change of the option is not seen', () => {
    const given = { x: '1' };
    const read = headers.fromOption(given)!;
    given.x = '2';
    expect(read).toEqual({ x: '1' });
  });

  it.each<[string, Record<string, string> | undefined]>([
    ['x-team=search', { 'x-team': 'search' }],
    ['a=1,b=2', { a: '1', b: '2' }],
    [' a = 1 , b = 2 ', { a: '1', b: '2' }],
    ['a=1,,b=2,', { a: '1', b: '2' }],
    ['a=1, ,b=2', { a: '1', b: '2' }],
    ['a=1,b', undefined],
    ['a,b=2', undefined],
    ['a=x%20y%2Cz%3D', { a: 'x y,z=' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=', { a: '' }],
    ['a=gr%C3%BCn', { a: 'grün' }],
    ['a=%zz', undefined],
    ['a=%0d%0aAuthorization: x', undefined],
    ['a', undefined],
    ['=1', undefined],
    ['a b=1', undefined],
  ])('%j in the environment', (value, expected) => expect(headers.fromEnvironment(value)).toEqual(expected));
});

describe('a base URL', () => {
  it.each([
    ['https://api.dp1.us.honeyhive.ai', 'https://api.dp1.us.honeyhive.ai'],
    ['https://api.dp1.us.honeyhive.ai/', 'https://api.dp1.us.honeyhive.ai'],
    ['HTTPS://API.honeyhive.ai', 'https://api.honeyhive.ai'],
    [' http://localhost:3000\n', 'http://localhost:3000'],
    ['http://[::1]:80/', 'http://[::1]'],
    ['https://host/prefix', 'https://host/prefix'],
    ['https://host/prefix///', 'https://host/prefix'],
    ['https://host/a/b/', 'https://host/a/b'],
    ['https://host/opentelemetry', 'https://host'],
    ['https://host/opentelemetry/', 'https://host'],
    ['https://host/opentelemetry/v1', 'https://host'],
    ['https://host/opentelemetry/v1/traces', 'https://host'],
    ['https://host/opentelemetry/v1/traces/', 'https://host'],
    ['https://host/v1', 'https://host'],
    ['https://host/v1/', 'https://host'],
    ['https://host/prefix/v1', 'https://host/prefix'],
    ['https://host/prefix//v1/', 'https://host/prefix'],
    ['https://host/prefix/opentelemetry', 'https://host/prefix'],
    ['https://host/v1beta', 'https://host/v1beta'],
    ['https://host/myopentelemetry', 'https://host/myopentelemetry'],
    ['https://host/v1/hive', 'https://host/v1/hive'],
    ['https://host/?a=b#c', 'https://host'],
  ])('%j is %j', (given, expected) => {
    expect(baseUrl.fromOption(given)).toBe(expected);
    expect(baseUrl.fromEnvironment(given)).toBe(expected);
    // What is normal stays as it is.
    expect(baseUrl.fromOption(expected)).toBe(expected);
  });

  it.each([[''], ['localhost:3000'], ['api.honeyhive.ai'], ['ftp://host'], ['http://'], ['https://user:password@host'], ['https://user@host'], ['file:///etc']])(
    '%j is none',
    (given) => {
      expect(baseUrl.fromOption(given)).toBeUndefined();
      expect(baseUrl.fromEnvironment(given)).toBeUndefined();
    },
  );

  it.each([[5], [null], [new URL('https://host')]])('%p is none in code', (given) => expect(baseUrl.fromOption(given)).toBeUndefined());
});
