const { startHoneyHive } = require('opentelemetry-exporter-honeyhive/testing');
const { answer } = require('./support.js');
const { startTracing } = require('./tracing.js');

let hive;
let provider;

beforeAll(async () => {
  hive = await startHoneyHive();
  provider = startTracing({ url: hive.url, apiKey: hive.apiKey });
});

afterEach(() => {
  hive.fail(); // no more faults
  hive.clear();
});

afterAll(async () => {
  await provider.shutdown();
  await hive.close();
});

test('an answer is a session with its question, its user and its model', async () => {
  await answer('ada', 'Where is my order 1042?');

  const [session] = await hive.sessions();
  expect(session.inputs.chat_history).toEqual([{ role: 'user', content: 'Where is my order 1042?' }]);
  expect(session.outputs.content).toBe('It has been shipped.');
  expect(session.user_properties).toEqual({ user_id: 'ada' });
  expect(session.config.model).toBe('stand-in');
});

test('each answer is a session of its own', async () => {
  await Promise.all(['ada', 'grace', 'linus'].map((user) => answer(user, 'Where is my order 1042?')));

  const sessions = await hive.sessions({ count: 3 });
  expect(sessions.map((session) => session.user_properties.user_id).sort()).toEqual(['ada', 'grace', 'linus']);
});

test('why there was no answer is in the session', async () => {
  await expect(answer('ada', 'What is the weather?')).rejects.toThrow('the model has no answer');

  const [session] = await hive.sessions();
  expect(session.metadata.error).toBe('the model has no answer');
});

test('customers get their answer while HoneyHive fails, and the session arrives later', async () => {
  hive.fail({ kind: 503, times: 1 });

  expect(await answer('ada', 'Where is my order 1042?')).toBe('It has been shipped.');
  expect(await hive.sessions()).toHaveLength(1);
});

test('what did not arrive is said', async () => {
  await expect(hive.sessions({ timeout: 50 })).rejects.toThrow('1 session was expected within 50 ms, none arrived');
});
