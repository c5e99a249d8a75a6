import { SpanKind } from '@opentelemetry/api';
import { knownKeys } from '../conventions/known-keys.js';
import { makeSpan, type SpanGiven } from '../span/make-span.js';
import { HoneyHiveSessionExporter, type HoneyHiveOptions } from '../../src/index.js';
import type { Session } from '../../src/session/session.js';
import { type Hive, startHive } from '../support/hive.js';
import { exportOf } from '../support/otel.js';

const CANARY = 'CANARY-7f3a';

let hive: Hive;
let wire: string[] = [];

beforeEach(async () => {
  wire = [];
  hive = await startHive({ onBody: ({ bytes }) => wire.push(Buffer.from(bytes ?? []).toString()) });
});
afterEach(() => hive.close());

/** What the wire carried for one trace. */
async function sent(spans: SpanGiven[], options: HoneyHiveOptions = {}): Promise<{ bytes: string; stats: ReturnType<HoneyHiveSessionExporter['stats']>; code: number }> {
  const exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url: hive.url, sessionFilter: 'all', ...options });
  const { code } = await exportOf(exporter, spans.map(makeSpan));
  await exporter.shutdown();
  return { bytes: wire.join('\n'), stats: exporter.stats(), code };
}

/** The canary as instrumentations would write content there. */
const SHAPES: [string, unknown][] = [
  ['text', CANARY],
  ['JSON', JSON.stringify({ [CANARY]: 1, a: { b: CANARY }, messages: [{ role: 'user', content: CANARY }], tools: [CANARY], custom: CANARY })],
  ['parameters of a request', JSON.stringify({ system: CANARY, instructions: CANARY, prompt: CANARY, input: CANARY, response_format: { name: CANARY }, stop: [CANARY] })],
  ['a list', [CANARY, JSON.stringify({ a: CANARY })]],
  ['a chat', JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: CANARY }, { type: 'tool_call', name: 'f', arguments: { x: CANARY } }] }])],
  ['an object of SDK 3', { a: [CANARY] }],
];

// Names, models, ids, users and what the application gives as metadata or scores are no content.
const KEPT_BUCKETS = new Set(['metadata', 'metrics', 'feedback', 'user_properties', 'session_id', 'session_name', 'name', 'source', 'project', 'conversation_id', 'agent_name', 'tool_name', 'work', 'error_type', 'usage', 'failure', 'nothing']);
const KEPT_CONFIG = /^config\.(model|provider|prompt_name|template_version|schema_name|temperature|top_p|top_k|max_tokens|frequency_penalty|presence_penalty|seed|max_retries|max_steps)$/;

const contentKeys = knownKeys.filter(({ rule }) => rule.content === true || rule.to === 'metadata.provider_metadata' || !(KEPT_BUCKETS.has(rule.to.split('.')[0]!) || KEPT_CONFIG.test(rule.to)));

describe('captureContent: false', () => {
  it('knows content positions in every family', () => {
    const families = new Set(contentKeys.map(({ family }) => family.name));
    expect([...families].sort()).toEqual(['gen_ai', 'general', 'honeyhive', 'langfuse', 'langsmith', 'logfire', 'mastra', 'openinference', 'traceloop', 'vercel_ai'].filter((name) => families.has(name)).sort());
    expect(contentKeys.length).toBeGreaterThan(90);
  });

  it.each(SHAPES)('lets %s out of no content position, on the root or below it', async (_, value) => {
    for (const { key } of contentKeys) {
      const { bytes, code } = await sent(
        [{ id: 'child', parent: 'root', attributes: { [key]: value, 'gen_ai.operation.name': 'chat' } }, { id: 'root', attributes: { [key]: value, 'gen_ai.operation.name': 'chat' } }],
        { captureContent: false },
      );
      expect([key, code, bytes.includes(CANARY)]).toEqual([key, 0, false]);
      wire.length = 0;
    }
  });

  it('lets nothing out of events, errors, statements, bodies, headers, queries and unknown attributes', async () => {
    const attributes = Object.fromEntries(
      ['db.query.text', 'db.statement', 'http.request.header.x-custom', 'http.request.body.content', 'http.response.body.content', 'url.full', 'url.query', 'http.url', 'messaging.message.body', 'rpc.request.metadata.x', 'graphql.document', 'mine', 'error.message', 'http.target'].map(
        (key) => [key, key.includes('url') || key === 'http.target' ? `http://h/p?q=${CANARY}` : CANARY],
      ),
    );
    const events = [
      { name: 'exception', attributes: { 'exception.message': CANARY, 'exception.stacktrace': CANARY, 'exception.type': 'RateLimitError' } },
      { name: 'gen_ai.user.message', attributes: { content: CANARY } },
      { name: 'gen_ai.choice', attributes: { message: JSON.stringify({ content: CANARY }) } },
      { name: 'gen_ai.client.inference.operation.details', attributes: { 'gen_ai.input.messages': CANARY } },
      { name: 'custom', attributes: { any: CANARY } },
    ];
    const { bytes } = await sent(
      [
        { id: 'child', parent: 'root', attributes, events, error: CANARY },
        { id: 'root', kind: SpanKind.SERVER, name: 'POST /chat', attributes: { ...attributes, 'http.response.status_code': 500 }, events, error: CANARY },
      ],
      { captureContent: false },
    );
    expect(bytes).not.toContain(CANARY);
    expect(JSON.parse(bytes)).toMatchObject({ session: { session_name: 'POST /chat', metadata: { error: 'HTTP 500', error_type: 'RateLimitError' } } });
  });

  it('keeps names, models, settings, ids, users, usage, times, status and error types', async () => {
    const attributes = {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'planner',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.request.temperature': 0.2,
      'gen_ai.response.id': 'r1',
      'gen_ai.usage.input_tokens': 5,
      'session.id': 'c1',
      'user.id': 'u1',
      'error.type': 'timeout',
      honeyhive_config: JSON.stringify({ top_p: 1, template: CANARY }),
      'honeyhive_metadata.plan': 'pro',
      'gen_ai.input.messages': JSON.stringify([{ role: 'user', content: CANARY }]),
    };
    const { bytes } = await sent([{ id: 'root', attributes }], { captureContent: false });
    expect(bytes).not.toContain(CANARY);
    const { session } = JSON.parse(bytes) as { session: Session };
    expect(session).toMatchObject({
      session_name: 'planner',
      duration: 100,
      config: { model: 'gpt-4o', temperature: 0.2, top_p: 1 },
      metadata: { agent_name: 'planner', response_id: 'r1', conversation_id: 'c1', plan: 'pro', usage: { input_tokens: 5 }, error: 'timeout', error_type: 'timeout' },
      user_properties: { user_id: 'u1' },
    });
    expect(session).not.toHaveProperty('inputs');
    expect(session).not.toHaveProperty('outputs');
  });

  it('leaves out objects in the place of settings', async () => {
    const attributes = { honeyhive_config: JSON.stringify({ model: { prompt: CANARY }, seed: 1 }), 'honeyhive_config.provider': [CANARY], 'honeyhive_config.stream': `{"said":"${CANARY}"}` };
    const { bytes } = await sent([{ id: 'root', attributes }], { captureContent: false });
    expect(bytes).not.toContain(CANARY);
    expect(JSON.parse(bytes)).toMatchObject({ session: { config: { seed: 1 } } });
  });
});

describe('redaction', () => {
  const KEY = 'sk-a1B2c3D4e5F6g7H8i9J0k1L2';
  const attributes = { honeyhive_inputs: JSON.stringify({ q: `use ${KEY}`, auth: { password: CANARY } }), 'db.connection_string': CANARY, note: `Bearer ${KEY}` };

  it('is on by default, leaves the spans alone, and says how much it replaced', async () => {
    const span = makeSpan({ attributes, resource: { 'service.name': 'a', 'service.api_key': CANARY } });
    const before = JSON.stringify(span.attributes);
    const exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url: hive.url });
    await exportOf(exporter, [span]);
    await exporter.shutdown();
    expect(wire.join('')).not.toMatch(new RegExp(`${CANARY}|a1B2c3`));
    expect(JSON.stringify(span.attributes)).toBe(before);
    expect(hive.sessions()[0]).toMatchObject({ inputs: { q: 'use [redacted]', auth: { password: '[redacted]' } }, metadata: { redacted: 5, note: 'Bearer [redacted]' } });
  });

  it('finds what JSON has escaped without need', async () => {
    const { bytes } = await sent([{ attributes: { honeyhive_inputs: String.raw`{"a":"\u0042earer a1B2c3D4e5F6","b":"https:\/\/u:${CANARY}@h","c":{"\u0070assword":"${CANARY}"}}` } }]);
    expect(bytes).not.toMatch(new RegExp(`${CANARY}|a1B2c3`));
    expect(JSON.parse(bytes)).toMatchObject({ session: { metadata: { redacted: 3 } } });
  });

  it('finds it in JSON in a text, too', async () => {
    const inner = String.raw`{"passwor\u0064":"${CANARY}","a":"\u0042earer a1B2c3D4e5F6","b":"https:\/\/u:${CANARY}@h"}`;
    const { bytes } = await sent([{ attributes: { honeyhive_inputs: JSON.stringify({ inner }), note: inner } }]);
    expect(bytes).not.toMatch(new RegExp(`${CANARY}|a1B2c3`));
    expect(JSON.parse(bytes)).toMatchObject({ session: { metadata: { redacted: 6 } } });
  });

  it('can be off', async () => expect((await sent([{ attributes }], { redaction: 'off' })).bytes).toContain(KEY));

  it('can be a function', async () => {
    const { bytes } = await sent([{ attributes: { honeyhive_inputs: `{"q":"${CANARY}"}` } }], { redaction: (path, value) => (path[0] === 'inputs' ? 'mine' : value) });
    expect(JSON.parse(bytes)).toMatchObject({ session: { inputs: { q: 'mine' }, metadata: { redacted: 1 } } });
  });
});

describe('beforeSend', () => {
  const spans: SpanGiven[] = [{ name: 'turn', attributes: { honeyhive_inputs: `{"q":"${CANARY}"}`, mine: 1 } }];

  it('changes the session, and sees the root as it ended', async () => {
    const { bytes, stats } = await sent(spans, {
      beforeSend: (session, root) => {
        expect(root.attributes['mine']).toBe(1);
        expect(Object.isFrozen(root) && Object.isFrozen(root.attributes)).toBe(true);
        return { ...session, session_name: 'renamed', inputs: { q: 'gone' } };
      },
    });
    expect(JSON.parse(bytes)).toMatchObject({ session: { session_name: 'renamed', event_name: 'renamed', inputs: { q: 'gone' } } });
    expect(stats).toMatchObject({ delivered: 1 });
  });

  it('gets a session without credentials', async () => {
    let seen: Session | undefined;
    await sent([{ attributes: { honeyhive_inputs: '{"password":"x"}' } }], { beforeSend: (session) => (seen = session) });
    expect(seen!.inputs).toEqual({ password: '[redacted]' });
  });

  it('drops the session by null, which is no failure', async () => {
    const { bytes, stats, code } = await sent(spans, { beforeSend: () => null });
    expect([bytes, code]).toEqual(['', 0]);
    expect(stats).toMatchObject({ declined: 1, dropped: {} });
  });

  it.each<[string, () => never]>([
    ['throws', () => { throw new Error(CANARY); }],
    ['returns nothing', () => undefined as never],
    ['returns a promise', () => Promise.resolve({}) as never],
    ['returns a text', () => CANARY as never],
    ['returns a session without an id', () => ({ inputs: {} }) as never],
    ['returns a cycle', () => { const session: Record<string, unknown> = {}; session['inputs'] = session; return session as never; }],
  ])('that %s costs the session, and nothing leaves', async (_, beforeSend) => {
    const { bytes, stats, code } = await sent(spans, { beforeSend });
    expect([bytes, code]).toEqual(['', 1]);
    expect(stats).toMatchObject({ dropped: { before_send_failed: 1 } });
  });
});

describe('what is too large', () => {
  it('is trimmed to maxRequestBytes, wrapper included', async () => {
    const { bytes } = await sent([{ attributes: { 'input.value': 'x'.repeat(100_000), 'output.value': 'short', 'openinference.span.kind': 'LLM' } }], { maxRequestBytes: 20_000 });
    expect(Buffer.byteLength(bytes)).toBeLessThanOrEqual(20_000);
    expect(JSON.parse(bytes)).toMatchObject({ session: { outputs: { content: 'short' }, metadata: { trimmed: 1 } } });
  });

  it.each<[string, Record<string, unknown>]>([
    ['a data URL in an object', { honeyhive_inputs: JSON.stringify({ image: `data:image/png;base64,${'iVBORw0KGgo'.repeat(1_000)}` }) }],
    ['base64 beside its type', { honeyhive_inputs: JSON.stringify({ file: { mediaType: 'image/png', data: 'iVBORw0KGgo'.repeat(1_000) } }) }],
    ['base64 in JSON in a text', { honeyhive_inputs: JSON.stringify({ raw: JSON.stringify({ mime_type: 'image/png', data: 'iVBORw0KGgo'.repeat(1_000) }) }) }],
    ['a part of a chat', { 'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'blob', modality: 'image', mime_type: 'image/png', content: 'iVBORw0KGgo'.repeat(1_000) }] }]) }],
  ])('as media is replaced by type and size: %s', async (_, attributes) => {
    const { bytes } = await sent([{ attributes }]);
    expect(bytes).toMatch(/\[(image: )?image\/png, 8\d\d\d bytes\]/);
    expect(bytes.length).toBeLessThan(2_000);
  });

  it.each<[string, object]>([
    ['text beside its type', { mimeType: 'text/plain', text: 'x'.repeat(5_000) }],
    ['a word beside a format', { format: 'markdown', mediaType: 'none', text: 'x'.repeat(5_000) }],
    ['what stands around media', { note: 'x'.repeat(5_000), file: { mediaType: 'image/png', url: 'https://host/a.png' } }],
  ])('is no media: %s', async (_, inputs) => {
    const { bytes } = await sent([{ attributes: { honeyhive_inputs: JSON.stringify(inputs) } }]);
    expect(bytes).toContain('x'.repeat(5_000));
  });
});
