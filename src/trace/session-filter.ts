import { SpanKind } from '@opentelemetry/api';
import { toText } from '../conventions/claim.js';
import { type ReadableSpanLike, scopeNameOf } from '../span/readable-span.js';

/** What a trace came to, for a filter that decides whether it is worth a session. */
export interface TraceSummary {
  /** Spans in the trace that have ended, the root included. */
  readonly spans: number;
  readonly modelCalls: number;
  readonly toolCalls: number;
  readonly failedSpans: number;
  /** Some span did AI work. */
  readonly ai: boolean;
  /** Some span carries HoneyHive's own attributes. */
  readonly marked: boolean;
}

/**
 * Which roots are worth a session:
 *
 * - `work`: all but those that say themselves that they are no work (probes, preflights, ...)
 * - `ai`: only traces with AI work or HoneyHive's own attributes
 * - `all`
 * - a function of the root span and of what its trace came to; if it throws, the session is kept
 */
export type SessionFilter = 'work' | 'ai' | 'all' | ((root: ReadableSpanLike, trace: TraceSummary) => boolean);

/**
 * Why a root became no session.
 *
 * @internal
 */
export type FilterReason = 'method' | 'probe' | 'route' | 'instrumentation' | 'empty_poll' | 'no_ai' | 'function';

const IDLE_METHODS: ReadonlySet<string> = new Set(['OPTIONS', 'HEAD', 'TRACE']);

const IDLE_ROUTES: ReadonlySet<string> = new Set([
  '/health',
  '/healthz',
  '/livez',
  '/readyz',
  '/ready',
  '/live',
  '/ping',
  '/metrics',
  '/favicon.ico',
  '/robots.txt',
  '/_next/image',
]);
const IDLE_ROUTE_PREFIX = '/_next/static/';

/** How probes and scrapers name themselves, at the start of the user agent. */
const PROBE_AGENTS: readonly string[] = [
  'kube-probe/',
  'Prometheus/',
  'GoogleHC/',
  'ELB-HealthChecker/',
  'Amazon-Route53-Health-Check-Service',
  'Envoy/HC',
  'Consul Health Check',
  'Blackbox Exporter/',
  'Blackbox-Exporter/',
  'Edge Health Probe',
  'Load Balancer Agent',
  'HealthCheck/',
  'Pingdom.com_bot',
  'UptimeRobot/',
  'Better Uptime Bot',
];

const PLUMBING_SCOPES: ReadonlySet<string> = new Set([
  '@opentelemetry/instrumentation-net',
  '@opentelemetry/instrumentation-dns',
  '@opentelemetry/instrumentation-fs',
]);
const POOL_CONNECTS: ReadonlySet<string> = new Set(['pg-pool.connect', 'pg.connect', 'mysql.getConnection', 'redis-connect', 'connect']);
/** What Next.js says of itself: loading and finding modules, sending what was made. Source: next 16.4 `server/lib/trace/constants.js`. */
const NEXT_PLUMBING: readonly string[] = ['Instrumentation.', 'LoadComponents.', 'NextNodeServer.'];
const DATABASE_KEYS: readonly string[] = ['db.system.name', 'db.system'];

/**
 * Why a root is not worth a session, or `undefined` when it is.
 *
 * @internal
 */
export function filterReason(root: ReadableSpanLike, trace: TraceSummary, filter: SessionFilter): FilterReason | undefined {
  if (typeof filter === 'function') return keeps(filter, root, trace) ? undefined : 'function';
  if (filter === 'all' || trace.ai || trace.marked) return undefined;
  return filter === 'ai' ? 'no_ai' : idleReason(root);
}

function keeps(filter: Exclude<SessionFilter, string>, root: ReadableSpanLike, trace: TraceSummary): boolean {
  try {
    return filter(root, trace) !== false;
  } catch {
    return true;
  }
}

function idleReason(root: ReadableSpanLike): FilterReason | undefined {
  const first = (...keys: string[]): string | undefined => firstText(root.attributes, keys);

  const method = first('http.request.method', 'http.method');
  if (method !== undefined && IDLE_METHODS.has(method.toUpperCase())) return 'method';

  const agent = first('user_agent.original', 'http.user_agent');
  if (agent !== undefined && root.kind === SpanKind.SERVER && PROBE_AGENTS.some((probe) => agent.startsWith(probe))) return 'probe';

  if (method !== undefined) {
    const path = first('url.path', 'http.target')?.split('?', 1)[0];
    const route = first('http.route') ?? path;
    if ([route, path].some((name) => name !== undefined && (IDLE_ROUTES.has(name) || name.startsWith(IDLE_ROUTE_PREFIX)))) return 'route';
  }

  if (PLUMBING_SCOPES.has(scopeNameOf(root) ?? '')) return 'instrumentation';
  if (POOL_CONNECTS.has(root.name) && first(...DATABASE_KEYS) !== undefined) return 'instrumentation';
  const nextType = first('next.span_type');
  if (nextType !== undefined && NEXT_PLUMBING.some((prefix) => nextType.startsWith(prefix))) return 'instrumentation';

  const operation = first('messaging.operation.type', 'messaging.operation.name', 'messaging.operation');
  if (operation === 'receive' || operation === 'poll') {
    if (first('messaging.batch.message_count') === '0') return 'empty_poll';
  }
  return undefined;
}

function firstText(attributes: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = Object.hasOwn(attributes, key) ? toText(attributes[key]) : undefined;
    if (text !== undefined) return text;
  }
  return undefined;
}
