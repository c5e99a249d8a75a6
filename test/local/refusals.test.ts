import { once } from 'node:events';
import { connect } from 'node:net';
import { MAX_DEPTH } from '../../src/local/parse-json.js';
import { MAX_BODY_BYTES } from '../../src/local/read-body.js';
import { call, callChunked, cleanUp, start, stillWorks } from './client.js';

afterEach(cleanUp);

/** A session whose JSON takes exactly so many bytes. */
function bodyOf(bytes: number): string {
  const around = JSON.stringify({ inputs: { value: '' } });
  return JSON.stringify({ inputs: { value: 'x'.repeat(bytes - around.length) } });
}

describe('keys', () => {
  test.each([null, '', 'Bearer', 'Bearer ', 'Basic aGk6aGk=', 'hh_test'])('%j is no bearer key: 401', async (authorization) => {
    const hive = await start();
    for (const [method, path] of [['POST', '/session/start'], ['POST', '/v1/sessions'], ['PUT', '/v1/events/x'], ['GET', '/v1/events/x']] as const) {
      const answer = await call(hive.url + path, method, method === 'GET' ? undefined : {}, { authorization });
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({
        statusCode: 401,
        message: 'a bearer key is required: Authorization: Bearer <key>',
        success: false,
        errorCode: 'UNAUTHORIZED',
      });
    }
    expect(hive.sessions()).toEqual([]);
  });

  test('without a key of its own the server takes any key', async () => {
    const { url } = await start();
    expect((await call(`${url}/v1/sessions`, 'POST', {}, { authorization: 'bearer anything' })).status).toBe(200);
  });

  test('with a key of its own the server takes that one alone, also to list the sessions', async () => {
    const { url } = await start({ key: 'right' });
    const status = async (method: string, path: string, authorization: string | null) =>
      (await call(url + path, method, method === 'POST' ? {} : undefined, { authorization })).status;

    expect(await status('POST', '/v1/sessions', 'Bearer wrong')).toBe(401);
    expect(await status('POST', '/v1/sessions', 'Bearer right')).toBe(200);
    expect(await status('GET', '/sessions', null)).toBe(401);
    expect(await status('GET', '/sessions', 'Bearer right')).toBe(200);
  });

  test('the list of sessions is not for web pages that use a name of their own for this machine', async () => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /sessions HTTP/1.1\r\nHost: attacker.example:${port}\r\nConnection: close\r\n\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(head.toString()).toMatch(/^HTTP\/1\.1 403/);
  });
});

describe('bodies', () => {
  test.each([
    ['', /not valid JSON/],
    ['{"session": {', /not valid JSON/],
    ['null', /^session is missing/],
    ['[]', /^session is missing/],
    ['"text"', /^session is missing/],
    ['{}', /^session is missing/],
    ['{"session_name": "flat"}', /^session is missing/],
    ['{"session": "{}"}', /^session must be an object/],
    ['{"session": []}', /^session must be an object/],
    ['{"session": null}', /^session must be an object/],
    ['{"session": {"session_id": 5}}', /^session\.session_id must be a string/],
    ['{"session": {"session_name": {}}}', /^session\.session_name must be a string/],
    ['{"session": {"source": true}}', /^session\.source must be a string/],
    ['{"session": {"start_time": {}}}', /^session\.start_time must be a number of Unix milliseconds/],
    ['{"session": {"duration": "12"}}', /^session\.duration must be a finite number/],
    ['{"session": {"duration": 1e999}}', /^session\.duration must be a finite number/],
    ['{"session": {"inputs": "text"}}', /^session\.inputs must be an object/],
    ['{"session": {"outputs": []}}', /^session\.outputs must be an object/],
    ['{"session": {"metadata": 1}}', /^session\.metadata must be an object/],
    ['{"session": {"children_ids": "c"}}', /^session\.children_ids must be an array of strings/],
  ])('%s is refused by /session/start with its reason', async (body, message) => {
    const hive = await start();
    const answer = await call(`${hive.url}/session/start`, 'POST', body);

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      statusCode: 400,
      message: expect.stringMatching(message),
      success: false,
      errorCode: 'BAD_REQUEST',
    });
    expect(hive.arrivals).toEqual([
      { verb: 'refused', at: expect.any(Number), status: 400, method: 'POST', path: '/session/start', reason: answer.body.message },
    ]);
    expect(hive.sessions()).toEqual([]);
  });

  test.each([
    [{ session: { session_name: 'wrapped' } }, /^session is not a field/],
    [{ project: 'p' }, /^project is not a field/],
    [{ metrics: {} }, /^metrics is not a field/],
    [{ config: 'c' }, /^config must be an object/],
    [[], /^the body must be an object/],
  ])('%j is refused by /v1/sessions with its reason', async (body, message) => {
    const { url } = await start();
    const answer = await call(`${url}/v1/sessions`, 'POST', body);

    expect(answer.status).toBe(400);
    expect(answer.body.message).toMatch(message);
  });

  test('bytes that are not UTF-8 are refused', async () => {
    const hive = await start();
    const body = Buffer.concat([Buffer.from('{"session":{"source":"'), Buffer.from([0xff, 0xc0]), Buffer.from('"}}')]);
    const answer = await call(`${hive.url}/session/start`, 'POST', body);

    expect(answer).toMatchObject({ status: 400, body: { message: 'the body is not valid UTF-8' } });
    await stillWorks(hive);
  });

  test('JSON is taken to a depth of 1,000 levels, stored and answered; deeper is refused', async () => {
    const hive = await start();
    const nested = (levels: number) => `{"inputs":{"value":${'['.repeat(levels)}${']'.repeat(levels)}}}`;

    expect((await call(`${hive.url}/v1/sessions`, 'POST', nested(MAX_DEPTH - 2))).status).toBe(200);
    for (const levels of [MAX_DEPTH, 100_000, 2_000_000]) {
      expect((await call(`${hive.url}/v1/sessions`, 'POST', nested(levels))).body.message).toMatch(/deeper than 1000/);
    }
    await stillWorks(hive);
  });

  test('a key __proto__ is data like any other and reaches no prototype', async () => {
    const hive = await start();
    const id = '6f1c1f3e-6d5a-4f0e-9c3b-2b7d5f6a9e01';
    const metadata = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const session = `{"session_id":"${id}","metadata":${metadata},"__proto__":{"source":"polluted"}}`;
    for (let round = 0; round < 2; round += 1) {
      expect((await call(`${hive.url}/session/start`, 'POST', `{"session":${session}}`)).status).toBe(200);
    }
    await call(`${hive.url}/v1/events/${id}`, 'PUT', `{"metrics":${metadata}}`);

    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(hive.session(id)?.source).toBe('unknown');
    expect(JSON.stringify(hive.session(id)?.metadata)).toBe(metadata);
    expect(JSON.stringify(hive.session(id)?.metrics)).toBe(metadata);
    expect((await call(`${hive.url}/v1/sessions`, 'POST', '{"__proto__":{}}')).body.message).toMatch(/^__proto__ is not/);
  });
});

describe('the limit of 5,000,000 bytes', () => {
  test('a body of exactly that size is taken, one byte more is a 413', async () => {
    const hive = await start();

    expect((await call(`${hive.url}/v1/sessions`, 'POST', bodyOf(MAX_BODY_BYTES))).status).toBe(200);
    expect(await call(`${hive.url}/v1/sessions`, 'POST', bodyOf(MAX_BODY_BYTES + 1))).toMatchObject({
      status: 413,
      body: { statusCode: 413, success: false, errorCode: 'PAYLOAD_TOO_LARGE' },
    });
    expect(hive.sessions()).toHaveLength(1);
    expect(hive.arrivals.at(-1)).toMatchObject({ verb: 'refused', status: 413 });
  });

  test('bytes count, not characters', async () => {
    const { url } = await start();
    expect((await call(`${url}/v1/sessions`, 'POST', { inputs: { value: 'ü'.repeat(2_600_000) } })).status).toBe(413);
  });

  test('a chunked body without a content-length is a 413 too, and the client sees the answer', async () => {
    const hive = await start();
    const megabyte = Buffer.alloc(1_000_000, 'x');

    expect(await callChunked(`${hive.url}/v1/sessions`, Array.from({ length: 20 }, () => megabyte))).toBe(413);
    await stillWorks(hive);
  });
});
