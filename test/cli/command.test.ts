import { once } from 'node:events';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { cleanUp, type Ended, makeFolder, runCommand, startCommand } from './command.js';

let folder: string;

beforeEach(async () => {
  folder = await makeFolder();
});

afterEach(cleanUp);

const local = (...args: string[]) => startCommand(['local', ...args], { cwd: folder });

function post(url: string, session: object): Promise<Response> {
  return fetch(`${url}/session/start`, {
    method: 'POST',
    headers: { authorization: 'Bearer k' },
    body: JSON.stringify({ session }),
  });
}

/** The command where it is expected to fail at once. */
const fails = (...args: string[]): Promise<Ended> => runCommand(['local', ...args], { cwd: folder });

test('it says where it listens and what to set, prints arrivals, and keeps them for the next run', async () => {
  const first = local('--port', '0', '--data', 'data');
  const url = await first.sees(/HH_API_URL=(http:\/\/127\.0\.0\.1:\d+)\n/);
  await first.sees(/HH_API_KEY=local\n/);
  expect(first.printed.out).toContain(`Sessions are kept in ${join(folder, 'data')}: 0 from before`);

  await post(url, { session_name: 'checkout', inputs: { query: 'where?' }, outputs: { content: 'here' } });
  await first.sees(/\d\d:\d\d:\d\d {2}new +checkout +where\? -> here/);
  await post(url, { inputs: 'wrong' });
  await first.sees(/refused {2}400 POST \/session\/start: session\.inputs must be an object/);
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
  expect(first.printed.err).toBe('');

  await appendFile(join(folder, 'data', 'journal.jsonl'), '{"torn');
  const second = local('--port', '0', '--data', 'data');
  await second.sees(/: 1 from before/);
  await second.sees(/warning: 1 unreadable line was skipped in .*journal\.jsonl/);
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
});

test('without --data the folder is .honeyhive, and --key is the only key', async () => {
  const hive = local('-p', '0', '-k', 'secret');
  const url = await hive.sees(/HH_API_URL=(.*)\n/);
  await hive.sees(/HH_API_KEY=secret\n/);
  expect(hive.printed.out).toContain(join(folder, '.honeyhive'));
  expect((await post(url, {})).status).toBe(401);
});

test('it ends when nobody reads its lines any more', async () => {
  const hive = local('--port', '0', '--data', 'piped');
  const url = await hive.sees(/HH_API_URL=(.*)\n/);
  await hive.sees(/Ctrl-C/);
  hive.child.stdout.destroy();
  await post(url, {}).catch(() => {});
  expect(await hive.ended).toBe(0);
  expect(hive.printed.err).toBe('');
});

test.each([[[]], [['doctor']], [['local']]])('the help of %j says nothing of it when nobody reads it to its end', async (command: string[]) => {
  const help = startCommand([...command, '--help'], { cwd: folder });
  help.child.stdout.destroy();
  expect(await help.ended).toBe(0);
  expect(help.printed.err).toBe('');
});

test('a port that is in use is one line and status 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;

  const { code, err, out } = await fails('--port', String(port), '--data', 'busy');
  other.close();

  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toBe(`error: cannot listen on 127.0.0.1:${port}: the port is in use\n`);
});

test('a folder that cannot be used is one line and status 1', async () => {
  await writeFile(join(folder, 'file'), '');
  const { code, err } = await fails('--port', '0', '--data', 'file');

  expect(code).toBe(1);
  expect(err).toMatch(/^error: cannot use the folder .*file: .*\n$/);
});

test('a folder of another running command is refused, also across processes', async () => {
  const first = local('--port', '0', '--data', 'shared');
  await first.sees(/Ctrl-C/);
  const { code, err } = await fails('--port', '0', '--data', 'shared');

  expect(code).toBe(1);
  expect(err).toContain(`another local HoneyHive uses it (process ${first.child.pid})`);

  first.child.kill('SIGKILL');
  await first.ended;
  await local('--port', '0', '--data', 'shared').sees(/Ctrl-C/);
});

test('--fail has requests fail as it says, and the rest arrive', async () => {
  const hive = local('--port', '0', '--fail', '503,times=1,retry-after=7', '--fail', 'reset,share=0.5');
  const url = await hive.sees(/HH_API_URL=(.*)\n/);

  const refused = await post(url, { session_name: 'one' });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '7']);
  await hive.sees(/failed +POST \/session\/start: HTTP 503, as asked for/);
  expect((await post(url, { session_name: 'two' })).status).toBe(200);
  await expect(post(url, { session_name: 'three' })).rejects.toThrow('fetch failed');
  await hive.sees(/failed +POST \/session\/start: connection reset, as asked for/);
  expect((await post(url, { session_name: 'four' })).status).toBe(200);

  const sessions = (await (await fetch(`${url}/sessions`)).json()) as { event_name: string }[];
  expect(sessions.map(({ event_name }) => event_name)).toEqual(['two', 'four']);
});

test.each([
  [['--port', 'http'], /'http' is invalid\. A port is a whole number from 0 to 65535/],
  [['--port', '65536'], /A port is a whole number/],
  [['--port', '-1'], /A port is a whole number/],
  [['--key', ''], /A key is not empty/],
  [['--fail', 'sometimes'], /A fault is a status from 400 to 599, reset, silent or slow, not sometimes\. It is written/],
  [['--nothing'], /unknown option '--nothing'/],
  [['--prot', '1'], /Did you mean --port\?/],
  [['extra'], /too many arguments/],
])('%j is refused with a reason, status 2 and no stack', async (args, reason) => {
  const { code, err, out } = await fails(...args);

  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(reason);
  expect(err).not.toMatch(/^\s+at /m);
});

test('an unknown command is refused with status 2, and the one that may be meant is named', async () => {
  const { code, err } = await runCommand(['docter'], { cwd: folder });

  expect(code).toBe(2);
  expect(err).toMatch(/^error: unknown command 'docter'\n\(Did you mean doctor\?\)\n/);
});

test('--version says the version of the package', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  expect(await runCommand(['--version'], { cwd: folder })).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test.each([
  [['--help'], 'find out why no sessions arrive'],
  [['local', '--help'], 'HH_API_URL=http://127.0.0.1:4483'],
  [['help', 'local'], '(default: 4483)'],
  [['doctor', '--help'], 'Exit status:'],
])('%j explains in 80 columns', async (args, said) => {
  const { code, out } = await runCommand(args, { cwd: folder });

  expect(code).toBe(0);
  expect(out).toContain(said);
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('without a command it shows its help with status 2', async () => {
  expect(await runCommand([], { cwd: folder })).toMatchObject({
    code: 2,
    err: expect.stringContaining('Usage: opentelemetry-exporter-honeyhive'),
  });
});
