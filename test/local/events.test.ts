import { call, cleanUp, start } from './client.js';

afterEach(cleanUp);

const SESSION = '6f1c1f3e-6d5a-4f0e-9c3b-2b7d5f6a9e01';
const EVENT = { event_id: '0d6e2f4c-1111-4222-8333-944444444444', session_id: SESSION, event_type: 'chain', event_name: 'step', inputs: { a: 1 }, start_time: 1, end_time: 3 };

test.each([
  ['/v1/events', EVENT],
  ['/events', { event: EVENT }],
])('%s adds an event to a session, which is no session itself', async (path, body) => {
  const hive = await start();
  const answer = await call(hive.url + path, 'POST', body);

  expect(answer).toMatchObject({ status: 200, body: { success: true, event_id: EVENT.event_id } });
  expect(hive.sessions()).toEqual([]);
  expect(hive.eventsIn(SESSION)).toMatchObject([{ ...EVENT, parent_id: SESSION, duration: 2, outputs: {}, error: null }]);
  expect(hive.arrivals).toMatchObject([{ verb: 'event' }]);
  expect((await call(`${hive.url}/sessions/${SESSION}/events`, 'GET')).body).toEqual(hive.eventsIn(SESSION));
});

test('the same event again takes the place of the first', async () => {
  const hive = await start();
  await call(`${hive.url}/v1/events`, 'POST', EVENT);
  await call(`${hive.url}/v1/events`, 'POST', { ...EVENT, event_name: 'again' });

  expect(hive.eventsIn(SESSION)).toMatchObject([{ event_name: 'again' }]);
});

test.each([
  ['/v1/events', { ...EVENT, event_type: 'other' }, 'event_type'],
  ['/v1/events', { ...EVENT, inputs: undefined }, 'inputs is missing'],
  ['/v1/events', { ...EVENT, colour: 1 }, 'colour is not a field'],
  ['/events', EVENT, 'event is missing'],
  ['/events', { event: { ...EVENT, outputs: 'text' } }, 'event.outputs must be an object'],
])('%s refuses what HoneyHive refuses (%#)', async (path, body, reason) => {
  const hive = await start();
  const answer = await call(hive.url + path, 'POST', body);

  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain(reason);
  expect(hive.eventsIn(SESSION)).toEqual([]);
});
