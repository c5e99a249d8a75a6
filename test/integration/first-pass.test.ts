import { type Context, context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace, TraceFlags, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { currentSessionId, enrichSession, HoneyHiveSessionProcessor, type HoneyHiveOptions } from '../../src/index.js';
import { type Hive, startHive } from '../support/hive.js';

let hive: Hive;
let processor: HoneyHiveSessionProcessor;
let provider: BasicTracerProvider;
let tracer: Tracer;

function set(options: HoneyHiveOptions = {}): void {
  processor = new HoneyHiveSessionProcessor({ apiKey: 'hh_test', url: hive.url, ...options });
  provider = new BasicTracerProvider({ spanProcessors: [processor] });
  tracer = provider.getTracer('next.js');
}

beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
beforeEach(async () => {
  hive = await startHive();
});
afterEach(async () => {
  await provider.shutdown();
  await hive.close();
});
afterAll(() => context.disable());

const CHAT = { 'gen_ai.operation.name': 'chat', 'gen_ai.prompt': 'q', 'gen_ai.completion': 'a' };
const REQUEST = { 'http.method': 'POST', 'http.target': '/api/chat', 'next.span_type': 'BaseServer.handleRequest' };
const inside = (span: Span): Context => trace.setSpan(ROOT_CONTEXT, span);
/** As it is read from a request's headers. */
const after = (span: Span): Context => trace.setSpanContext(ROOT_CONTEXT, { ...span.spanContext(), isRemote: true });

/** The span around a middleware, as Next.js 16.4 leaves it. */
function middleware(parent: Context = ROOT_CONTEXT, work: (span: Span) => void = () => {}): Span {
  const span = tracer.startSpan('POST', { kind: SpanKind.SERVER, attributes: REQUEST }, parent);
  context.with(inside(span), () => work(span));
  span.setAttributes({ 'next.bubble': true, 'http.status_code': 200 });
  span.end();
  return span;
}

const answer = (before: Span): Span => tracer.startSpan('POST /api/chat', { kind: SpanKind.SERVER, attributes: { ...REQUEST, 'http.route': '/api/chat' } }, after(before));

describe('a request that goes on in a second span, after its first has ended', () => {
  it('is one session, that of the second, and waits for what is open below it', async () => {
    set({ settleTimeoutMillis: 60_000 });
    const first = middleware();
    expect(processor.stats()).toMatchObject({ heldRoots: 1, accepted: 0 });
    const second = answer(first);
    const stream = tracer.startSpan('chat', { attributes: CHAT }, inside(second));
    second.setStatus({ code: SpanStatusCode.ERROR, message: 'broke off' }).end();
    expect(processor.stats()).toMatchObject({ heldRoots: 1, accepted: 0 });
    stream.end();
    expect(processor.stats()).toMatchObject({ heldRoots: 0, startedTraces: 0, openTraces: 0, accepted: 1 });
    const [session] = await hive.waitForSessions(1);
    expect(session).toMatchObject({ event_name: 'POST /api/chat', outputs: { content: 'a' }, metadata: { error: 'broke off', span_id: second.spanContext().spanId, counts: { spans: 2 } } });
  });

  it('may take longer than settleTimeoutMillis', async () => {
    set({ settleTimeoutMillis: 20 });
    const second = answer(middleware());
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(processor.stats()).toMatchObject({ accepted: 0, heldRoots: 0 });
    tracer.startSpan('chat', { attributes: CHAT }, inside(second)).end();
    second.end();
    expect(await hive.waitForSessions(1)).toMatchObject([{ outputs: { content: 'a' } }]);
  });

  it('keeps the id, what was said, and what was done before it went on', async () => {
    set({ settleTimeoutMillis: 60_000 });
    let id: string | undefined;
    const first = middleware(ROOT_CONTEXT, (span) => {
      id = currentSessionId();
      enrichSession({ metadata: { plan: 'pro' } });
      tracer.startSpan('chat', { attributes: CHAT }, inside(span)).end();
    });
    const second = answer(first);
    expect(context.with(inside(second), currentSessionId)).toBe(id);
    second.end();
    expect(await hive.waitForSessions(1)).toMatchObject([{ event_id: id, outputs: { content: 'a' }, metadata: { plan: 'pro', span_id: second.spanContext().spanId } }]);
  });

  it('that a middleware has answered is a session when the time is up', async () => {
    set({ settleTimeoutMillis: 20 });
    const first = middleware();
    expect(await hive.waitForSessions(1)).toMatchObject([{ event_name: 'POST /api/chat', metadata: { span_id: first.spanContext().spanId } }]);
  });

  it('does not wait with a settleTimeoutMillis of 0, nor past a flush', async () => {
    set({ settleTimeoutMillis: 0 });
    middleware();
    expect(processor.stats()).toMatchObject({ accepted: 1, heldRoots: 0 });
    await provider.shutdown();
    set({ settleTimeoutMillis: 60_000 });
    middleware();
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ delivered: 1, heldRoots: 0 });
  });

  it('has the root that its rule gives it: none below a caller, unless local ones are asked for', async () => {
    const caller = trace.setSpanContext(ROOT_CONTEXT, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED, isRemote: true });
    set({ settleTimeoutMillis: 60_000 });
    answer(middleware(caller)).end();
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ accepted: 0, heldRoots: 0, startedTraces: 0 });
    await provider.shutdown();

    set({ settleTimeoutMillis: 60_000, sessionRoots: 'local' });
    const second = answer(middleware(caller));
    tracer.startSpan('chat', { attributes: CHAT }, inside(second)).end();
    second.end();
    expect(processor.stats()).toMatchObject({ accepted: 1, heldRoots: 0, startedTraces: 0 });
    expect(await hive.waitForSessions(1)).toMatchObject([{ outputs: { content: 'a' } }]);
  });

  it('is not taken for one when any other root is held', async () => {
    set({ settleTimeoutMillis: 60_000, sessionRoots: 'local' });
    const root = tracer.startSpan('job');
    const open = tracer.startSpan('open', {}, inside(root));
    root.end();
    tracer.startSpan('POST', { kind: SpanKind.SERVER }, after(root)).end();
    open.end();
    expect((await hive.waitForSessions(2)).map(({ event_name }) => event_name).sort()).toEqual(['POST', 'job']);
  });
});
