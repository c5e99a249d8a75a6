import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, SimpleSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createHook } from 'node:async_hooks';
import { HoneyHiveSessionExporter } from '../../src/index.js';
import { type Hive, startHive } from '../support/hive.js';

type MakeProcessor = (exporter: SpanExporter) => SpanProcessor;

const processors: [string, MakeProcessor][] = [
  ['BatchSpanProcessor', (exporter) => new BatchSpanProcessor(exporter, { scheduledDelayMillis: 20 })],
  ['SimpleSpanProcessor', (exporter) => new SimpleSpanProcessor(exporter)],
];

describe.each(processors)('a tracer provider with a %s', (_name, makeProcessor) => {
  let hive: Hive;
  let exporter: HoneyHiveSessionExporter;
  let provider: BasicTracerProvider;

  beforeEach(async () => {
    hive = await startHive();
    exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url: hive.url });
    provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop', 'deployment.environment.name': 'staging' }),
      spanProcessors: [makeProcessor(exporter)],
    });
  });

  afterEach(async () => {
    await provider.shutdown();
    await hive.close();
  });

  it('sends a web request with a model call below as one session with question, answer, model and user', async () => {
    const tracer = provider.getTracer('app');
    const request = tracer.startSpan('POST /chat', { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'POST', 'http.route': '/chat' } });
    const inRequest = trace.setSpan(context.active(), request);
    tracer.startSpan('middleware', {}, inRequest).end();
    const call = tracer.startSpan('chat gpt-4o', { kind: SpanKind.CLIENT }, inRequest);
    call.setAttributes({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'How long do refunds take?' }] }]),
      'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: '5 days.' }], finish_reason: 'stop' }]),
      'gen_ai.usage.input_tokens': 27,
      'user.id': 'user_42',
      'session.id': 'chat_9001',
    });
    call.end();
    request.end();
    await provider.forceFlush();

    const [session] = await hive.waitForSessions(1);
    expect(session).toMatchObject({
      event_name: 'POST /chat',
      source: 'staging',
      inputs: { chat_history: [{ role: 'user', content: 'How long do refunds take?' }] },
      outputs: { role: 'assistant', content: '5 days.' },
      config: { model: 'gpt-4o' },
      user_properties: { user_id: 'user_42' },
      metadata: { conversation_id: 'chat_9001', usage: { input_tokens: 27 }, counts: { spans: 3, model_calls: 1 }, service: { name: 'shop' } },
    });
    expect(session!.metadata).not.toHaveProperty('error');
    expect(hive.requests).toBe(1);
  });

  it('sends one session for each of many roots, and none for children', async () => {
    const tracer = provider.getTracer('app');
    for (let index = 0; index < 200; index++) {
      const root = tracer.startSpan(`job ${index}`);
      tracer.startSpan('step', {}, trace.setSpan(context.active(), root)).end();
      root.end();
    }
    await provider.forceFlush();

    const sessions = await hive.waitForSessions(200);
    expect(new Set(sessions.map((session) => session.event_name)).size).toBe(200);
    expect(exporter.stats()).toMatchObject({ accepted: 200, delivered: 200, queued: 0, openTraces: 0 });
  });

  it('tells why a root failed', async () => {
    const span = provider.getTracer('app').startSpan('job');
    span.recordException(new TypeError('no such order'));
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    await provider.forceFlush();

    const [session] = await hive.waitForSessions(1);
    expect(session!.metadata).toMatchObject({ error: 'no such order', error_type: 'TypeError', error_stack: expect.stringContaining('TypeError: no such order') });
  });

  it('makes no session of a health check', async () => {
    provider.getTracer('app').startSpan('GET /healthz', { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'GET', 'url.path': '/healthz' } }).end();
    provider.getTracer('app').startSpan('job').end();
    await provider.forceFlush();

    const sessions = await hive.waitForSessions(1);
    expect(sessions.map((session) => session.event_name)).toEqual(['job']);
    expect(exporter.stats().filtered).toEqual({ route: 1 });
  });
});

describe('own requests', () => {
  it('run where tracing is suppressed, whoever calls export', async () => {
    const contextManager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(contextManager);
    const hive = await startHive();
    const suppressed: boolean[] = [];
    // Whatever undici opens for us is created in our context.
    const hook = createHook({ init: (_id, type) => type === 'TCPCONNECTWRAP' && suppressed.push(isTracingSuppressed(context.active())) }).enable();
    try {
      const exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url: hive.url });
      const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
      const outer = provider.getTracer('app').startSpan('outer');
      context.with(trace.setSpan(context.active(), outer), () => provider.getTracer('app').startSpan('job', { root: true }).end());
      await hive.waitForSessions(1);
      expect(suppressed).toEqual([true]);
      await provider.shutdown();
    } finally {
      hook.disable();
      context.disable();
      await hive.close();
    }
  });
});
