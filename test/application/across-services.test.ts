import { type Context, context, defaultTextMapGetter, defaultTextMapSetter, propagation, ROOT_CONTEXT, type Span, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { currentSessionId, enrichSession, type HoneyHiveOptions, HoneyHiveSessionExporter, HoneyHiveSessionProcessor, withSession } from '../../src/index.js';
import { uuidOf } from '../../src/session/uuid.js';
import { type Hive, startHive } from '../support/hive.js';
import { exportOf, rootSpan } from '../support/otel.js';

const CALLERS = '0d6e2f4c-1111-4222-8333-944444444444';

let hive: Hive;
let otlp: InMemorySpanExporter;
let provider: BasicTracerProvider;

beforeEach(async () => {
  hive = await startHive();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }));
});
afterEach(async () => {
  await provider?.shutdown();
  for (const api of [trace, context, propagation]) api.disable();
  await hive.close();
});

function set(options: HoneyHiveOptions): void {
  otlp = new InMemorySpanExporter();
  const processor = new HoneyHiveSessionProcessor({ apiKey: 'hh_test', url: hive.url, ...options });
  provider = new BasicTracerProvider({ spanProcessors: [processor, new SimpleSpanProcessor(otlp)] });
  trace.setGlobalTracerProvider(provider);
}

/** A request as an HTTP instrumentation records it: what the caller sent is extracted. */
const request = <T>(headers: Record<string, string>, handle: (span: Span) => T, attributes = {}): T =>
  trace.getTracer('http').startActiveSpan('POST /work', { kind: SpanKind.SERVER, attributes }, propagation.extract(ROOT_CONTEXT, headers, defaultTextMapGetter), (span) => {
    const result = handle(span);
    span.end();
    return result;
  });

/** The headers of a request that is sent from here. */
function outgoing(from: Context = context.active()): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(from, headers, defaultTextMapSetter);
  return headers;
}

const stampOf = ({ attributes }: ReadableSpan): unknown => attributes['honeyhive.session_id'];
const ids = (): string[] => hive.sessions().map(({ event_id }) => event_id);

describe('stampSpans', () => {
  it('adds the id of the session to each of its spans, the one that the session then has', async () => {
    set({ stampSpans: true });
    request({}, () => trace.getTracer('app').startActiveSpan('below', (span) => span.end()));
    await provider.forceFlush();
    expect(otlp.getFinishedSpans().map(stampOf)).toEqual([ids()[0], ids()[0]]);
    expect(ids()[0]).toBe(uuidOf(otlp.getFinishedSpans()[0]!.spanContext().traceId));
  });

  it('is final: neither attributes nor withSession change a stamped id', async () => {
    set({ stampSpans: true });
    const id = request({}, (span) => {
      span.setAttribute('honeyhive.session_id', 'too late');
      return withSession({ sessionId: 'later' }, () => currentSessionId());
    });
    await provider.forceFlush();
    expect(ids()).toEqual([id]);
    expect(id).toBe(uuidOf(otlp.getFinishedSpans()[0]!.spanContext().traceId));
  });

  it('takes the id that is known at the start, and leaves what the application has set', async () => {
    set({ stampSpans: true });
    request({}, () => trace.getTracer('app').startSpan('below').end(), { 'honeyhive.session_id': 'order-7' });
    withSession({ sessionId: 'job-1' }, () => trace.getTracer('app').startSpan('below').end());
    await provider.forceFlush();
    expect(otlp.getFinishedSpans().map(stampOf)).toEqual([uuidOf('order-7'), 'order-7', uuidOf('job-1'), 'job-1']);
    expect(ids().sort()).toEqual([uuidOf('order-7'), uuidOf('job-1')].sort());
  });

  it('makes no session of what the filter leaves out', async () => {
    set({ stampSpans: true });
    request({}, () => trace.getTracer('app').startSpan('below').end(), { 'http.request.method': 'GET', 'url.path': '/healthz' });
    await provider.forceFlush();
    expect(ids()).toEqual([]);
    expect(otlp.getFinishedSpans().map(stampOf)).toEqual([expect.any(String), expect.any(String)]);
  });

  it('is not done unasked', () => {
    set({});
    request({}, () => {});
    expect(otlp.getFinishedSpans().map(stampOf)).toEqual([undefined]);
  });
});

describe('propagateSession', () => {
  it('hands the id of the session on, and nothing else', async () => {
    set({ propagateSession: true });
    const headers = request({}, () => withSession({ userId: 'ada', metadata: { secret: 1 } }, outgoing));
    await provider.forceFlush();
    expect(headers['baggage']).toBe(`honeyhive.session_id=${ids()[0]}`);
  });

  it.each(['as it starts', 'later'])('hands on the id that the root was given %s, from below it too', async (when) => {
    set({ propagateSession: true });
    const given = { 'honeyhive.session_id': CALLERS };
    const found = request({}, (root) => {
      if (when === 'later') root.setAttributes(given);
      return trace.getTracer('app').startActiveSpan('call', (span) => {
        const id = currentSessionId();
        const headers = outgoing();
        span.end();
        return [id, headers['baggage']];
      });
    }, when === 'later' ? {} : given);
    await provider.forceFlush();
    expect([...found, ...ids()]).toEqual([CALLERS, `honeyhive.session_id=${CALLERS}`, CALLERS]);
  });

  it('is final once it has been handed on', async () => {
    set({ propagateSession: true });
    const headers = request({}, (span) => {
      const sent = outgoing();
      span.setAttribute('honeyhive.session_id', 'too late');
      withSession({ sessionId: 'too late too' }, () => {});
      return sent;
    });
    await provider.forceFlush();
    expect(headers['baggage']).toBe(`honeyhive.session_id=${ids()[0]}`);
  });

  it.each([
    ['our own entry', `honeyhive.session_id=${CALLERS}`],
    ["that of HoneyHive's Python SDK", `session_id=${CALLERS.toUpperCase()},user=ada`],
  ])('takes %s from a caller, and hands it on', (_whose, baggage) => {
    set({ propagateSession: true, stampSpans: true });
    const { id, headers } = request({ baggage }, () => ({ id: currentSessionId(), headers: outgoing() }));
    expect([id, ...otlp.getFinishedSpans().map(stampOf)]).toEqual([CALLERS, CALLERS]);
    expect(headers['baggage']).toContain(`honeyhive.session_id=${CALLERS}`);
  });

  it.each(['session_id=order-7', `session_id=${CALLERS}x`, 'honeyhive.session_id=1', 'other=1'])('takes no id that is no UUID (%s)', (baggage) => {
    set({ propagateSession: true });
    const id = request({ baggage }, () => currentSessionId());
    expect(id).toBe(uuidOf(otlp.getFinishedSpans()[0]!.spanContext().traceId));
  });

  it('knows it below a span that has ended, too', () => {
    set({ propagateSession: true });
    const id = request({ baggage: `session_id=${CALLERS}` }, () => {
      const ended = trace.getTracer('app').startSpan('ended');
      ended.end();
      return context.with(trace.setSpan(context.active(), ended), () => currentSessionId());
    });
    expect(id).toBe(CALLERS);
  });

  it('neither takes nor hands on anything unasked', () => {
    set({});
    const { id, headers } = request({ baggage: `session_id=${CALLERS}` }, () => ({ id: currentSessionId(), headers: outgoing() }));
    expect(id).not.toBe(CALLERS);
    expect(headers['baggage']).toBe(`session_id=${CALLERS}`);
  });

  it('hands on nothing where no session begins', () => {
    set({ propagateSession: true });
    const headers = request({ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }, () => outgoing());
    expect(headers['traceparent']).toContain('a'.repeat(32));
    expect(headers['baggage']).toBeUndefined();
  });

  it('leaves the propagator as it is otherwise, and is put around it once', () => {
    set({ propagateSession: true });
    request({}, () => {});
    request({}, () => {});
    expect(propagation.fields()).toEqual(['traceparent', 'tracestate', 'baggage']);
    expect(outgoing(ROOT_CONTEXT)).toEqual({});
  });
});

describe.each(['session-start', 'v1'] as const)('a request that joined the session of its caller (%s)', (api) => {
  const CALL = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, baggage: `honeyhive.session_id=${CALLERS}` };

  it('becomes an event in that session, and no session', async () => {
    set({ propagateSession: true, api });
    request(CALL, () => {
      trace.getTracer('app').startSpan('chat', { attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.prompt': 'q', 'gen_ai.completion': 'a', 'gen_ai.request.model': 'm' } }).end();
      enrichSession({ metadata: { tenant: 't1' } });
    });
    await provider.forceFlush();
    expect(hive.sessions()).toEqual([]);
    const spanId = otlp.getFinishedSpans().at(-1)!.spanContext().spanId;
    expect(hive.eventsIn(CALLERS)).toMatchObject([
      {
        event_id: uuidOf(`${'a'.repeat(32)}-${spanId}`),
        event_type: 'chain',
        event_name: 'POST /work',
        parent_id: CALLERS,
        outputs: { content: 'a' },
        config: { model: 'm' },
        error: null,
        metadata: { tenant: 't1', trace_id: 'a'.repeat(32), span_id: spanId, counts: { model_calls: 1 } },
      },
    ]);
  });

  it('says why it failed, and is not sent when the filter leaves it out', async () => {
    set({ propagateSession: true, api });
    request(CALL, (span) => span.setStatus({ code: 2, message: 'no stock' }));
    request(CALL, () => {}, { 'http.request.method': 'GET', 'url.path': '/healthz' });
    await provider.forceFlush();
    expect(hive.eventsIn(CALLERS)).toMatchObject([{ error: 'no stock', inputs: {} }]);
  });
});

it('two services, one session: the callee’s work is an event in the caller’s', async () => {
  set({ propagateSession: true });
  const [caller, callerOtlp] = [provider, otlp];
  trace.disable();
  set({ propagateSession: true });
  const root = caller.getTracer('http').startSpan('POST /chat');
  const headers = outgoing(trace.setSpan(ROOT_CONTEXT, root));
  request(headers, () => {});
  await provider.forceFlush();
  root.end();
  await caller.forceFlush();
  const [session, ...others] = hive.sessions();
  expect([session!.event_name, others]).toEqual(['POST /chat', []]);
  expect(hive.eventsIn(session!.event_id).map(({ event_name }) => event_name)).toEqual(['POST /work']);
  expect(callerOtlp.getFinishedSpans()).toHaveLength(1);
  await caller.shutdown();
});

it('an exporter alone says that it can do neither', async () => {
  const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url: hive.url, stampSpans: true });
  await exportOf(exporter, [rootSpan()]);
  expect(emitWarning.mock.calls).toEqual([[expect.stringContaining('HoneyHiveSessionProcessor'), { code: 'HONEYHIVE_NEEDS_PROCESSOR' }]]);
  emitWarning.mockRestore();
  await exporter.shutdown();
});
