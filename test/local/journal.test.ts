import { appendFile, mkdir, open, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call, cleanUp, makeFolder, start } from './client.js';

const ID = '6f1c1f3e-6d5a-4f0e-9c3b-2b7d5f6a9e01';

afterEach(cleanUp);

const lines = async (folder: string) => (await readFile(join(folder, 'journal.jsonl'), 'utf8')).split('\n');

test('a restart shows the sessions of before, exactly as they were', async () => {
  const dataDirectory = await makeFolder();
  const first = await start({ dataDirectory });
  const session = { session_id: ID, session_name: 'n', metadata: { text: 'line\u2028separator\nü😀' } };
  await call(`${first.url}/session/start`, 'POST', { session });
  await call(`${first.url}/session/start`, 'POST', { session: { session_id: ID, metadata: { more: 1 } } });
  await call(`${first.url}/v1/events/${ID}`, 'PUT', { outputs: { content: 'o' }, metrics: { m: 1 } });
  await call(`${first.url}/v1/sessions`, 'POST', { session_id: 'not a uuid', start_time: 'now' });
  const before = first.sessions();
  await first.close();

  const second = await start({ dataDirectory });

  expect(second.sessions()).toEqual(before);
  expect(second.journal).toEqual({
    path: join(dataDirectory, 'journal.jsonl'),
    replayedSessions: 2,
    unreadableLines: 0,
  });
  expect(second.arrivals).toEqual([]);
  const merged = await call(`${second.url}/v1/sessions`, 'POST', { session_id: ID });
  expect(merged.body.metadata).toEqual({ text: 'line\u2028separator\nü😀', more: 1 });
});

test('without a data directory nothing is kept', async () => {
  const hive = await start();
  await call(`${hive.url}/v1/sessions`, 'POST', {});
  expect(hive.journal).toBeUndefined();
});

test('each accepted request is one line, refused ones are none', async () => {
  const dataDirectory = await makeFolder();
  const hive = await start({ dataDirectory });
  await call(`${hive.url}/v1/sessions`, 'POST', { session_id: ID, session_name: 'two\nlines' });
  await call(`${hive.url}/v1/sessions`, 'POST', { config: 'wrong' });
  await call(`${hive.url}/v1/events/${ID}`, 'PUT', { metrics: { a: 1 } });

  const [first, second, end] = await lines(dataDirectory);
  expect(JSON.parse(first ?? '')).toMatchObject({ event_id: ID, event_name: 'two\nlines', metrics: {} });
  expect(JSON.parse(second ?? '')).toEqual(hive.session(ID));
  expect(end).toBe('');
});

test('a torn last line is counted, and the next request starts on a line of its own', async () => {
  const dataDirectory = await makeFolder();
  const first = await start({ dataDirectory });
  await call(`${first.url}/v1/sessions`, 'POST', { session_name: 'whole' });
  await first.close();
  await appendFile(join(dataDirectory, 'journal.jsonl'), '{"event_id":"6f1c');

  const second = await start({ dataDirectory });
  expect(second.journal).toMatchObject({ replayedSessions: 1, unreadableLines: 1 });
  await call(`${second.url}/v1/sessions`, 'POST', { session_name: 'after' });
  await second.close();

  const third = await start({ dataDirectory });
  expect(third.sessions().map(({ event_name }) => event_name)).toEqual(['whole', 'after']);
  expect(third.journal?.unreadableLines).toBe(1);
  expect(await lines(dataDirectory)).toHaveLength(4);
});

test('a last line that only lacks its line feed is used', async () => {
  const dataDirectory = await makeFolder();
  const path = join(dataDirectory, 'journal.jsonl');
  const first = await start({ dataDirectory });
  await call(`${first.url}/v1/sessions`, 'POST', { session_name: 'a' });
  await first.close();
  await writeFile(path, (await readFile(path, 'utf8')).trimEnd());

  const second = await start({ dataDirectory });
  await call(`${second.url}/v1/sessions`, 'POST', { session_name: 'b' });
  await second.close();

  const third = await start({ dataDirectory });
  expect(third.sessions().map(({ event_name }) => event_name)).toEqual(['a', 'b']);
  expect(third.journal?.unreadableLines).toBe(0);
});

test('lines that are not of this journal are counted and stepped over', async () => {
  const dataDirectory = await makeFolder();
  const path = join(dataDirectory, 'journal.jsonl');
  const first = await start({ dataDirectory });
  await call(`${first.url}/v1/sessions`, 'POST', { session_id: ID, session_name: 'good' });
  await first.close();
  const good = JSON.parse((await readFile(path, 'utf8')).trim()) as object;
  const bad = [
    'null',
    '5',
    '{}',
    'text',
    '[]',
    '{"event_id":"x"}',
    JSON.stringify({ ...good, metadata: 'text' }),
    JSON.stringify({ ...good, event_id: null }),
  ];
  await appendFile(path, `${bad.join('\n')}\n\n`);
  await appendFile(path, Buffer.from([0xff, 0xfe, 0x0a]));

  const second = await start({ dataDirectory });
  expect(second.sessions()).toEqual([good]);
  expect(second.journal?.unreadableLines).toBe(bad.length + 1);
});

test('a write that fails is a 500, and the next one makes up for it', async () => {
  const dataDirectory = await makeFolder();
  const first = await start({ dataDirectory });
  const probe = await open(join(dataDirectory, 'journal.jsonl'));
  const appendToFile = jest.spyOn(Object.getPrototypeOf(probe) as typeof probe, 'appendFile');
  await probe.close();
  appendToFile.mockImplementationOnce(async function (this: typeof probe, line) {
    await this.write(String(line).slice(0, 20));
    throw new Error('ENOSPC: no space left on device');
  });

  const session = { session_id: ID, session_name: 'kept', inputs: { value: 1 } };
  const failed = await call(`${first.url}/v1/sessions`, 'POST', session);
  const retried = await call(`${first.url}/v1/sessions`, 'POST', session);
  await first.close();
  appendToFile.mockRestore();

  expect(failed).toMatchObject({ status: 500, body: { message: expect.stringMatching(/^ENOSPC/), success: false } });
  expect(retried.status).toBe(200);
  expect(first.arrivals).toMatchObject([{ verb: 'refused', status: 500 }, { verb: 'merged' }]);
  const second = await start({ dataDirectory });
  expect(second.sessions()).toEqual([retried.body]);
  expect(second.journal?.unreadableLines).toBe(1);
});

test('concurrent posts are all in the journal when close resolves', async () => {
  const dataDirectory = await makeFolder();
  const first = await start({ dataDirectory });
  const posts = Array.from({ length: 200 }, (_, index) =>
    call(`${first.url}/session/start`, 'POST', {
      session: { session_id: index % 2 ? ID : undefined, session_name: `s${index}`, inputs: { value: 'x'.repeat(index * 100) }, metadata: { [index]: index } },
    }),
  );
  await Promise.all(posts);
  const before = first.sessions();
  await first.close();

  const second = await start({ dataDirectory });
  expect(before).toHaveLength(101);
  expect(second.sessions()).toEqual(before);
  expect(await lines(dataDirectory)).toHaveLength(201);
});

test('a folder is made with its parents, for this user alone and outside of git', async () => {
  const dataDirectory = join(await makeFolder(), 'deep', 'data');
  await start({ dataDirectory });

  expect((await stat(dataDirectory)).mode & 0o777).toBe(0o700);
  expect((await stat(join(dataDirectory, 'journal.jsonl'))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(dataDirectory, '.gitignore'), 'utf8')).toBe('*\n');
});

test('a folder that was there already gets the journal and nothing else', async () => {
  const dataDirectory = await makeFolder();
  const hive = await start({ dataDirectory });
  await hive.close();

  expect(await readdir(dataDirectory)).toEqual(['journal.jsonl']);
});

describe('a folder has one server', () => {
  test('a second one is refused with the reason, until the first one closes', async () => {
    const dataDirectory = await makeFolder();
    const first = await start({ dataDirectory });

    await expect(start({ dataDirectory })).rejects.toThrow(/another local HoneyHive uses it \(process \d+\)/);
    await first.close();
    await expect(start({ dataDirectory })).resolves.toBeDefined();
  });

  test.each([
    ['that has ended', '999999999'],
    ['that had our id', String(process.pid)],
  ])('the lock of a process %s is taken over', async (_, owner) => {
    const dataDirectory = await makeFolder();
    await writeFile(join(dataDirectory, 'journal.lock'), `${owner}\n`);
    await expect(start({ dataDirectory })).resolves.toBeDefined();
  });

  test.each([String(process.ppid), ''])('the lock %j may be held', async (owner) => {
    const dataDirectory = await makeFolder();
    await writeFile(join(dataDirectory, 'journal.lock'), owner);
    await expect(start({ dataDirectory })).rejects.toThrow(/if none runs, delete .*journal\.lock/);
  });

  test('a start that fails for its port gives the folder back', async () => {
    const dataDirectory = await makeFolder();
    const { port } = await start();

    await expect(start({ port, dataDirectory })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}: the port is in use`);
    await expect(start({ dataDirectory })).resolves.toBeDefined();
  });
});

test('a folder that cannot be used is said by name, and its lock is not left', async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, 'file'), '');
  await expect(start({ dataDirectory: join(folder, 'file', 'data') })).rejects.toThrow(/^cannot use the folder .*file\/data: ENOTDIR/);

  await mkdir(join(folder, 'data', 'journal.jsonl'), { recursive: true });
  await expect(start({ dataDirectory: join(folder, 'data') })).rejects.toThrow(/^cannot use the folder .*data: EISDIR/);
  expect(await readdir(join(folder, 'data'))).toEqual(['journal.jsonl']);
});
