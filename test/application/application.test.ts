import { context, diag, DiagLogLevel, ROOT_CONTEXT, type Span, trace, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOffSampler, BasicTracerProvider, BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { currentSessionId, enrichSession, type HoneyHiveOptions, HoneyHiveSessionExporter, HoneyHiveSessionProcessor, withSession } from '../../src/index.js';
import type { StoredEvent } from '../../src/local/stored-event.js';
import { uuidOf } from '../../src/session/uuid.js';
import { type Hive, startHive } from '../support/hive.js';

let hive: Hive;
let provider: BasicTracerProvider;
let warnings: string[];

beforeEach(async () => {
  hive = await startHive();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  warnings = [];
  const nothing = (): void => {};
  diag.setLogger({ error: (text) => warnings.push(text), warn: (text) => warnings.push(text), info: nothing, debug: nothing, verbose: nothing }, DiagLogLevel.WARN);
});
afterEach(async () => {
  await provider.shutdown();
  trace.disable();
  context.disable();
  diag.disable();
  await hive.close();
});

type Way = 'processor' | 'exporter';

function set(way: Way, options: HoneyHiveOptions = {}, more: ConstructorParameters<typeof BasicTracerProvider>[0] = {}): void {
  const ours = { apiKey: 'hh_test', url: hive.url, ...options };
  const processor: SpanProcessor = way === 'processor' ? new HoneyHiveSessionProcessor(ours) : new BatchSpanProcessor(new HoneyHiveSessionExporter(ours));
  provider = new BasicTracerProvider({ spanProcessors: [processor], ...more });
  trace.setGlobalTracerProvider(provider);
}

async function sessions(): Promise<StoredEvent[]> {
  await provider.forceFlush();
  return hive.sessions();
}

const span = <T>(name: string, fn: (span: Span) => T, attributes = {}): T =>
  trace.getTracer('app').startActiveSpan(name, { attributes }, (span) => {
    const result = fn(span);
    span.end();
    return result;
  });
/** The context of a request that a span in another process has sent. */
const caller = (trace_: string, span: string): ReturnType<typeof trace.setSpanContext> =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId: trace_.repeat(32), spanId: span.repeat(16), traceFlags: TraceFlags.SAMPLED, isRemote: true });
const CHAT = { 'gen_ai.operation.name': 'chat', 'gen_ai.prompt': 'q', 'gen_ai.completion': 'a', 'gen_ai.request.model': 'm' };

describe.each<Way>(['processor', 'exporter'])('with the %s, withSession', (way) => {
  it('begins a session where no trace is under way, and ends it when the promise settles', async () => {
    set(way);
    const fields = { sessionName: 'nightly', userId: 'ada', userProperties: { plan: 'pro' }, metadata: { job: { id: 7 } } };
    const result = await withSession(fields, async () => {
      span('first', () => {}, CHAT);
      await new Promise((resolve) => setTimeout(resolve, 20));
      span('second', () => {}, { ...CHAT, 'gen_ai.completion': 'b' });
      return 42;
    });
    expect(result).toBe(42);
    const [session, ...others] = await sessions();
    expect(others).toEqual([]);
    expect(session).toMatchObject({
      event_name: 'nightly',
      outputs: { content: 'b' },
      user_properties: { user_id: 'ada', plan: 'pro' },
      metadata: { job: { id: 7 }, span_name: 'nightly', counts: { spans: 3 } },
    });
    // Said in code and by the span's own attributes: once is enough.
    expect(session!.metadata).not.toHaveProperty('honeyhive_user_id');
    expect(session!.duration).toBeGreaterThan(15);
  });

  it('returns what the function returns though a processor of somebody else throws', async () => {
    set(way);
    const nothing = async (): Promise<void> => {};
    const onEnd = (): void => {
      throw new Error('not ours');
    };
    const broken = new BasicTracerProvider({ spanProcessors: [{ onStart() {}, onEnd, forceFlush: nothing, shutdown: nothing }] });
    trace.disable();
    trace.setGlobalTracerProvider(broken);
    expect(withSession({}, () => 1)).toBe(1);
    expect(await withSession({}, async () => 2)).toBe(2);
  });

  it('names it after the function, and keeps it whatever the filter thinks', async () => {
    set(way, { sessionFilter: 'ai' });
    expect(withSession({}, function job() { return 'done'; })).toBe('done'); // prettier-ignore
    expect((await sessions()).map(({ event_name }) => event_name)).toEqual(['job']);
  });

  it.each([
    ['throws', (error: Error) => { throw error; }], // prettier-ignore
    ['rejects', (error: Error) => Promise.reject(error)],
  ])('records what a function %s, and passes it on', async (_how, fail) => {
    set(way);
    const error = new RangeError('too far');
    await expect((async () => withSession({ sessionName: 'fails' }, () => fail(error)))()).rejects.toBe(error);
    expect(await sessions()).toMatchObject([{ event_name: 'fails', metadata: { error: 'too far', error_type: 'RangeError' } }]);
  });

  it('says it of the session that is under way', async () => {
    set(way);
    span('POST /chat', () => withSession({ sessionId: 'order-7', userId: 'ada', metadata: { tenant: 't1' } }, () => span('chat', () => {}, CHAT)), {
      'honeyhive.session_id': 'loses',
      'user.id': 'loses',
      'honeyhive_metadata.tenant': 'loses',
      'honeyhive_metadata.region': 'eu',
    });
    expect(await sessions()).toMatchObject([
      { event_name: 'POST /chat', event_id: uuidOf('order-7'), user_properties: { user_id: 'ada' }, metadata: { tenant: 't1', region: 'eu', 'honeyhive': { session_id: 'order-7' } } },
    ]);
  });

  it('asks a lazy promise once', async () => {
    set(way);
    let asked = 0;
    // oxlint-disable-next-line unicorn/no-thenable
    const lazy = { then: (resolve: (value: number) => void) => resolve((asked += 1)) } as unknown as Promise<number>;
    expect(await withSession({}, () => lazy)).toBe(1);
  });
});

describe.each<Way>(['processor', 'exporter'])('with the %s, enrichSession', (way) => {
  it('adds to the session from anywhere below its root, and wins over what spans say', async () => {
    set(way);
    const metadata = { step: 1, list: [{ a: 1 }] };
    span('POST /chat', () => {
      span('chat', () => {}, CHAT);
      span('handler', () => {
        enrichSession({ inputs: { question: 'Q' }, outputs: { answer: 'A' }, config: { model: 'better', top: 1 }, metadata });
        metadata.list[0]!.a = 99;
        span('deeper', () => enrichSession({ metadata: { step: 2 }, metrics: { accuracy: 0.5 }, feedback: { rating: 5 }, userProperties: { plan: 'pro' } }));
      });
    });
    expect(await sessions()).toMatchObject([
      {
        inputs: { question: 'Q' },
        outputs: { answer: 'A' },
        config: { model: 'better', top: 1 },
        metadata: { step: 2, list: [{ a: 1 }], counts: { spans: 4 } },
        metrics: { accuracy: 0.5 },
        feedback: { rating: 5 },
        user_properties: { plan: 'pro' },
      },
    ]);
  });

  it('sends no content that is not captured', async () => {
    set(way, { captureContent: false });
    span('root', () => enrichSession({ inputs: { question: 'secret' }, outputs: { a: 'secret' }, config: { model: 'm', note: 'secret' }, metadata: { tenant: 't1' } }));
    const [session] = await sessions();
    expect(session).toMatchObject({ config: { model: 'm' }, metadata: { tenant: 't1' } });
    expect(JSON.stringify(session)).not.toContain('secret');
  });

  it('takes what is no session field with a word to diag, and never throws', async () => {
    set(way);
    enrichSession({ metadata: { a: 1 } });
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const trap = { get boom(): never { throw new Error('no'); } }; // prettier-ignore
    span('root', () => {
      enrichSession({ metadata: { cyclic, big: 1n, when: new Date(0), none: undefined, ['__proto__']: 'x', ['a.b']: 1 }, config: trap, colour: 'red' } as never);
      enrichSession({ metadata: 'text' } as never);
      enrichSession(undefined as never);
      withSession({ sessionName: 7, sessionId: ' ' } as never, () => {});
    });
    const [session] = await sessions();
    expect(session).toMatchObject({ event_name: 'root', metadata: { when: '1970-01-01T00:00:00.000Z', a: { b: 1 } } });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringContaining('no span is active'),
      expect.stringContaining('metadata.cyclic is ignored'),
      expect.stringContaining('metadata.big is ignored'),
      expect.stringContaining('config.boom is ignored'),
      expect.stringContaining('colour is ignored'),
      expect.stringContaining('metadata is ignored'),
      expect.stringContaining('the argument is ignored'),
      expect.stringContaining('sessionName is ignored'),
      expect.stringContaining('sessionId is ignored'),
    ]);
  });

  it('keeps apart what is said of different traces', async () => {
    set(way);
    await Promise.all(['a', 'b', 'c'].map((name) => span(name, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      enrichSession({ metadata: { name } });
    }))); // prettier-ignore
    // The roots have ended before: what comes late is forgotten, not given to another session.
    span('d', () => enrichSession({ metadata: { name: 'd' } }));
    for (const { event_name, metadata } of await sessions()) expect([undefined, event_name]).toContain(metadata['name']);
  });
});

describe('our processor', () => {
  it('gives traces that begin within withSession what that says', async () => {
    set('processor');
    withSession({ sessionName: 'outer', userId: 'ada' }, () => {
      trace.getTracer('app').startSpan('detached', { root: true }).end();
    });
    expect((await sessions()).map(({ event_name, user_properties }) => [event_name, user_properties['user_id']])).toEqual([
      ['outer', 'ada'],
      ['outer', 'ada'],
    ]);
  });

  it('tells two requests of one trace apart', async () => {
    set('processor', { sessionRoots: 'local' });
    const [first, second] = ['1', '2'].map((id) => trace.getTracer('app').startSpan(id, {}, caller('a', id)));
    for (const root of [second!, first!]) context.with(trace.setSpan(ROOT_CONTEXT, root), () => enrichSession({ metadata: { of: (root as unknown as { name: string }).name } }));
    first!.end();
    second!.end();
    expect((await sessions()).map(({ event_name, metadata }) => [event_name, metadata['of']]).sort()).toEqual([['1', '1'], ['2', '2']]); // prettier-ignore
  });

  it('tells them apart also when they or their spans have ended', async () => {
    set('processor', { sessionRoots: 'local', settleTimeoutMillis: 60_000 });
    const app = trace.getTracer('app');
    const start = (name: string, spanId: string): Span => app.startSpan(name, {}, caller('a', spanId));
    const within = (span: Span): ReturnType<typeof trace.setSpan> => trace.setSpan(ROOT_CONTEXT, span);
    const [first, second] = [start('first', '1'), start('second', '2')];
    const [open, ended] = [app.startSpan('open', {}, within(first)), app.startSpan('ended', {}, within(second))];
    ended.end();
    first.end();
    context.with(within(first), () => enrichSession({ metadata: { by: 'an ended root' } }));
    context.with(within(ended), () => enrichSession({ metadata: { by: 'an ended child' } }));
    open.end();
    second.end();
    expect((await sessions()).map(({ event_name, metadata }) => [event_name, metadata['by']]).sort()).toEqual([['first', 'an ended root'], ['second', 'an ended child']]); // prettier-ignore
  });

  it('has withSession begin a session where only a caller’s span is active', async () => {
    set('processor', { sessionRoots: 'local' });
    context.with(caller('a', '1'), () => withSession({ sessionName: 'handler' }, () => {}));
    expect(await sessions()).toMatchObject([{ event_name: 'handler', metadata: { trace_id: 'a'.repeat(32) } }]);
  });

  it('takes what is said after the root has ended and before it is sent', async () => {
    set('processor');
    const root = trace.getTracer('app').startSpan('root');
    const within = trace.setSpan(ROOT_CONTEXT, root);
    const stream = trace.getTracer('app').startSpan('stream', {}, within);
    root.end();
    context.with(within, () => enrichSession({ metadata: { late: true } }));
    stream.end();
    expect(await sessions()).toMatchObject([{ metadata: { late: true } }]);
  });
});

describe.each<Way>(['processor', 'exporter'])('with the %s, currentSessionId', (way) => {
  it('says the id that the session will have', async () => {
    set(way);
    const said = [
      span('plain', () => span('below', () => currentSessionId())),
      span('by attribute', () => currentSessionId(), { 'honeyhive.session_id': 'mine' }),
      span('in code', () => withSession({ sessionId: 'A1B2C3D4-0000-4000-8000-000000000000' }, () => span('below', () => currentSessionId()))),
      withSession({ sessionId: 'job' }, () => currentSessionId()),
    ];
    expect((await sessions()).map(({ event_id }) => event_id).sort()).toEqual([...said].sort());
    expect(said.slice(1)).toEqual([uuidOf('mine'), 'a1b2c3d4-0000-4000-8000-000000000000', uuidOf('job')]);
  });

  it('says nothing where there will be none', async () => {
    set(way, {}, { sampler: new AlwaysOffSampler() });
    expect([currentSessionId(), span('not sampled', () => currentSessionId())]).toEqual([undefined, undefined]);
    await provider.shutdown();
  });
});

it('says no id once nobody makes sessions any more', async () => {
  set('processor');
  expect(span('before', () => currentSessionId())).toMatch(/-5/);
  await provider.shutdown();
  expect(span('after', () => currentSessionId())).toBeUndefined();
});

describe('below another process', () => {
  const request = (): string | undefined => context.with(caller('b', '1'), () => span('request', () => span('below', () => currentSessionId())));

  it('the id is that of the request, where it is a session', async () => {
    set('processor', { sessionRoots: 'local' });
    const id = request();
    expect(await sessions()).toMatchObject([{ event_id: id }]);
  });

  it('the id is that of the trace, whose session is elsewhere', () => {
    set('processor');
    expect(request()).toBe(uuidOf('b'.repeat(32)));
  });
});
