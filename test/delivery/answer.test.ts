import { outcomeOf, readAnswer, ReadAnswer } from '../../src/delivery/answer.js';

function answer(status: number, text = '', headers: ReadAnswer['headers'] = {}, cut = false): ReadAnswer {
  return new ReadAnswer(status, headers, Buffer.from(text), cut);
}

describe('outcomeOf', () => {
  it.each<[string, ReadAnswer, object]>([
    ['a stored event', answer(200, '{"session_id":"abc"}'), { kind: 'delivered', status: 200 }],
    ['an object without an id', answer(201, ' {} '), { kind: 'delivered', status: 201 }],
    ['an id that is no text', answer(200, '{"session_id":1}'), { kind: 'delivered', status: 200 }],
    ['an empty body', answer(200), { kind: 'delivered', status: 200 }],
    ['204', answer(204), { kind: 'delivered', status: 204 }],
    ['an object too long to be read', answer(200, '{"session_id":"a', {}, true), { kind: 'delivered', status: 200 }],
    ['HTML', answer(200, '<html>'), { kind: 'retryable', reason: 'unexpected_answer', status: 200 }],
    ['HTML too long to be read', answer(200, '<html>', {}, true), { kind: 'retryable', reason: 'unexpected_answer' }],
    ['truncated JSON', answer(200, '{"session_id":"a'), { kind: 'retryable', reason: 'unexpected_answer' }],
    ['a JSON array', answer(200, '[]'), { kind: 'retryable', reason: 'unexpected_answer' }],
    ['JSON null', answer(200, 'null'), { kind: 'retryable', reason: 'unexpected_answer' }],
    ['a JSON text', answer(200, '"ok"'), { kind: 'retryable', reason: 'unexpected_answer' }],
    ['304', answer(304), { kind: 'rejected', reason: 'http_304' }],
    ['400', answer(400, '{}'), { kind: 'rejected', reason: 'http_400', status: 400 }],
    ['401', answer(401), { kind: 'unauthorised', reason: 'http_401', status: 401 }],
    ['403', answer(403), { kind: 'unauthorised', reason: 'http_403', status: 403 }],
    ['404', answer(404, '<html>'), { kind: 'rejected', reason: 'http_404' }],
    ['408', answer(408), { kind: 'retryable', reason: 'http_408', status: 408 }],
    ['413', answer(413), { kind: 'rejected', reason: 'http_413' }],
    ['422', answer(422), { kind: 'rejected', reason: 'http_422' }],
    ['429 with Retry-After', answer(429, '', { 'retry-after': '3' }), { kind: 'retryable', reason: 'http_429', retryAfterMillis: 3_000 }],
    ['500', answer(500), { kind: 'retryable', reason: 'http_500', status: 500 }],
    ['503 with a date', answer(503, '', { 'retry-after': 'Thu, 01 Jan 1970 00:00:09 GMT' }), { kind: 'retryable', retryAfterMillis: 8_000 }],
    ['599', answer(599), { kind: 'retryable', reason: 'http_599' }],
  ])('reads %s', (_, given, expected) => {
    expect(outcomeOf(given, 'api.example', 1_000)).toMatchObject(expected);
  });

  it('has no wait when the server names none', () => {
    expect(outcomeOf(answer(503), 'api.example', 0)).not.toHaveProperty('retryAfterMillis');
  });

  it("repeats HoneyHive's error code but not its words, which may quote the session", () => {
    const body = JSON.stringify({ statusCode: 400, message: 'bad input: "my secret"', success: false, errorCode: 'VALIDATION_ERROR' });
    const outcome = outcomeOf(answer(400, body), 'api.example', 0);
    expect(outcome).toMatchObject({ message: 'api.example answered HTTP 400 (VALIDATION_ERROR)' });
    const odd = outcomeOf(answer(400, '{"errorCode":"my secret"}'), 'api.example', 0);
    expect(odd).toMatchObject({ message: 'api.example answered HTTP 400' });
  });

  it.each([
    ['https://eu.example/session/start?token=abc', 'api.example redirected to eu.example (HTTP 301)'],
    ['/elsewhere?token=abc', 'api.example redirected (HTTP 301)'],
    [undefined, 'api.example redirected (HTTP 301)'],
  ])('names the host of the Location %p, and nothing else of it', (location, beginning) => {
    const outcome = outcomeOf(answer(301, '', { location }), 'api.example', 0);
    expect(outcome).toMatchObject({ kind: 'rejected', reason: 'http_301', message: expect.stringContaining(beginning) });
    expect(outcome).toMatchObject({ message: expect.stringContaining('HH_API_URL') });
    expect(JSON.stringify(outcome)).not.toContain('abc');
  });
});

describe('readAnswer', () => {
  it('reads a body that can only be asked for its text, as under Bun', async () => {
    const body = { text: async () => '{}' };
    expect(await readAnswer({ statusCode: 200, headers: {}, body }, 1_000)).toMatchObject({ text: '{}', cut: false });
  });
});
