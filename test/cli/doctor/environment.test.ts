import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkApplication } from '../../../src/cli/doctor/application.js';
import { checkConfiguration, configurationRows } from '../../../src/cli/doctor/configuration.js';
import { definitions } from '../../../src/config/definitions.js';
import { resolveConfig } from '../../../src/config/resolve.js';

type Environment = Record<string, string>;

const KEY = 'hh_0123456789abcdef';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'honeyhive-doctor-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function install(path: string, manifest: object): void {
  mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, path, 'package.json'), JSON.stringify(manifest));
}

const configuration = (environment: Environment) => checkConfiguration(resolveConfig({}, environment), environment, folder);
const application = (environment: Environment = {}) => checkApplication(resolveConfig({}, environment).config, environment, folder, '1.2.3');

describe('the rows of options', () => {
  it('are those that the environment can set, with where each value is from', () => {
    const rows = configurationRows(resolveConfig({}, { HH_API_KEY: KEY, HH_API_URL: 'http://127.0.0.1:1/v1', HH_EXPORTER_TIMEOUT: '5', HH_EXPORTER_HEADERS: 'x-token=SECRET' }));
    expect(rows.map(({ option }) => option)).toEqual(Object.entries(definitions).filter(([, { environment }]) => environment.length > 0).map(([name]) => name));
    expect(rows).toEqual(
      expect.arrayContaining([
        { option: 'apiKey', value: 'hh_0***', variable: 'HH_API_KEY' },
        { option: 'url', value: 'http://127.0.0.1:1', variable: 'HH_API_URL' },
        { option: 'timeoutMillis', value: '5', variable: 'HH_EXPORTER_TIMEOUT' },
        { option: 'headers', value: 'x-token: ***', variable: 'HH_EXPORTER_HEADERS' },
        { option: 'project', value: null, variable: null },
        { option: 'maxConcurrency', value: '32', variable: null },
      ]),
    );
  });

  it('name the default where a variable is wrong', () => {
    expect(configurationRows(resolveConfig({}, { HH_EXPORTER_TIMEOUT: 'soon' }))).toContainEqual({ option: 'timeoutMillis', value: '10000', variable: null });
  });
});

describe('the environment', () => {
  it.each<[string, Environment, string[]]>([
    ['is well', { HH_API_KEY: KEY }, ['ok configuration']],
    ['lacks a key', {}, ['fail key-set']],
    ['has a key that no header can hold', { HH_API_KEY: 'a\nb' }, ['fail key-set', 'warn setting']],
    ['has a wrong setting', { HH_API_KEY: KEY, HH_EXPORTER_TIMEOUT: 'soon' }, ['warn setting']],
    ['has a wrong address', { HH_API_KEY: KEY, HH_API_URL: 'here' }, ['fail setting']],
    ['switches the exporter off', { HH_API_KEY: KEY, OTEL_SDK_DISABLED: 'true' }, ['warn switch']],
    ['sends without TLS', { HH_API_KEY: KEY, HH_API_URL: 'http://hive.example' }, ['warn plain-http']],
    ['sends without TLS to this machine', { HH_API_KEY: KEY, HH_API_URL: 'http://localhost:4483' }, ['ok configuration']],
    ['has two different keys', { HH_API_KEY: KEY, HH_PROJECT_API_KEY: `${KEY}0` }, ['warn two-keys']],
    ['has one key twice', { HH_API_KEY: KEY, HH_PROJECT_API_KEY: KEY }, ['ok configuration']],
    ['has two different addresses', { HH_API_KEY: KEY, HH_API_URL: 'https://a.example', HH_DATA_PLANE_URL: 'https://b.example' }, ['warn two-urls']],
    ['has one address twice', { HH_API_KEY: KEY, HH_API_URL: 'https://a.example', HH_DATA_PLANE_URL: 'https://a.example/' }, ['ok configuration']],
    ['names the old default host', { HH_API_KEY: KEY, HH_API_URL: 'https://api.honeyhive.ai' }, ['warn old-host']],
    ['names the old default host for OTLP', { HH_API_KEY: KEY, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://api.honeyhive.ai/opentelemetry' }, ['warn old-host']],
    ['names a dedicated host', { HH_API_KEY: KEY, HH_API_URL: 'https://acme.api.honeyhive.ai' }, ['ok configuration']],
  ])('%s', (_, environment, expected) => {
    const checks = configuration(environment);
    expect(checks.map(({ status, id }) => `${status} ${id}`)).toEqual(expected);
    for (const { status, remedy } of checks) if (status !== 'ok') expect(remedy).toMatch(/\w/);
  });

  it('may have its key in a file that nobody has read', () => {
    writeFileSync(join(folder, '.env'), 'A=1\nexport HH_API_KEY=hh_secret_of_a_file\n');
    expect(configuration({})).toMatchObject([{ id: 'key-set', remedy: expect.stringContaining('doctor --env .env') }]);
  });
});

describe('the application', () => {
  it('is looked for from its folder', () => {
    expect(application().map(({ status, id }) => `${status} ${id}`)).toEqual(['warn exporter', 'warn api', 'warn sdk']);
  });

  it.each<[string, string, string]>([
    ['1.30.1', '@opentelemetry/sdk-trace-base', 'ok OpenTelemetry SDK 1: @opentelemetry/sdk-trace-base 1.30.1'],
    ['2.12.1', '@opentelemetry/sdk-trace-base', 'ok OpenTelemetry SDK 2: @opentelemetry/sdk-trace-base 2.12.1'],
    ['3.1.1', '@opentelemetry/sdk-trace', 'ok OpenTelemetry SDK 3: @opentelemetry/sdk-trace 3.1.1'],
    ['1.9.0', '@opentelemetry/sdk-trace-base', 'warn OpenTelemetry SDK @opentelemetry/sdk-trace-base 1.9.0 is older than 1.30'],
  ])('with SDK %s', (version, name, said) => {
    install(`node_modules/${name}`, { name, version });
    const { status, message } = application().find(({ id }) => id === 'sdk')!;
    expect(`${status} ${message}`).toBe(said);
  });

  it('is looked for in the folders above it, too, and in what brings an SDK of its own', () => {
    install('node_modules/opentelemetry-exporter-honeyhive', { version: '1.2.3' });
    install('node_modules/@opentelemetry/api', { version: '1.9.1' });
    install('packages/app', { name: 'app' });
    install('packages/app/node_modules/@opentelemetry/sdk-node', { version: '0.223.0' });
    install('packages/app/node_modules/@opentelemetry/sdk-node/node_modules/@opentelemetry/sdk-trace-base', { version: '2.12.1' });
    folder = join(folder, 'packages/app');
    expect(application().map(({ status, id }) => `${status} ${id}`)).toEqual(['ok exporter', 'ok api', 'ok sdk']);
    folder = join(folder, '../..');
  });

  it('with SDKs of two generations is asked to decide', () => {
    install('node_modules/@opentelemetry/sdk-trace-base', { version: '1.30.1' });
    install('node_modules/@opentelemetry/sdk-node', { version: '0.223.0' });
    install('node_modules/@opentelemetry/sdk-node/node_modules/@opentelemetry/sdk-trace-base', { version: '2.12.1' });
    expect(application().find(({ id }) => id === 'sdk')).toMatchObject({ status: 'warn', message: expect.stringMatching(/several generations.*1\.30\.1.*2\.12\.1/) });
  });

  it.each<[string, string, string]>([
    ['1.2.0', 'fail', 'an API that is too old'],
    ['2.0.0', 'fail', 'an API that is too new'],
    ['1.3.0', 'ok', 'the oldest API that fits'],
  ])('with API %s: %s, %s', (version, status) => {
    install('node_modules/@opentelemetry/api', { version });
    expect(application().find(({ id }) => id === 'api')).toMatchObject({ status });
  });

  it('with another version of this package is told which command fits', () => {
    install('node_modules/opentelemetry-exporter-honeyhive', { version: '1.0.0' });
    expect(application()[0]).toMatchObject({ status: 'warn', remedy: 'npx opentelemetry-exporter-honeyhive@1.0.0 doctor' });
  });

  it('with a package.json that is none is no reason to fail', () => {
    mkdirSync(join(folder, 'node_modules/@opentelemetry/api'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/@opentelemetry/api/package.json'), '[');
    writeFileSync(join(folder, 'package.json'), 'null');
    expect(application({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }).map(({ status }) => status)).not.toContain('fail');
  });
});

describe('what the environment says to the SDK', () => {
  const HONEYHIVE = 'https://api.dp1.us.honeyhive.ai/opentelemetry';
  const SEEN = ['sampling', 'otlp-honeyhive', 'otlp-unused'];
  const WITH_OTLP = { dependencies: { '@opentelemetry/exporter-trace-otlp-http': '1' } };

  it.each<[string, Environment, object, string[]]>([
    ['no sampler', {}, {}, []],
    ['a sampler that takes all', { OTEL_TRACES_SAMPLER: 'parentbased_always_on' }, {}, []],
    ['a sampler that takes none', { OTEL_TRACES_SAMPLER: 'always_off' }, {}, ['sampling']],
    ['a sampler that takes some', { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' }, {}, ['sampling']],
    ['a sampler that takes all of some', { OTEL_TRACES_SAMPLER: 'traceidratio' }, {}, []],
    ['an OTLP endpoint and an exporter for it', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, WITH_OTLP, []],
    ['an OTLP endpoint and no exporter for it', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, {}, ['otlp-unused']],
    ['an OTLP endpoint and a preload', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', NODE_OPTIONS: '--import @opentelemetry/auto-instrumentations-node/register' }, {}, []],
    ['an OTLP endpoint of HoneyHive', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: HONEYHIVE }, WITH_OTLP, ['otlp-honeyhive']],
    ['an OTLP endpoint of HoneyHive, stamped', { OTEL_EXPORTER_OTLP_ENDPOINT: HONEYHIVE, HH_EXPORTER_STAMP_SPANS: 'true' }, WITH_OTLP, []],
    ['an OTLP endpoint of the same server', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4483/opentelemetry', HH_API_URL: 'http://127.0.0.1:4483' }, WITH_OTLP, ['otlp-honeyhive']],
    ['an OTLP endpoint that looks like HoneyHive', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://nothoneyhive.ai' }, WITH_OTLP, []],
    ['an OTLP endpoint that is none', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }, WITH_OTLP, []],
  ])('%s', (_, environment, manifest, expected) => {
    install('.', manifest);
    expect(application(environment).filter(({ id }) => SEEN.includes(id)).map(({ id }) => id)).toEqual(expected);
  });
});
