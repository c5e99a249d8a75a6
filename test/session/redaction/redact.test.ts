import fc from 'fast-check';
import { hasSecretKey, hasSecretKeyIn, mayHoldSecrets, redactSession, type Redaction } from '../../../src/session/redaction/redact.js';
import { isSecretKey } from '../../../src/session/redaction/secret-keys.js';
import type { JsonObject } from '../../../src/session/session.js';

const redact = (session: JsonObject, redaction: Exclude<Redaction, 'off'> = 'credentials'): JsonObject => redactSession(structuredClone(session), redaction);

describe('names of credentials', () => {
  it.each([
    'authorization', 'Authorization', 'proxy-authorization', 'http.request.header.authorization', 'cookie', 'Set-Cookie', 'api_key', 'apiKey', 'x-api-key', 'OPENAI_API_KEY',
    'password', 'db.password', 'passwd', 'pwd', 'passphrase', 'secret', 'client_secret', 'secretAccessKey', 'privateKey', 'private_key', 'connectionString', 'credentials',
    'accessToken', 'refresh_token', 'auth-token', 'id_token', 'csrfToken', 'AWS_SECRET_ACCESS_KEY',
  ])('%s', (name) => expect(isSecretKey(name)).toBe(true));

  it.each([
    'token', 'tokens', 'input_tokens', 'total_tokens', 'max_tokens', 'token_count', 'session_id', 'sessionId', 'session.id', 'key', 'keys', 'public_key', 'author', 'secretary', 'password_hint_shown',
    'cookie_banner', 'authorized', 'primary_key', 'constructor', '__proto__', '', 'x'.repeat(10_000) + 'password',
  ])('not %.40s', (name) => expect(isSecretKey(name)).toBe(false));
});

describe('a session without credentials', () => {
  it('has none under any name, at any depth, and says how many there were', () => {
    const session = {
      session_id: 's',
      inputs: { headers: { authorization: 'Bearer x', accept: '*/*' }, list: [{ api_key: 'k' }] },
      config: { password: 12345, cookie: ['a', 'b'] },
      metadata: { trace_id: 't', db: { credentials: { user: 'u', pass: 'p', ok: true } } },
    };
    expect(redact(session)).toEqual({
      session_id: 's',
      inputs: { headers: { authorization: '[redacted]', accept: '*/*' }, list: [{ api_key: '[redacted]' }] },
      config: { password: '[redacted]', cookie: ['[redacted]', '[redacted]'] },
      metadata: { trace_id: 't', db: { credentials: { user: '[redacted]', pass: '[redacted]', ok: true } }, redacted: 7 },
    });
  });

  it('has none in names, messages and JSON in texts', () => {
    const json = JSON.stringify({ a: 1, password: 'hunter2', nested: JSON.stringify({ token: 'stays', secret: 'goes' }) });
    const redacted = redact({ session_name: 'GET /x?token=abc', metadata: { error: 'refused: Bearer abc123def456', input: json } });
    expect(redacted['session_name']).toBe('GET /x?token=[redacted]');
    expect(redacted['metadata']).toMatchObject({ error: 'refused: Bearer [redacted]', redacted: 4 });
    const input = JSON.parse((redacted['metadata'] as JsonObject)['input'] as string) as JsonObject;
    expect(input['password']).toBe('[redacted]');
    expect(JSON.parse(input['nested'] as string)).toEqual({ token: 'stays', secret: '[redacted]' });
  });

  it('keeps text that only looks like JSON, letter by letter', () => {
    const text = '{ "a": 1 }\n';
    expect(redact({ inputs: { text }, metadata: {} })).toEqual({ inputs: { text }, metadata: {} });
  });

  it('keeps usage, ids and its own mark', () => {
    const session = { session_id: 's', metadata: { usage: { input_tokens: 5 }, conversation_id: 'c', session: { id: 'x' } } };
    expect(redact(session)).toEqual(session);
    const twice = { inputs: { password: '[redacted]' }, metadata: {} };
    expect(redact(twice)).toEqual(twice);
  });
});

describe('the first look', () => {
  it.each<[string, JsonObject]>([
    ['a name', { inputs: { password: 'x' } }],
    ['a name deep down', { a: [[{ b: { apiKey: 'x' } }]] }],
    ['a name in JSON in a text', { a: JSON.stringify({ password: 'x' }) }],
    ['a name in JSON in JSON in a text', { a: JSON.stringify({ b: JSON.stringify({ password: 'x' }) }) }],
    ['a value', { a: 'sk-a1B2c3D4e5F6g7H8i9J0' }],
    ['a name in JSON in a text that escapes letters', { a: String.raw`{"passwor\u0064":"x"}` }],
    ['a value in JSON in a text that escapes letters', { a: String.raw`{"a":"\u0042earer a1B2c3D4"}` }],
    ['an address in JSON in a text that escapes slashes', { a: String.raw`{"a":"http:\/\/u:p@h"}` }],
    ['the same in JSON in JSON', { a: JSON.stringify({ b: String.raw`{"a":"http:\/\/u:p@h"}` }) }],
  ])('finds %s', (_, session) => expect(hasSecretKey(session) || mayHoldSecrets(JSON.stringify(session))).toBe(true));

  it('finds a name that ends with a backslash', () => expect(mayHoldSecrets(JSON.stringify({ 'secret\\': 'x' }))).toBe(true));

  it('has nothing to say of an ordinary session', () => {
    const session = { inputs: { chat_history: [{ role: 'user', content: 'Where is "my" order?' }] }, metadata: { tool: '{"city":"Paris"}' } };
    expect(hasSecretKey(session) || mayHoldSecrets(JSON.stringify(session))).toBe(false);
  });
});

describe('the first look for names in JSON in texts', () => {
  const parts = ['authorization', 'Cookie', 'api', 'KEY', 'pass', 'word', 'passwd', 'pwd', 'phrase', 'secret', 'S', 'connection', 'String', 'credential', 'access', 'Token', '_', '-', '.', ' ', 'x', '5', 'é'];
  const inText = (name: string, depth: number): string => JSON.stringify(Array.from({ length: depth }).reduce<unknown>((inner) => ({ a: JSON.stringify(inner) }), { [name]: 'x' }));

  it('finds all that is looked for', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 4 }).map((names) => names.join('')), fc.integer({ min: 1, max: 3 }), (name, depth) => {
        const text = inText(name, depth);
        if (isSecretKey(name)) expect([name, mayHoldSecrets(text), hasSecretKeyIn(JSON.stringify({ [name]: 'x' }))]).toEqual([name, true, true]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a function', () => {
  it('is asked for every text but ids, with its path', () => {
    const seen: string[] = [];
    const redacted = redact({ session_id: 's', session_name: 'n', inputs: { a: ['x', 5], password: 'p' }, metadata: { trace_id: 't', span_id: 'b' } }, (path, value) => {
      seen.push(path.join('.'));
      return value === 'x' ? 'y' : value;
    });
    expect(seen).toEqual(['session_name', 'inputs.a.0', 'inputs.password']);
    expect(redacted).toMatchObject({ inputs: { a: ['y', 5], password: 'p' }, metadata: { redacted: 1 } });
  });

  it.each<[string, () => string]>([
    ['throws', () => { throw new Error('broken'); }],
    ['answers no text', () => undefined as never],
  ])('that %s lets no text out', (_, broken) => {
    expect(JSON.stringify(redact({ inputs: { a: 'CANARY', b: ['CANARY'] }, metadata: {} }, broken))).not.toContain('CANARY');
  });
});
