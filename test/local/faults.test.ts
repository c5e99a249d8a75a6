import { call, cleanUp, start } from './client.js';

afterEach(cleanUp);

const SESSION = { session: { session_name: 'one' } };

test('a status is answered with an error body of HoneyHive, and nothing is stored', async () => {
  const hive = await start({ faults: [{ kind: 429, retryAfter: 30 }] });
  const { status, body, headers } = await call(`${hive.url}/session/start`, 'POST', SESSION);

  expect(status).toBe(429);
  expect(headers.get('retry-after')).toBe('30');
  expect(body).toEqual({ statusCode: 429, message: 'a fault that was asked for', success: false, errorCode: 'FAULT' });
  expect(hive.sessions()).toEqual([]);
  expect(hive.arrivals).toEqual([{ verb: 'failed', at: expect.any(Number), method: 'POST', path: '/session/start', fault: 'HTTP 429' }]);
});

test('a large upload sees the status, not a reset connection', async () => {
  const hive = await start({ faults: [{ kind: 503 }] });
  expect((await call(`${hive.url}/v1/sessions`, 'POST', { inputs: { text: 'x'.repeat(4_000_000) } })).status).toBe(503);
});

test('a reset is seen as one', async () => {
  const hive = await start({ faults: [{ kind: 'reset' }] });
  const error: Error = await call(`${hive.url}/session/start`, 'POST', SESSION).then(() => new Error('answered'), (reason: Error) => reason);
  expect((error.cause as NodeJS.ErrnoException).code).toBe('ECONNRESET');
});

test('silence lasts until the client goes, and does not hold up the end', async () => {
  const hive = await start({ faults: [{ kind: 'silent' }] });
  const quit = new AbortController();
  const asked = fetch(`${hive.url}/session/start`, { method: 'POST', body: '{}', signal: quit.signal });
  const outcome = asked.then(() => 'answered', () => 'aborted');
  while (hive.arrivals.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  quit.abort();

  expect(await outcome).toBe('aborted');
  await hive.close();
});

test('a slow answer is one that counts', async () => {
  const hive = await start({ faults: [{ kind: 'slow', delay: 30, times: 1 }] });
  expect((await call(`${hive.url}/session/start`, 'POST', SESSION)).status).toBe(200);
  expect(hive.arrivals.map((arrival) => (arrival.verb === 'failed' ? arrival.fault : arrival.verb))).toEqual(['answer after 30 ms', 'new']);
});

test('a server that is closed while an answer is late ends', async () => {
  const hive = await start({ faults: [{ kind: 'slow', delay: 3_600_000 }] });
  const asked = call(`${hive.url}/session/start`, 'POST', SESSION).then(() => 'answered', () => 'cut off');
  while (hive.arrivals.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await hive.close();

  expect(await asked).toBe('cut off');
});

test('a client that does not wait for a slow answer is not told of twice', async () => {
  const hive = await start({ faults: [{ kind: 'slow', delay: 80 }] });
  const asked = fetch(`${hive.url}/session/start`, { method: 'POST', body: '{}', signal: AbortSignal.timeout(30) });
  await expect(asked).rejects.toThrow('aborted due to timeout');
  await new Promise((resolve) => setTimeout(resolve, 120));

  expect(hive.arrivals.map(({ verb }) => verb)).toEqual(['failed']);
});

test('requests that only read are answered', async () => {
  const hive = await start({ faults: [{ kind: 503 }] });
  expect((await call(`${hive.url}/sessions`, 'GET')).status).toBe(200);
});

test('faults can be changed while it runs; what is none is refused', async () => {
  const hive = await start();
  hive.fail([{ kind: 503 }]);
  expect((await call(`${hive.url}/session/start`, 'POST', SESSION)).status).toBe(503);
  hive.fail([]);
  expect((await call(`${hive.url}/session/start`, 'POST', SESSION)).status).toBe(200);

  expect(() => hive.fail([{ kind: 503, times: -1 }])).toThrow(new RangeError('times is a whole number from 1'));
  await expect(start({ faults: [{ kind: 99 }] })).rejects.toThrow(RangeError);
});
