import type { SessionFilter } from '../trace/session-filter.js';
import type { SessionRoots } from '../trace/root-rule.js';
import type { ReadableSpanLike } from '../span/readable-span.js';
import type { HttpDispatcher } from '../delivery/settings.js';
import type { MeterProviderLike } from '../otel/meter.js';
import type { Redaction } from '../session/redaction/redact.js';
import type { Session } from '../session/session.js';

/**
 * Options of the exporter. Each can also be set by an environment variable (the README has the
 * table); an option wins over its variable.
 */
export interface HoneyHiveOptions {
  /**
   * Bearer key, or a function that gives one, called once and again after a 401.
   * Default: `HH_API_KEY`, then `HH_PROJECT_API_KEY`. Without one nothing is sent.
   */
  apiKey?: string | (() => string | Promise<string>);
  /** Base URL of HoneyHive's data plane, with or without a path prefix. Default: `https://api.dp1.us.honeyhive.ai`. */
  url?: string;
  /** Where the sessions come from. Default: the resource's environment name, `NODE_ENV`, `unknown`. */
  source?: string;
  /** Name of every session, or a function of its root span. Default: read from the spans. */
  sessionName?: string | ((root: ReadableSpanLike) => string | undefined);
  /** Project name, only for old self-hosted servers. Default: not sent. */
  project?: string;
  /** Which spans are roots of sessions. Default: `trace`. */
  sessionRoots?: SessionRoots;
  /** Which roots are worth a session. Default: `work`. */
  sessionFilter?: SessionFilter;
  /** `conversation`: roots with the same conversation id share a session. Default: `trace`. */
  sessionScope?: 'trace' | 'conversation';
  /** `false`: nothing of what was said, asked and answered leaves the process. Default: `true`. */
  captureContent?: boolean;
  /** How credentials are kept from being sent. Default: `credentials`. */
  redaction?: Redaction;
  /** Changes a session before it is sent, or drops it by `null`. If it fails, the session is dropped. */
  beforeSend?: (session: Session, root: ReadableSpanLike) => Session | null;
  /** Bytes of a request's body; larger sessions are trimmed. Default: 5,000,000, HoneyHive's limit. */
  maxRequestBytes?: number;
  /** Limit of one attempt, in milliseconds. Default: 10,000. */
  timeoutMillis?: number;
  /** Limit of one `export` call, retries included, in milliseconds. Default: 25,000. */
  exportTimeoutMillis?: number;
  /** Limit of `forceFlush`, in milliseconds. Default: 10,000, in function runtimes 2,000. */
  flushTimeoutMillis?: number;
  /** Limit of `shutdown`, in milliseconds. Default: 5,000. */
  shutdownTimeoutMillis?: number;
  /** How long the processor waits for spans below an ended root, in milliseconds; 0: not at all. Default: 2,000. */
  settleTimeoutMillis?: number;
  /** Connections, each with one request in flight. Default: 32. */
  maxConcurrency?: number;
  /** Bytes of sessions that wait in memory; past it the oldest are dropped. Default: 64 MiB. */
  maxPendingBytes?: number;
  /** Sessions that wait in memory; past it the oldest are dropped. Default: 20,000. */
  maxPendingSessions?: number;
  /** Traces remembered before their root has ended. Default: 10,000. */
  maxOpenTraces?: number;
  /** Bytes of content remembered for such traces. Default: 32 MiB. */
  maxDigestBytes?: number;
  /** How long such a trace is remembered without a new span, in milliseconds. Default: one hour. */
  traceIdleMillis?: number;
  /** Directory in which undelivered sessions are kept for later, by this process or the next. Default: none, they wait in memory. */
  outboxDirectory?: string;
  /** Bytes that its files may take; past it the oldest are dropped. Default: 256 MiB. */
  outboxMaxBytes?: number;
  /** How long a session may stay there, in milliseconds. Default: 7 days. */
  outboxMaxAgeMillis?: number;
  /** Added to every request. They never replace `Authorization`. Default: none. */
  headers?: Record<string, string>;
  /** Route: `session-start`, `v1`, or `auto`: the first, and the second where the server lacks it. Default: `auto`. */
  api?: 'auto' | 'session-start' | 'v1';
  /**
   * The processor hands the session's id on to those whom the application calls, in W3C baggage, and
   * takes the id that a caller hands on. Any caller can send one, and every callee receives it. Default: `false`.
   */
  propagateSession?: boolean;
  /**
   * The processor adds `honeyhive.session_id` to spans as they start, so that HoneyHive's OTLP route
   * joins them to our session: the only change ever made to a span. Default: `false`.
   */
  stampSpans?: boolean;
  /** An undici `Dispatcher` for mTLS or unusual proxies. It is used and never closed. */
  dispatcher?: HttpDispatcher;
  /** A `MeterProvider` for metrics of the exporter itself (`otel.sdk.exporter.*`). Default: none are kept. */
  meterProvider?: MeterProviderLike;
}
