import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../../src/cli/doctor/report.js';
import { type Hive, startHive } from '../../support/hive.js';
import { hangingServer } from '../../support/silent-servers.js';
import { cleanUp, type Ended, makeFolder, runCommand } from '../command.js';

const KEY = 'hh_0123456789abcdef';
const ESCAPE = '\u001b[';

let folder: string;
let hive: Hive;

beforeEach(async () => {
  folder = await makeFolder();
  hive = await startHive({ key: KEY });
});

afterEach(async () => {
  await hive.close();
  await cleanUp();
});

const doctor = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> => runCommand(['doctor', ...args], { cwd: folder, env });
const working = (): NodeJS.ProcessEnv => ({ HH_API_URL: hive.url, HH_API_KEY: KEY });

describe('doctor', () => {
  it('ends with 0 where all is well, and has sent nothing', async () => {
    const { code, out, err } = await doctor([], working());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('apiKey                 hh_0***');
    expect(out).toMatch(/ok {4}127\.0\.0\.1:\d+ took the key/);
    expect(out).toMatch(/All steps passed, 3 warnings\.\n/);
    expect(hive.sessions()).toEqual([]);
  });

  it('with --send sends one session and reads it back', async () => {
    const { code, out } = await doctor(['--send'], working());
    expect(code).toBe(0);
    expect(hive.sessions()).toHaveLength(1);
    expect(out.replace(/\s+/g, ' ')).toContain(`gave the session back by its id (GET /v1/events/${hive.sessions()[0]!.session_id})`);
  });

  it('ends with 1 where a step failed, and says what to do', async () => {
    const { code, out } = await doctor([], { ...working(), HH_API_KEY: 'hh_another_key_than_that' });
    expect(code).toBe(1);
    expect(out).toMatch(/FAIL {2}127\.0\.0\.1:\d+ refused the key \(HTTP 401\)\n {8}-> check HH_API_KEY/);
    expect(out).toMatch(/1 step failed, 3 warnings\.\n$/);
  });

  it('ends in time where the server is silent', async () => {
    const silent = await hangingServer();
    const { code, out } = await doctor(['--send'], { HH_API_URL: silent.url, HH_API_KEY: KEY, HH_EXPORTER_TIMEOUT: '300' });
    await silent.close();
    expect(code).toBe(1);
    expect(out).toContain('did not answer GET /projects within 300 ms');
  });

  it('keeps to 80 columns', async () => {
    const { out } = await doctor([], { ...working(), HH_EXPORTER_HEADERS: 'x-one=1', HH_EXPORTER_TIMEOUT: 'soon', OTEL_EXPORTER_OTLP_ENDPOINT: hive.url, OTEL_TRACES_SAMPLER: 'always_off', HH_EXPORTER_SHUTDOWN_TIMEOUT: '4000' });
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(out).toMatch(/shutdownTimeoutMillis +4000 +HH_EXPORTER_SHUTDOWN_TIMEOUT\n/);
  });

  it('has colours where they are wanted only', async () => {
    expect((await doctor([], working())).out).not.toContain(ESCAPE);
    expect((await doctor([], { ...working(), FORCE_COLOR: '1' })).out).toContain(ESCAPE);
    expect((await doctor([], { ...working(), FORCE_COLOR: '1', NO_COLOR: '1' })).out).not.toContain(ESCAPE);
  });

  it('prints no secret, wherever it got to', async () => {
    const env = {
      HH_API_KEY: 'hh_SECRETSECRETSECRET',
      HH_PROJECT_API_KEY: 'hh_SECRET_OF_ANOTHER',
      HH_API_URL: 'hh_SECRET_IN_THE_WRONG_PLACE',
      HH_DATA_PLANE_URL: 'https://user:SECRETPASSWORD@hive.example',
      HH_EXPORTER_HEADERS: 'x-token=SECRETTOKEN',
      HH_EXPORTER_API: 'hh_SECRET_AS_ROUTE',
      HTTP_PROXY: 'http://user:SECRETPASSWORD@127.0.0.1:1',
    };
    for (const args of [[], ['--json'], ['--send']]) {
      const { out, err } = await doctor(args, env);
      expect(out + err).not.toContain('SECRET');
    }
    const { out } = await doctor(['--json'], { ...env, HH_DATA_PLANE_URL: '', HH_API_URL: hive.url });
    expect(out).not.toContain('SECRET');
  });

  it('reads variables from a file; those of its environment win', async () => {
    await writeFile(join(folder, '.env'), `HH_API_URL=http://127.0.0.1:1\nHH_API_KEY="${KEY}"\n`);
    expect(await doctor(['--env', '.env'], { HH_API_URL: hive.url })).toMatchObject({ code: 0, out: expect.stringContaining('HH_API_KEY\n') });
    expect(await doctor(['--env', 'none.env'], {})).toEqual({ code: 1, out: '', err: 'error: cannot read none.env: ENOENT\n' });
  });

  it('refuses what it does not know with 2', async () => {
    expect(await doctor(['--sned'], working())).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Did you mean --send?') });
  });
});

describe('doctor --json', () => {
  it('prints one object of a shape that stays', async () => {
    const { code, out, err } = await doctor(['--json', '--send'], working());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const report = JSON.parse(out) as Report;
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(report).toMatchObject({ format: 1, version, node: process.versions.node, folder, ok: true });
    expect(Object.keys(report)).toEqual(['format', 'version', 'node', 'folder', 'ok', 'options', 'checks']);
    expect(report.options).toContainEqual({ option: 'apiKey', value: 'hh_0***', variable: 'HH_API_KEY' });
    expect(report.checks.map(({ section, id, status }) => `${section} ${id} ${status}`)).toEqual([
      'configuration configuration ok',
      'application exporter warn',
      'application api warn',
      'application sdk warn',
      'server dns ok',
      'server connect ok',
      'server key ok',
      'server send ok',
      'server read-back ok',
    ]);
    for (const check of report.checks) expect(Object.keys(check)).toEqual(['section', 'id', 'status', 'message', ...(check.status === 'ok' ? [] : ['remedy'])]);
  });

  it('says by its status, too, that a step failed', async () => {
    const { code, out } = await doctor(['--json'], { HH_API_URL: hive.url });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false });
  });
});
