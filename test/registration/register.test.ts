import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Hive, startHive } from '../support/hive.js';

// In processes of their own, with what npm test has built: the package finds itself by its name.
const APPS = join(process.cwd(), 'test/registration/apps');
const REGISTER = 'opentelemetry-exporter-honeyhive/register';

let hive: Hive;
beforeAll(async () => {
  hive = await startHive();
});
afterAll(() => hive.close());

interface Ran {
  stdout: string;
  /** Process warnings of ours, without what is the same in each. */
  warnings: string[];
  names: string[];
}

async function node(args: string[], { env = {}, cwd = process.cwd() }: { env?: Record<string, string>; cwd?: string } = {}): Promise<Ran> {
  const [before, requests] = [hive.sessions().length, hive.requests];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    cwd,
    timeout: 30_000,
    env: { PATH: process.env['PATH'], HH_API_KEY: 'hh_test', HH_API_URL: hive.url, ...env },
  });
  const warnings = [...stderr.matchAll(/\[(HONEYHIVE_\w+)\] Warning: opentelemetry-exporter-honeyhive: (.*)/g)].map(([, code, text]) => `${code}: ${text}`);
  // Whatever else is written there is somebody's surprise.
  const rest = stderr.split('\n').filter((line) => line !== '' && !line.includes('HONEYHIVE_') && !line.startsWith('(Use `node --trace-warnings'));
  expect(rest).toEqual([]);
  // Each session is sent once.
  expect(hive.requests - requests).toBe(hive.sessions().length - before);
  return { stdout: stdout.trim(), warnings, names: hive.sessions().slice(before).map(({ event_name }) => event_name).sort() };
}

const app = (name: string): string => join(APPS, name);
const preload = (name: string): string[] => ['--import', pathToFileURL(app(name)).href];
const BOTH = ['cjs work', 'esm work'];

describe.each(['--import', '--require'])('node %s opentelemetry-exporter-honeyhive/register', (how) => {
  it('starts the SDK that the application has, where nothing traces; without a signal handler', async () => {
    const { names, warnings, stdout } = await node([how, REGISTER, app('makes-spans.mjs')]);
    expect({ names, warnings, stdout }).toEqual({ names: BOTH, warnings: [], stdout: '0,0,0' });
    expect(hive.sessions().find(({ event_name }) => event_name === 'esm work')).toMatchObject({ metadata: { counts: { spans: 2 } } });
  });

  it.each(['false', 'true'])('gives way to a provider that the application registers later, and attaches to it (propagateSession: %s)', async (propagates) => {
    const { names, warnings, stdout } = await node([how, REGISTER, app('registers-later.mjs')], { env: { HH_EXPORTER_PROPAGATE_SESSION: propagates } });
    expect({ names, warnings }).toEqual({ names: ['after', 'before'], warnings: [] });
    // As if nothing had been there before: its tracers, its context manager, its propagator.
    expect(JSON.parse(stdout)).toEqual({ seen: ['step', 'after (root)'], complaints: [], mine: true });
  });
});

describe('the preload entry', () => {
  it('attaches to a provider that is there already', async () => {
    expect(await node([...preload('has-provider.mjs'), '--import', REGISTER, app('makes-spans.mjs')])).toMatchObject({ names: BOTH, warnings: [] });
  });

  it('leaves it at a processor of ours that the provider has already', async () => {
    expect(await node([...preload('has-our-processor.mjs'), '--import', REGISTER, app('makes-spans.mjs')])).toMatchObject({ names: BOTH, warnings: [] });
  });

  it('leaves it to a processor of ours that the application brings later to say what the id of a session is', async () => {
    const { names, stdout } = await node(['--import', REGISTER, app('registers-ours-later.mjs')]);
    expect({ names, ids: hive.sessions().slice(-1).map(({ session_id }) => session_id) }).toEqual({ names: ['request'], ids: [stdout] });
  });

  it('says in one line that a provider takes no processor', async () => {
    const { names, warnings } = await node([...preload('has-foreign-provider.mjs'), '--import', REGISTER, app('makes-spans.mjs')]);
    expect({ names, warnings }).toEqual({ names: [], warnings: [expect.stringMatching(/^HONEYHIVE_NOT_ATTACHED: .*spanProcessors/)] });
  });

  it('registers once when both copies of the package are preloaded', async () => {
    expect(await node(['--require', REGISTER, '--import', REGISTER, app('makes-spans.mjs')])).toMatchObject({ names: BOTH, warnings: [] });
  });

  it('says in one line what to install where there is no SDK', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'honeyhive-no-sdk-'));
    try {
      copyFileSync(app('no-sdk.mjs'), join(elsewhere, 'app.mjs'));
      const entry = pathToFileURL(join(process.cwd(), 'dist/esm/register.js')).href;
      const { stdout, warnings } = await node(['--import', entry, join(elsewhere, 'app.mjs')], { cwd: elsewhere });
      expect({ stdout, warnings }).toEqual({ stdout: 'runs', warnings: [expect.stringMatching(/^HONEYHIVE_NO_SDK: .*npm install @opentelemetry\/sdk-node/)] });
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('says in one line that the SDK of the application does not start, which starts itself all the same', async () => {
    const broken = mkdtempSync(join(tmpdir(), 'honeyhive-broken-sdk-'));
    try {
      mkdirSync(join(broken, 'node_modules/@opentelemetry/sdk-node'), { recursive: true });
      writeFileSync(join(broken, 'node_modules/@opentelemetry/sdk-node/index.js'), "exports.NodeSDK = class { constructor() { throw new Error('out of order') } };");
      copyFileSync(app('no-sdk.mjs'), join(broken, 'app.mjs'));
      const entry = pathToFileURL(join(process.cwd(), 'dist/esm/register.js')).href;
      const { stdout, warnings } = await node(['--import', entry, join(broken, 'app.mjs')], { cwd: broken });
      expect({ stdout, warnings }).toEqual({ stdout: 'runs', warnings: [expect.stringMatching(/^HONEYHIVE_SDK_FAILED: .*out of order/)] });
    } finally {
      rmSync(broken, { recursive: true });
    }
  });

  it('says in one line that there is no key, and installs nothing', async () => {
    const { names, warnings, stdout } = await node(['--import', REGISTER, app('tells-provider.mjs')], { env: { HH_API_KEY: '' } });
    expect({ names, warnings, stdout }).toEqual({ names: [], warnings: [expect.stringMatching(/^HONEYHIVE_MISSING_API_KEY: .*HH_API_KEY/)], stdout: 'none' });
  });

  it.each(['HH_EXPORTER_DISABLED', 'HH_DISABLE_TRACING', 'OTEL_SDK_DISABLED'])('does nothing and says nothing with %s', async (name) => {
    expect(await node(['--import', REGISTER, app('tells-provider.mjs')], { env: { [name]: 'true' } })).toEqual({ names: [], warnings: [], stdout: 'none' });
  });

  it('also sends where the environment says that spans go', async () => {
    const { names, stdout } = await node(['--import', REGISTER, app('makes-spans.mjs')], { env: { OTEL_TRACES_EXPORTER: 'console' } });
    expect(names).toEqual(BOTH);
    expect(stdout).toContain("name: 'cjs work'");
  });
});

describe('registerHoneyHive', () => {
  it('registers once, whichever copy of the package is asked, and anew after a shutdown', async () => {
    const { names, stdout } = await node([app('calls-register.mjs')]);
    expect(names).toEqual(['named in code']);
    expect(stdout).toBe('{"same":true,"attached":true,"delivered":1}\nfalse');
  });

  it('hears what the other copy of the package is told', async () => {
    const { names, stdout } = await node(['--import', REGISTER, app('uses-other-copy.cjs')]);
    expect(names).toEqual(['said by the other']);
    expect(hive.sessions().find(({ event_name }) => event_name === names[0])).toMatchObject({ event_id: stdout, metadata: { tenant: 't1' } });
  });
});
