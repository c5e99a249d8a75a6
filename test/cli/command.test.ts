import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);

let folder: string;
let command: string;
const running = new Set<ChildProcessByStdio<null, Readable, Readable>>();

// The command is tested as it is shipped: one file, run by node.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-honeyhive-cli-'));
  command = join(folder, 'cli.cjs');
  await build({
    entryPoints: ['src/cli/main.ts'],
    outfile: command,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    define: { __VERSION__: '"9.8.7"' },
  });
});

afterEach(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts the command; `text` grows with what it prints. */
function local(...args: string[]) {
  const child = spawn(process.execPath, [command, 'local', ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (printed.out += String(chunk)));
  child.stderr.on('data', (chunk) => (printed.err += String(chunk)));
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  async function sees(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(printed.out);
      if (found) return found[1] ?? found[0];
      await Promise.race([
        once(child.stdout, 'data'),
        ended.then((code) => {
          throw new Error(`ended with ${code}: ${printed.out}${printed.err}`);
        }),
      ]);
    }
  }
  return { child, printed, ended, sees };
}

function post(url: string, session: object): Promise<Response> {
  return fetch(`${url}/session/start`, {
    method: 'POST',
    headers: { authorization: 'Bearer k' },
    body: JSON.stringify({ session }),
  });
}

/** The command where it is expected to fail at once. */
async function fails(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const { ended, printed } = local(...args);
  return { code: await ended, ...printed };
}

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

test.each([
  [['--port', 'http'], /'http' is invalid\. A port is a whole number from 0 to 65535/],
  [['--port', '65536'], /A port is a whole number/],
  [['--port', '-1'], /A port is a whole number/],
  [['--key', ''], /A key is not empty/],
  [['--nothing'], /unknown option '--nothing'/],
  [['extra'], /too many arguments/],
])('%j is refused with a reason, status 1 and no stack', async (args, reason) => {
  const { code, err } = await fails(...args);

  expect(code).toBe(1);
  expect(err).toMatch(reason);
  expect(err).not.toMatch(/^\s+at /m);
});

test('--version and --help answer', async () => {
  expect((await run(process.execPath, [command, '--version'])).stdout).toBe('9.8.7\n');
  expect((await run(process.execPath, [command, '--help'])).stdout).toContain('Examples:');
  const help = (await run(process.execPath, [command, 'local', '--help'])).stdout;
  expect(help).toContain('(default: 4483)');
  expect(help).toMatch(/\(default:\s+"\.honeyhive"\)/);
  expect(help).toContain('HH_API_URL=http://127.0.0.1:4483');
});

test('without a command it shows its help with status 1', async () => {
  await expect(run(process.execPath, [command])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Usage: opentelemetry-exporter-honeyhive'),
  });
});
