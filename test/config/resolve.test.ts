import { definitions } from '../../src/config/definitions.js';
import { resolveConfig } from '../../src/config/resolve.js';
import type { HoneyHiveOptions } from '../../src/config/options.js';

const resolve = (options: Record<string, unknown>, environment: Record<string, string> = {}) => resolveConfig(options as HoneyHiveOptions, environment);

function errorOf(options: unknown): string {
  try {
    resolveConfig(options as HoneyHiveOptions, {});
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'no error';
}

describe('a wrong option', () => {
  it.each<[string, unknown, string]>([
    ['a misspelt name', { apikey: 'k' }, `TypeError: HoneyHive option 'apikey' is not known. Known options: ${Object.keys(definitions).join(', ')}`],
    ['a name of every object', { constructor: 'k' }, `TypeError: HoneyHive option 'constructor' is not known. Known options: ${Object.keys(definitions).join(', ')}`],
    ['a wrong type', { timeoutMillis: '10' }, "TypeError: HoneyHive option 'timeoutMillis' must be a whole number of milliseconds from 1 to 2147483647, not '10'"],
    ['out of range', { maxConcurrency: 1025 }, "TypeError: HoneyHive option 'maxConcurrency' must be a whole number of connections from 1 to 1024, not 1025"],
    ['a timeout of 0', { timeoutMillis: 0 }, "TypeError: HoneyHive option 'timeoutMillis' must be a whole number of milliseconds from 1 to 2147483647, not 0"],
    ['another word', { sessionFilter: 'some' }, "TypeError: HoneyHive option 'sessionFilter' must be 'work', 'ai', 'all', a function, not 'some'"],
    ['a bad url', { url: 'localhost:3000' }, "TypeError: HoneyHive option 'url' must be an http or https URL, not 'localhost:3000'"],
    ['no object', 'key', "TypeError: HoneyHive options must be an object, not 'key'"],
    ['null', null, 'TypeError: HoneyHive options must be an object, not null'],
    ['an array for a text', { source: ['a'] }, "TypeError: HoneyHive option 'source' must be a non-empty string, not an array"],
    ['a symbol', { source: Symbol('s') }, "TypeError: HoneyHive option 'source' must be a non-empty string, not Symbol(s)"],
  ])('%s is one clear error', (_, options, message) => expect(errorOf(options)).toBe(message));

  it('is shown shortened when it is long', () => expect(errorOf({ url: 'x'.repeat(5_000) }).length).toBeLessThan(400));
});

describe('secrets', () => {
  it.each<[string, unknown]>([
    ['a key with a line break', { apiKey: 'hh_SECRET\nmore' }],
    ['a key with a control character', { apiKey: 'hh_SECRET\0' }],
    ['a key that no header can hold', { apiKey: 'hh_SECRET日' }],
    ['a key of a wrong type', { apiKey: ['hh_SECRET'] }],
    ['headers with a broken value', { headers: { 'x-token': 'SECRET\n' } }],
    ['headers as a text', { headers: 'x-token=SECRET' }],
    ['a password in a url', { url: 'https://user:SECRET@host' }],
    ['a password with an @ in it', { url: 'https://user:p@SECRET@host' }],
    ['a password with a slash in it', { url: 'https://user:p/SECRET@host' }],
    ['a password in a url without a scheme', { url: 'user:SECRET@host' }],
    ['a password in a url of another kind', { url: 'ftp://user:SECRET@host/path' }],
    ['a password with a space in it', { url: 'https://user:p SECRET@host' }],
    ['a password in a long url', { url: `https://user:${'x'.repeat(300)}SECRET@host` }],
  ])('are not shown in an error: %s', (_, options) => {
    const message = errorOf(options);
    expect(message).toMatch(/^TypeError: HoneyHive option/);
    expect(message).not.toContain('SECRET');
  });

  it.each<[string, Record<string, string>]>([
    ['a key with a line break in it', { HH_API_KEY: 'hh_SECRET\nmore' }],
    ['headers without a name', { HH_EXPORTER_HEADERS: '=SECRET' }],
    ['headers with a line break', { HH_EXPORTER_HEADERS: 'x-token=SECRET%0a' }],
    ['a password in a url', { HH_API_URL: 'https://user:SECRET@host' }],
    ['a password with a slash in it', { HH_API_URL: 'https://user:p/SECRET@host' }],
    ['a key in the wrong variable', { HH_API_URL: 'hh_SECRET1' }],
    ['another key in the wrong variable', { HH_EXPORTER_TIMEOUT: 'sk-0123456789SECRET9876543210' }],
  ])('are not shown in a warning: %s', (_, environment) => {
    const { warnings } = resolve({}, environment);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain('SECRET');
    expect(warnings[0]).toContain(Object.keys(environment)[0]);
  });

  it('still let one see which host was meant', () => expect(errorOf({ url: 'https://user:SECRET@hive.example' })).toContain('hive.example'));
});

describe('a key', () => {
  it('loses the line break that a file or a secret store left at its end', () => {
    expect(resolve({ apiKey: 'hh_key\n' }).config.apiKey).toBe('hh_key');
    expect(resolve({}, { HH_API_KEY: 'hh_key\r\n' })).toMatchObject({ config: { apiKey: 'hh_key' }, warnings: [] });
  });

  it('in the environment is ignored when it holds a line break, and one is told', () => {
    const { config, warnings } = resolve({}, { HH_API_KEY: 'hh_one\nhh_two' });
    expect(config.apiKey).toBeUndefined();
    expect(warnings).toEqual(['HH_API_KEY must be one line of plain text; it is ignored']);
  });
});

describe('a bad variable', () => {
  it.each<[string, string, string]>([
    ['HH_EXPORTER_TIMEOUT', '10s', "HH_EXPORTER_TIMEOUT is '10s' but must be a whole number of milliseconds from 1 to 2147483647; using 10000"],
    ['HH_EXPORTER_FLUSH_TIMEOUT', '0', "HH_EXPORTER_FLUSH_TIMEOUT is '0' but must be a whole number of milliseconds from 1 to 2147483647; using 10000"],
    ['HH_EXPORTER_MAX_CONCURRENCY', '5000', "HH_EXPORTER_MAX_CONCURRENCY is '5000' but must be a whole number of connections from 1 to 1024; using 32"],
    ['HH_EXPORTER_SESSION_SCOPE', 'user', "HH_EXPORTER_SESSION_SCOPE is 'user' but must be 'trace', 'conversation'; using 'trace'"],
    ['HH_API_URL', 'hive', "HH_API_URL is 'hive' but must be an http or https URL; nothing is sent until it is mended"],
  ])('%s=%s is named with what is used instead', (variable, value, warning) => {
    expect(resolve({}, { [variable]: value }).warnings).toEqual([warning]);
  });

  it('warns of the secret ones by name alone', () => {
    expect(resolve({}, { HH_EXPORTER_HEADERS: 'x' }).warnings[0]).toMatch(/^HH_EXPORTER_HEADERS must be .*; using none$/);
  });

  it('names what a function runtime falls back to', () => {
    const { warnings } = resolve({}, { HH_EXPORTER_FLUSH_TIMEOUT: '-1', VERCEL: '1' });
    expect(warnings[0]).toMatch(/; using 2000$/);
  });

  it('does not hide the others', () => {
    expect(resolve({}, { HH_EXPORTER_TIMEOUT: 'x', HH_EXPORTER_API: 'x', HH_API_URL: 'x' }).warnings).toHaveLength(3);
  });

  it('that names the server leaves none: sessions must not go to somebody else', () => {
    expect(resolve({}, { HH_DATA_PLANE_URL: 'hive.internal', HH_API_URL: 'https://other' }).config.url).toBeUndefined();
  });
});

describe('a switch', () => {
  const on = (value: string) => resolve({}, { HH_EXPORTER_DISABLED: value });

  it.each([
    ['true', true],
    ['TRUE', true],
    [' True ', true],
    ['false', false],
    ['False', false],
    ['', false],
    [' ', false],
  ])('%j: %p', (value, disabled) => expect(on(value)).toMatchObject({ config: { disabled }, warnings: [] }));

  it.each([['1'], ['yes'], ['on'], ['t']])('%j is no truth: it warns and stays off', (value) => {
    const { config, warnings } = on(value);
    expect(config.disabled).toBe(false);
    expect(warnings).toEqual([`HH_EXPORTER_DISABLED is '${value}' but must be 'true' or 'false'; using false`]);
  });

  it.each(['HH_EXPORTER_DISABLED', 'HH_DISABLE_TRACING', 'OTEL_SDK_DISABLED'])('%s alone is enough', (name) => {
    expect(resolve({}, { [name]: 'true' }).config.disabled).toBe(true);
  });
});

describe('the configuration', () => {
  it('is frozen', () => {
    const { config } = resolve({ headers: { a: '1' } });
    expect(Object.isFrozen(config)).toBe(true);
    expect(() => ((config as { api: string }).api = 'v1')).toThrow(TypeError);
  });

  it.each([[{}], [{ headers: { a: '1' } }]])('holds no headers that one exporter could change for another: %j', (options) => {
    expect(Object.isFrozen(resolve(options).config.headers)).toBe(true);
  });

  it('leaves the options alone', () => {
    const options = Object.freeze({ apiKey: ' k ', headers: Object.freeze({ a: '1' }) });
    expect(() => resolveConfig(options, {})).not.toThrow();
  });

  it('has NODE_ENV for the source', () => {
    expect(resolve({}, { NODE_ENV: ' staging ' }).config.nodeEnvironment).toBe('staging');
    expect(resolve({}, { NODE_ENV: '' }).config.nodeEnvironment).toBeUndefined();
  });

  it('reads process.env when nothing else is given', () => {
    process.env['HH_SOURCE'] = 'from the process';
    try {
      expect(resolveConfig().config.source).toBe('from the process');
    } finally {
      delete process.env['HH_SOURCE'];
    }
  });

  it('holds every option and three things more', () => {
    expect(Object.keys(resolve({}).config).sort()).toEqual([...Object.keys(definitions), 'disabled', 'nodeEnvironment'].sort());
  });
});
