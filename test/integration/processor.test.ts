import { context, ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import { BasicTracerProvider, AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { HoneyHiveSessionExporter, HoneyHiveSessionProcessor, type HoneyHiveOptions } from '../../src/index.js';
import { makeSpan } from '../span/make-span.js';
import { type Hive, startHive } from '../support/hive.js';
import { startServer } from '../support/otel.js';

let hive: Hive;
let processor: HoneyHiveSessionProcessor;
let provider: BasicTracerProvider;

function set(options: HoneyHiveOptions = {}, more: ConstructorParameters<typeof BasicTracerProvider>[0] = {}): ReturnType<BasicTracerProvider['getTracer']> {
  processor = new HoneyHiveSessionProcessor({ apiKey: 'hh_test', url: hive.url, sessionFilter: 'all', ...options });
  provider = new BasicTracerProvider({ spanProcessors: [processor], ...more });
  return provider.getTracer('app');
}

beforeEach(async () => {
  hive = await startHive();
});
afterEach(async () => {
  await provider.shutdown();
  await hive.close();
});

const remote = (spanId: string, traceId = 'a'.repeat(32)): ReturnType<typeof trace.setSpanContext> =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: spanId.repeat(16), traceFlags: TraceFlags.SAMPLED, isRemote: true });
const CHAT = { 'gen_ai.operation.name': 'chat', 'gen_ai.prompt': 'q', 'gen_ai.completion': 'a' };

describe('a root that has ended', () => {
  it('is sent at once when nothing is open below it, with what its children said', async () => {
    const tracer = set();
    const root = tracer.startSpan('POST /chat', { kind: SpanKind.SERVER });
    tracer.startSpan('chat', { attributes: CHAT }, trace.setSpan(context.active(), root)).end();
    root.end();
    const [session] = await hive.waitForSessions(1);
    expect(session).toMatchObject({ event_name: 'POST /chat', outputs: { content: 'a' }, metadata: { counts: { spans: 2 } } });
  });

  it('waits for descendants that are open, however deep', async () => {
    const tracer = set();
    const root = tracer.startSpan('POST /chat');
    const handler = tracer.startSpan('handler', {}, trace.setSpan(context.active(), root));
    const stream = tracer.startSpan('chat', { attributes: CHAT }, trace.setSpan(context.active(), handler));
    root.end();
    handler.end();
    expect(processor.stats()).toMatchObject({ heldRoots: 1, accepted: 0 });
    stream.end();
    expect(processor.stats()).toMatchObject({ heldRoots: 0, accepted: 1 });
    const [session] = await hive.waitForSessions(1);
    expect(session).toMatchObject({ outputs: { content: 'a' }, metadata: { counts: { spans: 3 } } });
  });

  it('waits no longer than settleTimeoutMillis; what ends later is late', async () => {
    const tracer = set({ settleTimeoutMillis: 40 });
    const root = tracer.startSpan('root');
    const child = tracer.startSpan('never', {}, trace.setSpan(context.active(), root));
    root.end();
    await hive.waitForSessions(1);
    child.end();
    expect(processor.stats()).toMatchObject({ heldRoots: 0, lateSpans: 1, openTraces: 0 });
  });

  it('does not wait at all with 0', () => {
    const tracer = set({ settleTimeoutMillis: 0 });
    const root = tracer.startSpan('root');
    tracer.startSpan('open', {}, trace.setSpan(context.active(), root));
    root.end();
    expect(processor.stats()).toMatchObject({ heldRoots: 0, accepted: 1 });
  });

  it.each(['forceFlush', 'shutdown'] as const)('is let go by %s, with what is there so far', async (method) => {
    const tracer = set({ settleTimeoutMillis: 60_000 });
    const root = tracer.startSpan('root');
    const within = trace.setSpan(context.active(), root);
    tracer.startSpan('chat', { attributes: CHAT }, within).end();
    tracer.startSpan('open', {}, within);
    root.end();
    await processor[method]();
    expect(hive.sessions()).toMatchObject([{ outputs: { content: 'a' } }]);
  });
});

describe('forceFlush', () => {
  it('waits for what is on its way', async () => {
    let answered = 0;
    const slow = await startServer((request, response) => {
      request.resume().on('end', () => setTimeout(() => response.writeHead(200).end('{}', () => (answered += 1)), 150));
    });
    const tracer = set({ url: slow.url });
    for (let index = 0; index < 5; index++) tracer.startSpan('root').end();
    await processor.forceFlush();
    expect(answered).toBe(5);
    expect(processor.stats()).toMatchObject({ delivered: 5, queued: 0 });
    await provider.shutdown();
    await slow.close();
  });

  it('does not wait for what ends after it was called', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = await startServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => void (body.includes('later') ? held : Promise.resolve()).then(() => response.writeHead(200).end('{}')));
    });
    const tracer = set({ url: slow.url });
    tracer.startSpan('before').end();
    const flushed = processor.forceFlush();
    tracer.startSpan('later').end();
    await flushed;
    expect(processor.stats()).toMatchObject({ delivered: 1, queued: 1 });
    release();
    await provider.shutdown();
    await slow.close();
  });
});

describe('which spans are roots', () => {
  it('none with a parent elsewhere, unless they are asked for; and that is said once', async () => {
    const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const tracer = set();
    for (let index = 0; index < 25; index++) tracer.startSpan('GET /', {}, remote('b')).end();
    await processor.forceFlush();
    expect(hive.sessions()).toHaveLength(0);
    expect(emitWarning.mock.calls.filter(([, options]) => (options as { code?: string }).code === 'HONEYHIVE_REMOTE_PARENTS_ONLY')).toHaveLength(1);
    emitWarning.mockRestore();
  });

  it('that is said with SDK 1.30 too, whose spans do not tell; but not of requests that a process makes to itself', async () => {
    const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const told = (): number => emitWarning.mock.calls.filter(([, options]) => (options as { code?: string }).code === 'HONEYHIVE_REMOTE_PARENTS_ONLY').length;
    // A process warning is given once, whoever gives it.
    delete (globalThis as { [key: symbol]: unknown })[Symbol.for('opentelemetry-exporter-honeyhive.warnings')];
    set();
    processor.onStart(makeSpan({ trace: 'own', id: 'client', oldParent: 'elsewhere' }), ROOT_CONTEXT);
    for (let index = 0; index < 25; index++) {
      const span = makeSpan({ trace: 'own', id: `s${index}`, remoteParent: 'client' });
      processor.onStart(span, remote('c', span.spanContext().traceId));
      processor.onEnd(span);
    }
    expect(told()).toBe(0);
    for (let index = 0; index < 25; index++) {
      const span = makeSpan({ trace: `t${index}`, id: 'span', oldParent: 'elsewhere' });
      processor.onStart(span, remote('b', span.spanContext().traceId));
      processor.onEnd(span);
    }
    expect(told()).toBe(1);
    emitWarning.mockRestore();
  });

  it('local: a request from elsewhere with all that is below it, also what its parent did not outlive', async () => {
    const tracer = set({ sessionRoots: 'local' });
    const request = tracer.startSpan('POST /chat', { kind: SpanKind.SERVER }, remote('b'));
    const middle = tracer.startSpan('middle', {}, trace.setSpan(context.active(), request));
    const late = tracer.startSpan('chat', { attributes: CHAT }, trace.setSpan(context.active(), middle));
    middle.end();
    late.end();
    request.end();
    const [session] = await hive.waitForSessions(1);
    expect(session).toMatchObject({ outputs: { content: 'a' }, metadata: { counts: { spans: 3 } } });
  });

  it('local: two requests of one trace at a time are two sessions, each with its own', async () => {
    const tracer = set({ sessionRoots: 'local' });
    const requests = ['b', 'c'].map((parent) => tracer.startSpan(`POST /${parent}`, {}, remote(parent)));
    for (const [index, request] of requests.entries()) {
      tracer.startSpan('chat', { attributes: { ...CHAT, 'gen_ai.completion': `answer ${index}` } }, trace.setSpan(context.active(), request)).end();
    }
    for (const request of requests) request.end();
    const sessions = await hive.waitForSessions(2);
    expect(sessions.map(({ outputs }) => (outputs as { content: string }).content).sort()).toEqual(['answer 0', 'answer 1']);
  });

  it('local: a request that this process makes to itself is no session of its own', async () => {
    const tracer = set({ sessionRoots: 'local' });
    const root = tracer.startSpan('job');
    const call = tracer.startSpan('POST', { kind: SpanKind.CLIENT }, trace.setSpan(context.active(), root));
    const carried = trace.setSpanContext(ROOT_CONTEXT, { ...call.spanContext(), isRemote: true });
    const served = tracer.startSpan('POST /inner', { kind: SpanKind.SERVER }, carried);
    served.end();
    call.end();
    root.end();
    const sessions = await hive.waitForSessions(1);
    await processor.forceFlush();
    expect(sessions).toMatchObject([{ event_name: 'job', metadata: { counts: { spans: 3 } } }]);
    expect(hive.sessions()).toHaveLength(1);
  });

  it('forgets a trace as it ends though the function sessionRoots throws', async () => {
    const sessionRoots = (): never => {
      throw new Error('a mistake');
    };
    const tracer = set({ sessionRoots });
    tracer.startSpan('root').end();
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ accepted: 0, startedTraces: 0, unreadableSpans: 1 });
  });

  it('a function finds them in the middle of a trace', async () => {
    const tracer = set({ sessionRoots: (span) => span.name.startsWith('turn') });
    const root = tracer.startSpan('connection');
    for (const name of ['turn 1', 'turn 2']) {
      const turn = tracer.startSpan(name, {}, trace.setSpan(context.active(), root));
      tracer.startSpan('chat', { attributes: { ...CHAT, 'gen_ai.completion': name } }, trace.setSpan(context.active(), turn)).end();
      turn.end();
    }
    root.end();
    const sessions = await hive.waitForSessions(2);
    expect(sessions.map(({ outputs }) => outputs)).toMatchObject([{ content: 'turn 1' }, { content: 'turn 2' }]);
  });
});

describe('a processor', () => {
  it('ignores spans that are not sampled', async () => {
    const tracer = set({}, { spanProcessors: [], sampler: new AlwaysOffSampler() });
    tracer.startSpan('root').end();
    processor.onEnd(Object.assign(makeSpan(), { spanContext: () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 }) }));
    expect(processor.stats()).toMatchObject({ accepted: 0, filtered: {} });
  });

  it('waits for a resource that is still found out', async () => {
    set();
    let found: () => void = () => {};
    const attributes: Record<string, string> = {};
    const resource = { attributes, asyncAttributesPending: true, waitForAsyncAttributes: () => new Promise<void>((resolve) => (found = resolve)) };
    processor.onEnd(Object.assign(makeSpan(), { resource }));
    expect(processor.stats()).toMatchObject({ heldRoots: 1, accepted: 0 });
    attributes['service.name'] = 'found';
    found();
    const [session] = await hive.waitForSessions(1);
    expect(session).toMatchObject({ metadata: { service: { name: 'found' } } });
    expect(processor.stats()).toMatchObject({ heldRoots: 0 });
  });

  it.each(['forceFlush', 'shutdown'] as const)('does not wait for ever for one that is never found out, when asked by %s', async (method) => {
    set({ flushTimeoutMillis: 500, shutdownTimeoutMillis: 500 });
    processor.onEnd(Object.assign(makeSpan(), { resource: { attributes: {}, asyncAttributesPending: true, waitForAsyncAttributes: () => new Promise(() => {}) } }));
    await processor[method]();
    expect(processor.stats()).toMatchObject({ heldRoots: 0, delivered: 1 });
  });

  it('never throws into the application', () => {
    set();
    const broken = { spanContext: () => { throw new Error('broken'); } };
    expect(() => processor.onStart(broken as never, ROOT_CONTEXT)).not.toThrow();
    expect(() => processor.onEnd(broken as never)).not.toThrow();
    const odd = makeSpan();
    Object.defineProperty(odd, 'attributes', { get: () => { throw new Error('broken'); } });
    expect(() => processor.onEnd(odd)).not.toThrow();
    expect(processor.stats().unreadableSpans).toBe(3);
  });

  it('a root that waits and then cannot be read costs neither the application nor the root that waits after it', async () => {
    const tracer = set({ settleTimeoutMillis: 20 });
    for (const name of ['broken', 'whole']) {
      const root = tracer.startSpan(name);
      tracer.startSpan('never ends', {}, trace.setSpan(context.active(), root));
      if (name === 'broken') Object.defineProperty(root, 'resource', { get: () => { throw new Error('broken'); } });
      root.end();
    }
    expect(processor.stats()).toMatchObject({ heldRoots: 2 });
    expect(await hive.waitForSessions(1)).toMatchObject([{ event_name: 'whole' }]);
    expect(processor.stats()).toMatchObject({ heldRoots: 0, unreadableSpans: 1 });
  });

  it('takes roots whose start it did not see', async () => {
    set();
    processor.onEnd(makeSpan({ id: 'child', parent: 'root', attributes: CHAT }));
    processor.onEnd(makeSpan({ id: 'root' }));
    const [session] = await hive.waitForSessions(1);
    expect(session).toMatchObject({ outputs: { content: 'a' } });
  });

  it('forgets a trace when its root and all below it have ended', () => {
    const tracer = set();
    const root = tracer.startSpan('root');
    const child = tracer.startSpan('child', {}, trace.setSpan(context.active(), root));
    expect(processor.stats()).toMatchObject({ startedTraces: 1 });
    root.end();
    child.end();
    expect(processor.stats()).toMatchObject({ startedTraces: 0, heldRoots: 0 });
  });

  it('ignores what ends after shutdown', async () => {
    const tracer = set();
    const open = tracer.startSpan('open');
    await processor.shutdown();
    open.end();
    tracer.startSpan('later').end();
    expect(processor.stats()).toMatchObject({ accepted: 0, startedTraces: 0 });
  });

  it('can share an exporter', async () => {
    const exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url: hive.url });
    processor = new HoneyHiveSessionProcessor({ exporter });
    provider = new BasicTracerProvider({ spanProcessors: [processor] });
    provider.getTracer('app').startSpan('root').end();
    await provider.forceFlush();
    expect(exporter.stats()).toMatchObject({ delivered: 1 });
  });

  it('knows the span that started last, and no more once that has ended', () => {
    const tracer = set({});
    const root = tracer.startSpan('root');
    expect(processor.stats()).toMatchObject({ startedTraces: 1 });
    const below = trace.setSpan(ROOT_CONTEXT, root);
    for (let index = 0; index < 3; index += 1) tracer.startSpan('query', { attributes: { 'db.system': 'redis' } }, below).end();
    tracer.startSpan('other').end();
    root.end();
    expect(processor.stats()).toMatchObject({ accepted: 2, heldRoots: 0, startedTraces: 0, openTraces: 0 });
  });

  it('holds no trace of spans that never end', () => {
    const tracer = set({ maxOpenTraces: 10 });
    for (let index = 0; index < 1_000; index++) tracer.startSpan('never');
    for (let index = 0; index < 50; index++) tracer.startSpan('root').end();
    expect(processor.stats()).toMatchObject({ accepted: 50, openTraces: 0 });
    expect(processor.stats().startedTraces).toBeLessThanOrEqual(10);
  });

  it('says FAILED to nobody when nothing can be sent, and ends all the same', async () => {
    processor = new HoneyHiveSessionProcessor({ url: hive.url });
    provider = new BasicTracerProvider({ spanProcessors: [processor] });
    const tracer = provider.getTracer('app');
    tracer.startSpan('root').end();
    tracer.startSpan('never');
    await provider.forceFlush();
    expect(processor.stats()).toMatchObject({ accepted: 0, startedTraces: 0 });
  });
});
