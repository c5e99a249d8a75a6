import { startHive, violationsOf } from '../support/hive.js';
import { call } from './client.js';

const session = {
  session_id: '6f1c1f3e-6d5a-4f0e-9c3b-2b7d5f6a9e01',
  session_name: 'n',
  event_name: 'n',
  source: 's',
  start_time: 1,
  end_time: 2,
  duration: 1.5,
  metadata: { trace_id: 'ab'.repeat(16), span_id: 'cd'.repeat(8) },
};

const violations = (body: unknown, path = '/v1/sessions') =>
  violationsOf({ method: 'POST', path, bytes: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) });

test('a session with every field, or with the required ones alone, keeps the contract', () => {
  const rest = { config: {}, inputs: {}, outputs: {}, user_properties: {}, children_ids: [session.session_id], project: 'p' };
  expect(violations(session)).toEqual([]);
  expect(violations({ ...session, ...rest })).toEqual([]);
  expect(violations({ session }, '/session/start')).toEqual([]);
});

test.each([
  [{ session_id: session.session_id.toUpperCase() }, 'session_id must match pattern'],
  [{ session_name: '', event_name: '' }, 'session_name must NOT have fewer than 1 characters'],
  [{ event_name: 'other' }, 'event_name is not session_name'],
  [{ source: undefined }, "session must have required property 'source'"],
  [{ start_time: 1.5 }, 'start_time must be integer'],
  [{ end_time: '2' }, 'end_time must be integer'],
  [{ start_time: 0 }, 'start_time must be > 0'],
  [{ duration: -1 }, 'duration must be >= 0'],
  [{ inputs: [] }, 'inputs must be object'],
  [{ outputs: null }, 'outputs must be object'],
  [{ children_ids: ['x'] }, 'children_ids.0 must match pattern'],
  [{ metrics: {} }, 'session must NOT have additional properties (metrics)'],
  [{ metadata: {} }, "metadata must have required property 'trace_id'"],
  [{ metadata: { ...session.metadata, span_id: 'XY' } }, 'metadata.span_id must match pattern'],
])('%j breaks the contract: %s', (fields, message) => {
  expect(violations({ ...session, ...fields }).join('\n')).toContain(message);
});

test.each([
  [{ session, extra: 1 }, 'found the keys [session, extra]'],
  [session, '{"session": ...} expected'],
  [null, '{"session": ...} expected'],
  ['{', 'JSON'],
])('the wrapper of /session/start is checked: %j', (body, message) => {
  expect(violations(body, '/session/start').join('\n')).toContain(message);
});

test('a body that the server refuses is checked as well, and so is an update', async () => {
  const hive = await startHive({ key: 'right' });
  await call(`${hive.url}/v1/sessions`, 'POST', { wrong: 1 });
  await call(`${hive.url}/v1/sessions`, 'POST', 'x'.repeat(5_000_001));
  expect(hive.takeViolations()).toEqual(
    expect.arrayContaining([
      'POST /v1/sessions null: session must NOT have additional properties (wrong)',
      'POST /v1/sessions: larger than the server takes',
    ]),
  );
  await call(`${hive.url}/v1/events/x`, 'PUT', { anything: 1, outputs: {} });
  expect(hive.takeViolations()).toEqual(['PUT /v1/events/x: anything cannot be updated']);
  await hive.close();
});

test('close tells what broke the contract', async () => {
  const hive = await startHive();
  await call(`${hive.url}/session/start`, 'POST', { session: { ...session, duration: 'long' } });
  expect(() => hive.assertContract()).toThrow(/break the contract:\n {2}POST \/session\/start "n": duration must be number/);
  await expect(hive.close()).rejects.toThrow('duration must be number');
});

test('waitForSessions resolves with what has arrived, or says what has', async () => {
  const hive = await startHive();
  const waited = hive.waitForSessions(1);
  await call(`${hive.url}/v1/sessions`, 'POST', session);

  expect(await waited).toMatchObject([{ event_name: 'n' }]);
  expect(await hive.waitForSessions(1, 1)).toHaveLength(1);
  await expect(hive.waitForSessions(2, 20)).rejects.toThrow(
    '2 sessions did not arrive within 20 ms; there are 1 [n], 1 requests, refused []',
  );
  await hive.close();
});
