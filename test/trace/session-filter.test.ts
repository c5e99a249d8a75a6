import { SpanKind } from '@opentelemetry/api';
import { filterReason, type SessionFilter, type TraceSummary } from '../../src/trace/session-filter.js';
import { makeSpan, type SpanGiven } from '../span/make-span.js';

const nothing: TraceSummary = { spans: 1, modelCalls: 0, toolCalls: 0, failedSpans: 0, ai: false, marked: false };

const get = (attributes: Record<string, unknown>): SpanGiven => ({ kind: SpanKind.SERVER, name: 'GET', attributes: { 'http.request.method': 'GET', ...attributes } });
const agent = (name: string): SpanGiven => get({ 'user_agent.original': name, 'url.path': '/api' });
const poll = (attributes: Record<string, unknown>): SpanGiven => ({ kind: SpanKind.CONSUMER, attributes });

const DROPPED: [string, SpanGiven, string][] = [
  ['OPTIONS', get({ 'http.request.method': 'OPTIONS' }), 'method'],
  ['HEAD', get({ 'http.request.method': 'HEAD' }), 'method'],
  ['TRACE', get({ 'http.request.method': 'TRACE' }), 'method'],
  ['a method in lower case', get({ 'http.request.method': 'options' }), 'method'],
  ['the old attribute for a method', { attributes: { 'http.method': 'OPTIONS' } }, 'method'],
  ['a preflight of a client', { kind: SpanKind.CLIENT, attributes: { 'http.request.method': 'HEAD' } }, 'method'],

  ['a Kubernetes probe', agent('kube-probe/1.31'), 'probe'],
  ['a Prometheus scrape', agent('Prometheus/2.53.0'), 'probe'],
  ['a Google health check', agent('GoogleHC/1.0'), 'probe'],
  ['an AWS health check', agent('ELB-HealthChecker/2.0'), 'probe'],
  ['a Route 53 health check', agent('Amazon-Route53-Health-Check-Service (ref x)'), 'probe'],
  ['an Envoy health check', agent('Envoy/HC'), 'probe'],
  ['a Consul health check', agent('Consul Health Check'), 'probe'],
  ['a blackbox exporter', agent('Blackbox Exporter/0.25'), 'probe'],
  ['an uptime robot', agent('UptimeRobot/2.0'), 'probe'],
  ['a probe by the old attribute', get({ 'http.user_agent': 'kube-probe/1.31', 'http.target': '/api' }), 'probe'],

  ...['/health', '/healthz', '/livez', '/readyz', '/ready', '/live', '/ping', '/metrics', '/favicon.ico', '/robots.txt', '/_next/image', '/_next/static/chunks/1.js'].map(
    (path): [string, SpanGiven, string] => [`the path ${path}`, get({ 'url.path': path }), 'route'],
  ),
  ['the route /health', get({ 'http.route': '/health' }), 'route'],
  ['the old target /health', { attributes: { 'http.method': 'GET', 'http.target': '/health' } }, 'route'],
  ['a target with a query', { attributes: { 'http.method': 'GET', 'http.target': '/healthz?verbose' } }, 'route'],
  ['an image with a query', get({ 'url.path': '/_next/image?url=x' }), 'route'],
  ['a path that a catch-all route handles', get({ 'http.route': '/*', 'url.path': '/favicon.ico' }), 'route'],

  ['a net span', { scope: '@opentelemetry/instrumentation-net', name: 'tcp.connect' }, 'instrumentation'],
  ['a dns span', { scope: '@opentelemetry/instrumentation-dns', name: 'dns.lookup' }, 'instrumentation'],
  ['an fs span', { scope: '@opentelemetry/instrumentation-fs', name: 'fs readFile' }, 'instrumentation'],
  ['Next.js loading what it answers with', { name: 'load route module', attributes: { 'next.span_type': 'LoadComponents.loadRouteModule' } }, 'instrumentation'],
  ['Next.js starting', { name: 'register instrumentation', attributes: { 'next.span_type': 'Instrumentation.register' } }, 'instrumentation'],
  ['Next.js sending an answer', { name: 'start response', attributes: { 'next.span_type': 'NextNodeServer.startResponse' } }, 'instrumentation'],
  ['a connect of a Postgres pool', { name: 'pg-pool.connect', attributes: { 'db.system': 'postgresql' } }, 'instrumentation'],
  ['a connect to Postgres', { name: 'pg.connect', attributes: { 'db.system.name': 'postgresql' } }, 'instrumentation'],
  ['a connect to Redis', { name: 'redis-connect', attributes: { 'db.system': 'redis' } }, 'instrumentation'],

  ['a poll that received nothing', poll({ 'messaging.operation.type': 'receive', 'messaging.batch.message_count': 0 }), 'empty_poll'],
  ['one by the name of its operation', poll({ 'messaging.operation.name': 'poll', 'messaging.batch.message_count': 0 }), 'empty_poll'],
  ['one by the old attribute', poll({ 'messaging.operation': 'receive', 'messaging.batch.message_count': '0' }), 'empty_poll'],
];

const KEPT: [string, SpanGiven][] = [
  ['a request', get({ 'http.route': '/api/chat', 'url.path': '/api/chat' })],
  ['a request without a path', get({})],
  ['a request that Next.js answers', get({ 'next.span_type': 'BaseServer.handleRequest' })],
  ['POST', get({ 'http.request.method': 'POST', 'url.path': '/api' })],
  ['a path that only starts like one', get({ 'url.path': '/healthy' })],
  ['a path below one', get({ 'url.path': '/health/report' })],
  ['a path that ends like one', get({ 'url.path': '/api/health' })],
  ['a path with a slash at its end', get({ 'url.path': '/metrics/' })],
  ['another case', get({ 'url.path': '/Health' })],
  ['the folder of static files itself', get({ 'url.path': '/_next/static' })],
  ['/ready in a span that is no request', { name: 'job', attributes: { 'url.path': '/ready' } }],
  ['a browser', agent('Mozilla/5.0 (X11) kube-probe/1.31')],
  ['a client that calls itself a probe', { ...agent('kube-probe/1.31'), kind: SpanKind.CLIENT }],
  ['curl', agent('curl/8.5')],
  ['a job', { name: 'nightly' }],
  ['a span named connect that is no database', { name: 'connect' }],
  ['a query', { name: 'pg.query:SELECT', attributes: { 'db.system': 'postgresql' } }],
  ['a client request', { kind: SpanKind.CLIENT, name: 'GET', attributes: { 'http.request.method': 'GET', 'url.full': 'https://x/y' } }],
  ['an http span', { scope: '@opentelemetry/instrumentation-http' }],
  ['a poll that received one message', poll({ 'messaging.operation.type': 'receive', 'messaging.batch.message_count': 1 })],
  ['a poll that does not count', poll({ 'messaging.operation.type': 'receive' })],
  ['the processing of nothing', poll({ 'messaging.operation.type': 'process', 'messaging.batch.message_count': 0 })],
  ['a failed request', { ...get({ 'http.route': '/api' }), error: 'failed' }],
  ['attributes of a prototype', { attributes: Object.create({ 'http.request.method': 'OPTIONS' }) as Record<string, unknown> }],
];

describe("the filter 'work'", () => {
  it.each(DROPPED)('drops %s', (_, given, reason) => expect(filterReason(makeSpan(given), nothing, 'work')).toBe(reason));

  it.each(DROPPED)('keeps %s when there is AI work in the trace', (_, given) => {
    expect(filterReason(makeSpan(given), { ...nothing, ai: true }, 'work')).toBeUndefined();
  });

  it.each(DROPPED)("keeps %s when HoneyHive's own attributes are in the trace", (_, given) => {
    expect(filterReason(makeSpan(given), { ...nothing, marked: true }, 'work')).toBeUndefined();
  });

  it.each(KEPT)('keeps %s', (_, given) => expect(filterReason(makeSpan(given), nothing, 'work')).toBeUndefined());
});

describe('the other filters', () => {
  const health = makeSpan(get({ 'url.path': '/health' }));
  const job = makeSpan({ name: 'nightly' });

  it.each<[string, SessionFilter, Partial<TraceSummary>, string | undefined]>([
    ["'ai' drops what does no AI work", 'ai', {}, 'no_ai'],
    ["'ai' keeps AI work", 'ai', { ai: true }, undefined],
    ["'ai' keeps what is marked", 'ai', { marked: true }, undefined],
    ["'all' keeps everything", 'all', {}, undefined],
    ['a function that says false drops', () => false, { ai: true, marked: true }, 'function'],
    ['a function that says true keeps', () => true, {}, undefined],
    ['a function that says nothing keeps', (() => undefined) as unknown as SessionFilter, {}, undefined],
    [
      'a function that throws keeps',
      () => {
        throw new Error('mine');
      },
      {},
      undefined,
    ],
  ])('%s', (_, filter, trace, reason) => {
    for (const root of [health, job]) expect(filterReason(root, { ...nothing, ...trace }, filter)).toBe(reason);
  });

  it('hands the root and its trace to a function', () => {
    const filter = jest.fn(() => true);
    filterReason(job, nothing, filter);
    expect(filter).toHaveBeenCalledWith(job, nothing);
  });
});
