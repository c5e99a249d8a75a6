import { definitions, isFunctionRuntime, SWITCHES } from '../../src/config/definitions.js';
import { resolveConfig } from '../../src/config/resolve.js';
import type { HoneyHiveOptions } from '../../src/config/options.js';

type Option = keyof HoneyHiveOptions;

/** What is known of one option, from the table in the design. */
interface Row {
  environment: string[];
  fallback: unknown;
  /** Acceptable values in code, with what they come to. */
  accepted: [unknown, unknown][];
  /** Values in code that must be refused. */
  refused: unknown[];
  /** Values of a variable, with what they come to. */
  fromEnvironment: [string, unknown][];
  /** Values of a variable that must be refused. */
  wrongInEnvironment: string[];
}

const pick = (): boolean => true;
const dispatcher = { request: () => undefined };
const meterProvider = { getMeter: () => undefined };

const text = (variable: string[], fallback?: string): Row => ({
  environment: variable,
  fallback,
  accepted: [['a text', 'a text'], ['  padded ', 'padded']],
  refused: ['', '   ', 5, true, null, {}],
  fromEnvironment: [['a text', 'a text'], ['  padded\n', 'padded']],
  wrongInEnvironment: [],
});

const whole = (variable: string, fallback: number | undefined, max?: number): Row => ({
  environment: [variable],
  fallback,
  accepted: [[1, 1], [...(max === undefined ? [Number.MAX_SAFE_INTEGER] : [max])].flatMap((top) => [top, top]) as [number, number]],
  refused: [0, -1, 1.5, '1', null, NaN, Infinity, (max ?? Number.MAX_SAFE_INTEGER) + 1],
  fromEnvironment: [['1', 1], [' 250 ', 250]],
  wrongInEnvironment: ['0', '-1', '1.5', 'fast', '1e3', '0x10', `${(max ?? Number.MAX_SAFE_INTEGER) + 1}`],
});

const onRequest = (variable: string): Row => ({
  environment: [variable],
  fallback: false,
  accepted: [[true, true], [false, false]],
  refused: ['true', 1, null, {}],
  fromEnvironment: [['true', true], [' FALSE ', false]],
  wrongInEnvironment: ['1', 'yes'],
});

const words = (variable: string, [fallback, ...others]: string[], also: unknown[]): Row => ({
  environment: [variable],
  fallback,
  accepted: [fallback, ...others, ...also].map((value) => [value, value]),
  refused: ['other', '', fallback!.toUpperCase(), 1, null, {}, ...(also.length === 0 ? [pick] : [])],
  fromEnvironment: [fallback!, ...others].flatMap((word): [string, string][] => [[word, word], [` ${word.toUpperCase()} `, word]]),
  wrongInEnvironment: ['other', `${fallback}s`],
});

const MAX_MILLIS = 2_147_483_647;

/** One row for every option: a new option does not compile without one. */
const ROWS: { [K in Option]-?: Row } = {
  apiKey: { ...text(['HH_API_KEY', 'HH_PROJECT_API_KEY']), accepted: [['hh_key', 'hh_key'], ['hh_key\n', 'hh_key'], [pick, pick]] },
  url: {
    environment: ['HH_DATA_PLANE_URL', 'HH_API_URL'],
    fallback: 'https://api.dp1.us.honeyhive.ai',
    accepted: [['http://host:1/prefix/', 'http://host:1/prefix'], ['https://host/opentelemetry/v1/traces', 'https://host']],
    refused: ['', 'host', 'ftp://host', 5, null],
    fromEnvironment: [[' https://host/v1 ', 'https://host']],
    wrongInEnvironment: ['host', 'ftp://host', 'http://'],
  },
  source: text(['HH_SOURCE']),
  sessionName: { ...text(['HH_SESSION_NAME']), accepted: [['turn', 'turn'], [pick, pick]] },
  project: text(['HH_PROJECT']),
  sessionRoots: words('HH_EXPORTER_SESSION_ROOTS', ['trace', 'local'], [pick]),
  sessionFilter: words('HH_EXPORTER_SESSION_FILTER', ['work', 'ai', 'all'], [pick]),
  sessionScope: words('HH_EXPORTER_SESSION_SCOPE', ['trace', 'conversation'], []),
  captureContent: {
    environment: ['HH_EXPORTER_CAPTURE_CONTENT'],
    fallback: true,
    accepted: [[true, true], [false, false]],
    refused: ['true', 1, null, {}],
    fromEnvironment: [['true', true], [' FALSE ', false]],
    wrongInEnvironment: [],
  },
  redaction: words('HH_EXPORTER_REDACTION', ['credentials', 'off'], [pick]),
  beforeSend: { environment: [], fallback: undefined, accepted: [[pick, pick]], refused: ['x', 1, null, {}], fromEnvironment: [], wrongInEnvironment: [] },
  maxRequestBytes: whole('HH_EXPORTER_MAX_REQUEST_BYTES', 5_000_000),
  timeoutMillis: whole('HH_EXPORTER_TIMEOUT', 10_000, MAX_MILLIS),
  exportTimeoutMillis: whole('HH_EXPORTER_EXPORT_TIMEOUT', 25_000, MAX_MILLIS),
  flushTimeoutMillis: whole('HH_EXPORTER_FLUSH_TIMEOUT', 10_000, MAX_MILLIS),
  shutdownTimeoutMillis: whole('HH_EXPORTER_SHUTDOWN_TIMEOUT', 5_000, MAX_MILLIS),
  settleTimeoutMillis: {
    ...whole('HH_EXPORTER_SETTLE_TIMEOUT', 2_000, MAX_MILLIS),
    accepted: [[0, 0], [MAX_MILLIS, MAX_MILLIS]],
    refused: [-1, 1.5, '1', null],
    fromEnvironment: [['0', 0], ['250', 250]],
    wrongInEnvironment: ['-1', '1.5', 'fast'],
  },
  maxConcurrency: whole('HH_EXPORTER_MAX_CONCURRENCY', 32, 1024),
  maxPendingBytes: whole('HH_EXPORTER_MAX_PENDING_BYTES', 64 * 1024 * 1024),
  maxPendingSessions: whole('HH_EXPORTER_MAX_PENDING_SESSIONS', 20_000),
  maxOpenTraces: whole('HH_EXPORTER_MAX_OPEN_TRACES', 10_000),
  maxDigestBytes: whole('HH_EXPORTER_MAX_DIGEST_BYTES', 32 * 1024 * 1024),
  traceIdleMillis: whole('HH_EXPORTER_TRACE_IDLE', 3_600_000, MAX_MILLIS),
  outboxDirectory: text(['HH_EXPORTER_OUTBOX_DIR']),
  outboxMaxBytes: whole('HH_EXPORTER_OUTBOX_MAX_BYTES', 256 * 1024 * 1024),
  outboxMaxAgeMillis: whole('HH_EXPORTER_OUTBOX_MAX_AGE', 604_800_000, MAX_MILLIS),
  headers: {
    environment: ['HH_EXPORTER_HEADERS'],
    fallback: {},
    accepted: [[{ 'x-a': '1' }, { 'x-a': '1' }]],
    refused: ['x-a=1', ['x-a'], null, { 'x a': '1' }, { a: 1 }, { a: 'x\ny' }],
    fromEnvironment: [['x-a=1,x-b=%20', { 'x-a': '1', 'x-b': ' ' }]],
    wrongInEnvironment: ['x-a', 'x a=1', 'a=%'],
  },
  api: words('HH_EXPORTER_API', ['auto', 'session-start', 'v1'], []),
  propagateSession: onRequest('HH_EXPORTER_PROPAGATE_SESSION'),
  stampSpans: onRequest('HH_EXPORTER_STAMP_SPANS'),
  dispatcher: {
    environment: [],
    fallback: undefined,
    accepted: [[dispatcher, dispatcher]],
    refused: ['http://proxy', {}, null, 5],
    fromEnvironment: [],
    wrongInEnvironment: [],
  },
  meterProvider: {
    environment: [],
    fallback: undefined,
    accepted: [[meterProvider, meterProvider]],
    refused: ['global', {}, null, true],
    fromEnvironment: [],
    wrongInEnvironment: [],
  },
};

const each = <T>(read: (row: Row) => readonly T[]): [Option, T][] =>
  (Object.keys(ROWS) as Option[]).flatMap((option) => read(ROWS[option]).map((entry): [Option, T] => [option, entry]));

const withOption = (option: Option, value: unknown): unknown => resolveConfig({ [option]: value } as HoneyHiveOptions, {}).config[option];

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('every option', () => {
  it('has a row in this test', () => expect(Object.keys(ROWS).sort()).toEqual(Object.keys(definitions).sort()));

  it.each(Object.keys(ROWS) as Option[])('%s has the variables and the default of the design', (option) => {
    expect(definitions[option].environment).toEqual(ROWS[option].environment);
    expect(resolveConfig({}, {}).config[option]).toEqual(ROWS[option].fallback);
  });

  it.each(each((row) => row.accepted))('%s takes a good value: %p', (option, [given, expected]) => {
    expect(withOption(option, given)).toEqual(expected);
  });

  it.each(each((row) => row.refused))('%s refuses %p and says what it takes', (option, given) => {
    const message = messageOf(() => withOption(option, given));
    expect(message).toContain(`'${option}'`);
    expect(message).toContain(definitions[option].kind.accepts);
    if (definitions[option].secret === undefined && typeof given !== 'object' && typeof given !== 'function') expect(message).toContain(String(given));
  });

  it.each(Object.keys(ROWS) as Option[])('%s may be undefined in code, which is as good as absent', (option) => {
    expect(withOption(option, undefined)).toEqual(ROWS[option].fallback);
  });

  it.each(each((row) => row.environment.flatMap((variable) => row.fromEnvironment.map((entry) => [variable, ...entry] as const))))(
    '%s is read from the environment: %p',
    (option, [variable, given, expected]) => {
      const { config, warnings } = resolveConfig({}, { [variable]: given });
      expect(config[option]).toEqual(expected);
      expect(warnings).toEqual([]);
    },
  );

  it.each(each((row) => row.environment.flatMap((variable) => row.wrongInEnvironment.map((entry) => [variable, entry] as const))))(
    '%s warns of a bad variable and goes on: %p',
    (option, [variable, given]) => {
      const { config, warnings } = resolveConfig({}, { [variable]: given });
      expect(config[option]).toEqual(definitions[option].onInvalid === undefined ? ROWS[option].fallback : undefined);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(variable);
    },
  );

  it.each(each((row) => row.environment))('%s takes an empty or blank %s for unset', (option, variable) => {
    for (const blank of ['', ' ', '\t\n']) {
      const { config, warnings } = resolveConfig({}, { [variable]: blank });
      expect(config[option]).toEqual(ROWS[option].fallback);
      expect(warnings).toEqual([]);
    }
  });

  it.each(each((row) => row.environment))('%s in code wins over %s, even over a bad one', (option, variable) => {
    const [given, expected] = ROWS[option].accepted[0]!;
    for (const value of [...ROWS[option].fromEnvironment.map(([entry]) => entry), ...ROWS[option].wrongInEnvironment]) {
      const { config, warnings } = resolveConfig({ [option]: given } as HoneyHiveOptions, { [variable]: value });
      expect(config[option]).toEqual(expected);
      expect(warnings).toEqual([]);
    }
  });

  it.each(each((row) => (row.environment.length > 1 ? [row] : [])))('%s: the first variable that is set wins', (option, row) => {
    const [first, second] = row.environment as [string, string];
    const value = row.fromEnvironment[0]!;
    const both = resolveConfig({}, { [first]: value[0], [second]: 'https://second' });
    expect(both.config[option]).toEqual(value[1]);
    expect(resolveConfig({}, { [first]: ' ', [second]: value[0] }).config[option]).toEqual(value[1]);
  });
});

describe('a function runtime', () => {
  it.each(['AWS_LAMBDA_FUNCTION_NAME', 'FUNCTION_TARGET', 'FUNCTIONS_WORKER_RUNTIME', 'VERCEL', 'NETLIFY'])('is told by %s', (variable) => {
    expect(isFunctionRuntime({ [variable]: '1' })).toBe(true);
    expect(isFunctionRuntime({ [variable]: '' })).toBe(false);
  });

  it('shortens the flush, unless someone says how long it may take', () => {
    const lambda = { AWS_LAMBDA_FUNCTION_NAME: 'answer' };
    expect(resolveConfig({}, lambda).config.flushTimeoutMillis).toBe(2_000);
    expect(resolveConfig({}, {}).config.flushTimeoutMillis).toBe(10_000);
    expect(resolveConfig({ flushTimeoutMillis: 7_000 }, lambda).config.flushTimeoutMillis).toBe(7_000);
    expect(resolveConfig({}, { ...lambda, HH_EXPORTER_FLUSH_TIMEOUT: '7000' }).config.flushTimeoutMillis).toBe(7_000);
    expect(resolveConfig({}, { ...lambda, HH_EXPORTER_FLUSH_TIMEOUT: 'soon' }).config.flushTimeoutMillis).toBe(2_000);
  });
});

describe('the switches', () => {
  it('are those of the design', () => expect(SWITCHES).toEqual(['HH_EXPORTER_DISABLED', 'HH_DISABLE_TRACING', 'OTEL_SDK_DISABLED']));
});

describe('captureContent', () => {
  it.each(['no', '0', 'off', 'tru'])('that cannot be read (%s) means no content', (given) => {
    const { config, warnings } = resolveConfig({}, { HH_EXPORTER_CAPTURE_CONTENT: given });
    expect(config.captureContent).toBe(false);
    expect(warnings).toEqual([`HH_EXPORTER_CAPTURE_CONTENT is '${given}' but must be 'true' or 'false'; using false`]);
  });
});
