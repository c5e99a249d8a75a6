import { call, cleanUp, start } from './client.js';

afterEach(cleanUp);

test.each([
  ['POST', '/sessions/start'],
  ['POST', '/v2/sessions'],
  ['PUT', '/v2/events'],
  ['GET', '/favicon.ico'],
  ['POST', '/v1/events/%zz/x'],
])('%s %s is unknown: 404', async (method, path) => {
  const { url } = await start();
  const answer = await call(url + path, method);

  expect(answer.status).toBe(404);
  expect(answer.body).toMatchObject({ statusCode: 404, success: false, errorCode: 'NOT_FOUND' });
});

test.each([
  ['GET', '/session/start', 'POST'],
  ['PUT', '/v1/sessions', 'POST'],
  ['OPTIONS', '/v1/sessions', 'POST'],
  ['POST', '/v1/events/some-id', 'GET, HEAD, PUT'],
  ['PUT', '/v1/events', 'POST'],
  ['DELETE', '/sessions', 'GET, HEAD'],
  ['POST', '/', 'GET, HEAD'],
])('%s %s is the wrong method: 405', async (method, path, allowed) => {
  const { url } = await start();
  const answer = await call(url + path, method);

  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe(allowed);
  expect(answer.body).toMatchObject({ statusCode: 405, success: false, errorCode: 'METHOD_NOT_ALLOWED' });
});

test('only requests that would change something are arrivals', async () => {
  const hive = await start();
  await call(`${hive.url}/nowhere`, 'GET');
  await call(`${hive.url}/nowhere`, 'POST', {});

  expect(hive.arrivals).toMatchObject([{ verb: 'refused', status: 404, method: 'POST', path: '/nowhere' }]);
});
