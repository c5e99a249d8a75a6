import { call, cleanUp, start } from './client.js';

const ID = '6f1c1f3e-6d5a-4f0e-9c3b-2b7d5f6a9e01';
const NOW = 1_700_000_000_000;
const UUID_V4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

afterEach(cleanUp);

const full = {
  session_id: ID,
  session_name: 'checkout',
  event_name: 'checkout',
  source: 'prod',
  start_time: 1_000,
  end_time: 1_250,
  duration: 250.75,
  config: { model: 'm' },
  inputs: { chat_history: [{ role: 'user', content: 'hi' }] },
  outputs: { role: 'assistant', content: 'hello' },
  metadata: { trace_id: 'ab' },
  user_properties: { user_id: 'ada' },
  children_ids: ['c1'],
};

test.each([
  ['/session/start', { session: full }],
  ['/v1/sessions', full],
])('%s stores every field and answers the whole event', async (path, body) => {
  const hive = await start();
  const { session_name: _, ...fields } = full;

  const { status, body: answer } = await call(hive.url + path, 'POST', body);

  expect(status).toBe(200);
  expect(answer).toEqual({
    ...fields,
    event_id: ID,
    org_id: 'local',
    workspace_id: 'local',
    project_id: 'local',
    parent_id: null,
    event_type: 'session',
    error: null,
    metrics: {},
    feedback: {},
  });
  expect(hive.session(ID)).toEqual(answer);
  expect((await call(`${hive.url}/v1/events/${ID}`, 'GET')).body).toEqual(answer);
  expect((await call(`${hive.url}/sessions`, 'GET')).body).toEqual([answer]);
  expect(hive.arrivals).toMatchObject([{ verb: 'new', event: { event_id: ID } }]);
  expect(hive.requests).toBe(3);
});

test('an empty session is given a new id, the name and source "unknown", and the time', async () => {
  const hive = await start({ now: () => NOW });

  const { body } = await call(`${hive.url}/v1/sessions`, 'POST', {});

  expect(body).toMatchObject({ event_name: 'unknown', source: 'unknown', start_time: NOW, end_time: NOW, duration: 0 });
  expect(body.session_id).toMatch(UUID_V4);
  expect(body.event_id).toBe(body.session_id);
});

test('the name is event_name, else session_name', async () => {
  const { url } = await start();
  const named = async (session: object) => (await call(`${url}/v1/sessions`, 'POST', session)).body.event_name;

  expect(await named({ event_name: 'event', session_name: 'session' })).toBe('event');
  expect(await named({ session_name: 'session' })).toBe('session');
});

test.each(['run-42', '', '6f1c1f3e6d5a4f0e9c3b2b7d5f6a9e01'])('the id %j is no UUID and is replaced', async (id) => {
  const { url } = await start();
  const { status, body } = await call(`${url}/session/start`, 'POST', { session: { session_id: id } });

  expect(status).toBe(200);
  expect(body.session_id).toMatch(UUID_V4);
});

test('an upper-case id is the same session as its lower-case form', async () => {
  const hive = await start();
  const answer = await call(`${hive.url}/session/start`, 'POST', { session: { session_id: ID.toUpperCase() } });
  await call(`${hive.url}/session/start`, 'POST', { session: { session_id: ID } });

  expect(answer.body.session_id).toBe(ID);
  expect(hive.sessions()).toHaveLength(1);
});

test('a time that is a string is replaced by now', async () => {
  const { url } = await start({ now: () => NOW });
  const times = { start_time: '2026-01-01T00:00:00Z', end_time: '1000' };
  const { status, body } = await call(`${url}/session/start`, 'POST', { session: times });

  expect(status).toBe(200);
  expect(body).toMatchObject({ start_time: NOW, end_time: NOW });
});

test('a duration that is left out is the time between start and end', async () => {
  const { url } = await start();
  const { body } = await call(`${url}/v1/sessions`, 'POST', { start_time: 1_000, end_time: 1_700 });

  expect(body.duration).toBe(700);
});

test('a field that is null counts as left out', async () => {
  const { url } = await start();
  const { status, body } = await call(`${url}/v1/sessions`, 'POST', { inputs: null, source: null });

  expect(status).toBe(200);
  expect(body).toMatchObject({ inputs: {}, source: 'unknown' });
});

test('/session/start tolerates unknown keys and does not keep them', async () => {
  const { url } = await start();
  const session = { session_id: ID, project: 'p', error: 'e', metrics: { a: 1 }, whatever: [1] };
  const { status, body } = await call(`${url}/session/start`, 'POST', { session, outer: true });

  expect(status).toBe(200);
  expect(body).toMatchObject({ project_id: 'local', error: null, metrics: {} });
  expect(body).not.toHaveProperty('whatever');
});

test.each(['/session/start', '/v1/sessions'])(
  'a repeated id on %s merges metadata and user properties alone, and answers the existing event',
  async (path) => {
    const hive = await start();
    const again = {
      session_id: ID,
      session_name: 'other',
      event_name: 'other',
      source: 'dev',
      start_time: 5,
      end_time: 6,
      duration: 1,
      config: { model: 'other' },
      inputs: { value: 'other' },
      outputs: { content: 'other' },
      metadata: { trace_id: 'cd', extra: 1 },
      user_properties: { email: 'ada@example.com' },
      children_ids: ['c2'],
    };
    const first = await call(`${hive.url}/v1/sessions`, 'POST', full);

    const second = await call(hive.url + path, 'POST', path === '/session/start' ? { session: again } : again);

    expect(second.status).toBe(200);
    expect(second.body).toEqual({
      ...first.body,
      metadata: { trace_id: 'cd', extra: 1 },
      user_properties: { user_id: 'ada', email: 'ada@example.com' },
    });
    expect(hive.sessions()).toEqual([second.body]);
    expect(hive.arrivals.map(({ verb }) => verb)).toEqual(['new', 'merged']);
  },
);

test('of many concurrent posts with one id exactly one is new', async () => {
  const hive = await start();
  const posts = Array.from({ length: 40 }, (_, index) =>
    call(`${hive.url}/session/start`, 'POST', { session: { session_id: ID, metadata: { [`k${index}`]: index } } }),
  );
  const statuses = (await Promise.all(posts)).map(({ status }) => status);

  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(hive.arrivals.filter(({ verb }) => verb === 'new')).toHaveLength(1);
  expect(Object.keys(hive.session(ID)?.metadata ?? {})).toHaveLength(40);
});

test('the pages for people and scripts answer', async () => {
  const { url } = await start();
  const page = await call(url, 'GET', undefined, { authorization: null });

  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(page.body).toContain('It has 0 sessions.');
  expect((await call(`${url}/sessions`, 'GET', undefined, { authorization: null })).body).toEqual([]);
});
