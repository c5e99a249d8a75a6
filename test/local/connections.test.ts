import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanUp, start, stillWorks } from './client.js';

afterEach(cleanUp);

test('an upload that is aborted stores nothing and leaves the server well', async () => {
  const hive = await start();
  const socket = connect(hive.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /v1/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer k\r\nContent-Length: 100\r\n\r\n{"inputs":');
  await delay(50);
  socket.resetAndDestroy();
  while (hive.arrivals.length === 0) await delay(5);

  expect(hive.arrivals).toMatchObject([{ verb: 'refused', status: 400, reason: expect.stringMatching(/upload ended/) }]);
  expect(hive.sessions()).toEqual([]);
  await stillWorks(hive);
});

test.each([
  'POST /v1/sessions HTTP/1.1\r\nHost: a b\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
  'POST /a\\b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
])('%j is answered with 400 and the error body', async (bytes) => {
  const hive = await start();
  const socket = connect(hive.port, '127.0.0.1');
  socket.write(bytes);
  const [head] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();

  expect(head.toString()).toMatch(/^HTTP\/1\.1 400[^]*"statusCode":400[^]*"errorCode":"BAD_REQUEST"/);
  await stillWorks(hive);
});

test('bytes that are not HTTP are answered with 400', async () => {
  const hive = await start();
  const socket = connect(hive.port, '127.0.0.1');
  socket.write('not http at all\r\n\r\n');
  const [head] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();

  expect(head.toString()).toMatch(/^HTTP\/1\.1 400/);
  await stillWorks(hive);
});

test('close does not wait for a client that never ends its upload', async () => {
  const hive = await start();
  const socket = connect(hive.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  socket.write('POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
  await delay(50);
  const begun = Date.now();
  await hive.close();

  expect(Date.now() - begun).toBeLessThan(2_000);
  await hive.close();
});

test('a request that is under way when the server closes is still answered', async () => {
  const hive = await start();
  const socket = connect(hive.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /v1/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\nContent-Length: 2\r\n\r\n{');
  await delay(50);
  const closed = hive.close();
  socket.write('}');
  const [head] = (await once(socket, 'data')) as [Buffer];
  await closed;

  expect(head.toString()).toMatch(/^HTTP\/1\.1 200/);
  expect(hive.sessions()).toHaveLength(1);
});
