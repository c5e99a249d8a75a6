import type { HoneyHiveOptions } from './options.js';
import { baseUrl, headers, type Kind, MAX_TIMER_MILLIS, oneOf, onOrOff, text, textOrFunction, wholeNumber } from './kinds.js';

/** One option: how it is checked, which variables set it, and what it is otherwise. */
export interface Definition<T> {
  kind: Kind<T>;
  /** Environment variables, the first that is set wins. */
  environment: readonly string[];
  /** As the README says it. */
  fallback: T | undefined;
  /** What a wrong environment value comes to, where that is not the default. */
  invalidFallback?: T;
  /** In a function runtime, where it is another one. */
  functionRuntimeFallback?: T;
  /** Never shown in a message. */
  secret?: true;
  /** What a wrong environment value comes to, where the default would be dangerous. */
  onInvalid?: 'nothing is sent';
}

type OptionOf<K extends keyof HoneyHiveOptions> = NonNullable<HoneyHiveOptions[K]>;
type Definitions = { [K in keyof HoneyHiveOptions]-?: Definition<OptionOf<K>> };

const millis: Kind<number> = wholeNumber('milliseconds', MAX_TIMER_MILLIS);

/** A function runtime freezes or ends the process soon after it has answered. */
const FUNCTION_RUNTIME_VARIABLES: readonly string[] = ['AWS_LAMBDA_FUNCTION_NAME', 'FUNCTION_TARGET', 'FUNCTIONS_WORKER_RUNTIME', 'VERCEL', 'NETLIFY'];

export function isFunctionRuntime(environment: Readonly<Record<string, string | undefined>>): boolean {
  return FUNCTION_RUNTIME_VARIABLES.some((name) => Boolean(environment[name]));
}

/** Every option; the README's table is checked against this one. */
export const definitions: Definitions = {
  apiKey: { kind: textOrFunction(), environment: ['HH_API_KEY', 'HH_PROJECT_API_KEY'], fallback: undefined, secret: true },
  url: {
    kind: baseUrl,
    environment: ['HH_DATA_PLANE_URL', 'HH_API_URL'],
    fallback: 'https://api.dp1.us.honeyhive.ai',
    // The default is somebody else's server: sessions meant for one's own must not go there.
    onInvalid: 'nothing is sent',
  },
  source: { kind: text, environment: ['HH_SOURCE'], fallback: undefined },
  sessionName: { kind: textOrFunction(), environment: ['HH_SESSION_NAME'], fallback: undefined },
  project: { kind: text, environment: ['HH_PROJECT'], fallback: undefined },
  sessionRoots: { kind: oneOf(['trace', 'local'], 'a function'), environment: ['HH_EXPORTER_SESSION_ROOTS'], fallback: 'trace' },
  sessionFilter: { kind: oneOf(['work', 'ai', 'all'], 'a function'), environment: ['HH_EXPORTER_SESSION_FILTER'], fallback: 'work' },
  sessionScope: { kind: oneOf(['trace', 'conversation']), environment: ['HH_EXPORTER_SESSION_SCOPE'], fallback: 'trace' },
  // Whoever sets it does not want content to leave: what cannot be read means no content.
  captureContent: { kind: onOrOff, environment: ['HH_EXPORTER_CAPTURE_CONTENT'], fallback: true, invalidFallback: false },
  redaction: { kind: oneOf(['credentials', 'off'], 'a function'), environment: ['HH_EXPORTER_REDACTION'], fallback: 'credentials' },
  beforeSend: {
    kind: {
      accepts: 'a function',
      fromOption: (value) => (typeof value === 'function' ? (value as OptionOf<'beforeSend'>) : undefined),
      fromEnvironment: () => undefined,
    },
    environment: [],
    fallback: undefined,
  },
  maxRequestBytes: { kind: wholeNumber('bytes'), environment: ['HH_EXPORTER_MAX_REQUEST_BYTES'], fallback: 5_000_000 },
  timeoutMillis: { kind: millis, environment: ['HH_EXPORTER_TIMEOUT'], fallback: 10_000 },
  exportTimeoutMillis: { kind: millis, environment: ['HH_EXPORTER_EXPORT_TIMEOUT'], fallback: 25_000 },
  flushTimeoutMillis: { kind: millis, environment: ['HH_EXPORTER_FLUSH_TIMEOUT'], fallback: 10_000, functionRuntimeFallback: 2_000 },
  shutdownTimeoutMillis: { kind: millis, environment: ['HH_EXPORTER_SHUTDOWN_TIMEOUT'], fallback: 5_000 },
  settleTimeoutMillis: { kind: wholeNumber('milliseconds', MAX_TIMER_MILLIS, 0), environment: ['HH_EXPORTER_SETTLE_TIMEOUT'], fallback: 2_000 },
  maxConcurrency: { kind: wholeNumber('connections', 1024), environment: ['HH_EXPORTER_MAX_CONCURRENCY'], fallback: 32 },
  maxPendingBytes: { kind: wholeNumber('bytes'), environment: ['HH_EXPORTER_MAX_PENDING_BYTES'], fallback: 64 * 1024 * 1024 },
  maxPendingSessions: { kind: wholeNumber('sessions'), environment: ['HH_EXPORTER_MAX_PENDING_SESSIONS'], fallback: 20_000 },
  maxOpenTraces: { kind: wholeNumber('traces'), environment: ['HH_EXPORTER_MAX_OPEN_TRACES'], fallback: 10_000 },
  maxDigestBytes: { kind: wholeNumber('bytes'), environment: ['HH_EXPORTER_MAX_DIGEST_BYTES'], fallback: 32 * 1024 * 1024 },
  traceIdleMillis: { kind: millis, environment: ['HH_EXPORTER_TRACE_IDLE'], fallback: 3_600_000 },
  outboxDirectory: { kind: text, environment: ['HH_EXPORTER_OUTBOX_DIR'], fallback: undefined },
  outboxMaxBytes: { kind: wholeNumber('bytes'), environment: ['HH_EXPORTER_OUTBOX_MAX_BYTES'], fallback: 256 * 1024 * 1024 },
  outboxMaxAgeMillis: { kind: millis, environment: ['HH_EXPORTER_OUTBOX_MAX_AGE'], fallback: 7 * 24 * 3_600_000 },
  headers: { kind: headers, environment: ['HH_EXPORTER_HEADERS'], fallback: Object.freeze({}), secret: true },
  api: { kind: oneOf(['auto', 'session-start', 'v1']), environment: ['HH_EXPORTER_API'], fallback: 'auto' },
  propagateSession: { kind: onOrOff, environment: ['HH_EXPORTER_PROPAGATE_SESSION'], fallback: false },
  stampSpans: { kind: onOrOff, environment: ['HH_EXPORTER_STAMP_SPANS'], fallback: false },
  dispatcher: {
    kind: {
      accepts: 'an undici Dispatcher',
      fromOption: (value) => (typeof (value as { request?: unknown } | null)?.request === 'function' ? (value as OptionOf<'dispatcher'>) : undefined),
      fromEnvironment: () => undefined,
    },
    environment: [],
    fallback: undefined,
  },
  meterProvider: {
    kind: {
      accepts: 'an OpenTelemetry MeterProvider',
      fromOption: (value) => (typeof (value as { getMeter?: unknown } | null)?.getMeter === 'function' ? (value as OptionOf<'meterProvider'>) : undefined),
      fromEnvironment: () => undefined,
    },
    environment: [],
    fallback: undefined,
  },
};

/** Variables that switch the exporter off when they are `true`, in any case. */
export const SWITCHES: readonly string[] = ['HH_EXPORTER_DISABLED', 'HH_DISABLE_TRACING', 'OTEL_SDK_DISABLED'];
