import { uuidOf } from '../../src/session/uuid.js';
import { call, cleanUp, start } from './client.js';

afterEach(cleanUp);

const SESSION = '6f1c1f3e-6d5a-4f0e-9c3b-2b7d5f6a9e01';
const PATH = '/opentelemetry/v1/traces';

function span(name: string, spanId: string, attributes: Record<string, string | boolean>, parentSpanId?: string): object {
  const list = Object.entries(attributes).map(([key, value]) => ({ key, value: typeof value === 'string' ? { stringValue: value } : { boolValue: value } }));
  return { traceId: 'a'.repeat(32), spanId, parentSpanId, name, startTimeUnixNano: '1000000000', endTimeUnixNano: '1002500000', attributes: list };
}
const body = (...spans: object[]): object => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

test('a span becomes an event in the session that it names', async () => {
  const hive = await start();
  const answer = await call(hive.url + PATH, 'POST', body(span('child', 'c', { 'honeyhive.session_id': SESSION }, 'r'), span('root', 'r', { 'session.id': SESSION.toUpperCase() })));

  expect(answer).toMatchObject({ status: 200, body: { partialSuccess: {} } });
  expect(hive.sessions()).toEqual([]);
  const root = uuidOf(`${'a'.repeat(32)}-r`);
  expect(hive.eventsIn(SESSION)).toMatchObject([
    { event_name: 'child', parent_id: root, start_time: 1000, end_time: 1002.5, duration: 2.5, source: 'otlp' },
    { event_name: 'root', parent_id: SESSION, event_id: root },
  ]);
});

test('a span starts the session when it says so, with a name and times only', async () => {
  const hive = await start();
  await call(hive.url + PATH, 'POST', body(span('root', 'r', { 'honeyhive.session_id': SESSION, 'honeyhive.session_auto_create': true })));

  expect(hive.sessions()).toMatchObject([{ event_id: SESSION, event_name: 'Session', source: 'otlp', start_time: 1000, inputs: {}, outputs: {} }]);
});

test('a span that names no session is taken and shown in none', async () => {
  const hive = await start();
  const answer = await call(hive.url + PATH, 'POST', body(span('root', 'r', {})));

  expect(answer.status).toBe(200);
  expect([hive.sessions(), hive.arrivals]).toEqual([[], []]);
});

test.each([[{}], [[]], [{ resourceSpans: 1 }]])('what is no OTLP is refused (%j)', async (odd) => {
  const hive = await start();
  expect((await call(hive.url + PATH, 'POST', odd)).status).toBe(400);
});
