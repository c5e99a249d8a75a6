import { call, cleanUp, start } from './client.js';

const ID = '6f1c1f3e-6d5a-4f0e-9c3b-2b7d5f6a9e01';

afterEach(cleanUp);

async function withSession() {
  const hive = await start();
  const { body: before } = await call(`${hive.url}/v1/sessions`, 'POST', {
    session_id: ID,
    session_name: 'n',
    start_time: 1,
    end_time: 2,
    inputs: { value: 'in' },
    outputs: { value: 'out', kept: false },
    metadata: { a: 1, b: { c: 1 } },
    config: { model: 'm' },
    user_properties: { user_id: 'u' },
    children_ids: ['c1'],
  });
  return { hive, before, put: (body: unknown, id = ID) => call(`${hive.url}/v1/events/${id}`, 'PUT', body) };
}

test('an update merges the five open objects and replaces the rest', async () => {
  const { hive, before, put } = await withSession();

  const answer = await put({
    metadata: { a: 2, b: { d: 1 } },
    feedback: { rating: 5 },
    metrics: { score: 1 },
    config: { temperature: 0 },
    user_properties: { email: 'e' },
    outputs: { value: 'new' },
    duration: 9.5,
    end_time: 99,
    children_ids: ['c2'],
  });

  expect(answer).toMatchObject({ status: 200, body: {} });
  expect(hive.session(ID)).toEqual({
    ...before,
    metadata: { a: 2, b: { d: 1 } },
    feedback: { rating: 5 },
    metrics: { score: 1 },
    config: { model: 'm', temperature: 0 },
    user_properties: { user_id: 'u', email: 'e' },
    outputs: { value: 'new' },
    duration: 9.5,
    end_time: 99,
    children_ids: ['c2'],
  });
  expect(hive.arrivals.at(-1)).toMatchObject({ verb: 'updated', event: { duration: 9.5 } });
});

test('an update keeps what it leaves out: null outputs, no children', async () => {
  const { hive, before, put } = await withSession();

  expect((await put({ outputs: null, children_ids: [] })).status).toBe(200);
  expect(hive.session(ID)).toEqual(before);
});

test('an update silently ignores the fields that it cannot change', async () => {
  const { hive, before, put } = await withSession();

  const fixed = { inputs: { x: 1 }, error: 'e', event_name: 'x', source: 's', start_time: 5, session_id: 'x', other: 1 };
  expect((await put(fixed)).status).toBe(200);
  expect(hive.session(ID)).toEqual(before);
});

test.each([
  [{ outputs: 'text' }, 'outputs'],
  [{ outputs: ['a'] }, 'outputs'],
  [{ metadata: [] }, 'metadata'],
  [{ duration: '5' }, 'duration'],
  [{ children_ids: [1] }, 'children_ids'],
  [[], 'the body'],
])('an update of %j is refused and names %s', async (body, field) => {
  const { hive, before, put } = await withSession();

  const answer = await put(body);

  expect(answer.status).toBe(400);
  expect(answer.body.message).toMatch(new RegExp(`^${field} must be`));
  expect(hive.session(ID)).toEqual(before);
});

test('an update of an event that does not exist is a 400, reading it a 404', async () => {
  const { hive, put } = await withSession();
  const other = ID.replace('6', '7');

  expect(await put({ metadata: { a: 1 } }, other)).toMatchObject({ status: 400, body: { success: false } });
  expect((await call(`${hive.url}/v1/events/${other}`, 'GET')).status).toBe(404);
  expect(hive.sessions()).toHaveLength(1);
});

test('the id in the path may be upper case', async () => {
  const { hive, put } = await withSession();

  expect((await put({ metrics: { m: 1 } }, ID.toUpperCase())).status).toBe(200);
  expect(hive.session(ID)?.metrics).toEqual({ m: 1 });
});

test('the older route takes the id in the body', async () => {
  const { hive } = await withSession();

  expect((await call(`${hive.url}/events`, 'PUT', { event_id: ID, metrics: { m: 1 } })).status).toBe(200);
  expect(hive.session(ID)?.metrics).toEqual({ m: 1 });
  expect(await call(`${hive.url}/events`, 'PUT', { metrics: { m: 1 } })).toMatchObject({ status: 400, body: { message: expect.stringContaining('event_id') } });
});
