import { HoneyHiveSessionExporter, type HoneyHiveOptions } from '../../src/index.js';
import type { StoredEvent } from '../../src/local/stored-event.js';
import { uuidOf } from '../../src/session/uuid.js';
import { closeServers, json, type SeenRequest, serve, type TestServer } from '../delivery/support/http-server.js';
import { forgetWarnings } from '../delivery/support/settings.js';
import { type Answer, call } from '../local/client.js';
import { EPOCH, makeSpan, type SpanGiven, traceIdOf } from '../span/make-span.js';
import { type Hive, startHive } from '../support/hive.js';
import { exportOf } from '../support/otel.js';

let hive: Hive;
const exporters: HoneyHiveSessionExporter[] = [];

beforeEach(async () => {
  forgetWarnings();
  hive = await startHive();
});

afterEach(async () => {
  for (const exporter of exporters.splice(0)) await exporter.shutdown();
  await closeServers();
  await hive.close();
  jest.restoreAllMocks();
});

function exporterTo(url: string, options: HoneyHiveOptions = {}): HoneyHiveSessionExporter {
  const exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url, maxConcurrency: 1, ...options });
  exporters.push(exporter);
  return exporter;
}

/** A turn of a chat. */
function turn(question: string, answer: string, more: SpanGiven & { attributes?: Record<string, unknown> } = {}): SpanGiven {
  const chat = (role: string, content: string): string => JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.input.messages': chat('user', question),
    'gen_ai.output.messages': chat('assistant', answer),
    'user.id': 'u1',
    ...more.attributes,
  };
  return { ...more, attributes };
}

/** What the server was asked, in order. */
const verbs = (): string[] => hive.arrivals.map(({ verb }) => verb);

/** What the local HoneyHive answers to a request that another server got. */
const answerTo = ({ method, path, body }: SeenRequest): Promise<Answer> => call(hive.url + path, method, body);

type Fault = 'lost answer' | 503;

/** A server before the local HoneyHive that lets the nth request fail. */
async function relay(faulty: number, fault: Fault): Promise<TestServer> {
  return serve((request, response, nth) => {
    if (nth === faulty && fault === 503) return json(response, 503, {});
    return void answerTo(request).then(({ status, body }) => (nth === faulty ? request.socket.destroy() : json(response, status, body)));
  });
}

describe('a session that is new', () => {
  it('is one request', async () => {
    const exporter = exporterTo(hive.url);
    expect(await exportOf(exporter, [makeSpan(turn('q', 'a')), makeSpan({ trace: 'plain' })])).toEqual({ code: 0 });
    expect(verbs()).toEqual(['new', 'new']);
    expect(exporter.stats()).toMatchObject({ accepted: 2, delivered: 2, merged: 0, incomplete: 0 });
  });

  it('is one request through /v1/sessions too', async () => {
    await exportOf(exporterTo(hive.url, { api: 'v1' }), [makeSpan(turn('q', 'a'))]);
    expect(verbs()).toEqual(['new']);
  });

  it('and whose answer was lost is ours when it is tried again: there is nothing to complete', async () => {
    const server = await relay(1, 'lost answer');
    const exporter = exporterTo(server.url);
    expect(await exportOf(exporter, [makeSpan(turn('q', 'a'))])).toEqual({ code: 0 });
    expect(verbs()).toEqual(['new', 'merged']);
    expect(exporter.stats()).toMatchObject({ accepted: 1, delivered: 1, merged: 0 });
    expect(hive.sessions()[0]!.metadata).not.toHaveProperty('inputs');
  });
});

describe('a session that the OTLP route has made before', () => {
  const id = uuidOf(traceIdOf('trace'));
  const span = makeSpan(turn('Where is it?', 'Here.', { name: 'ask', attributes: { 'honeyhive_metrics.quality': 0.9 } }));

  async function preCreate(more: object): Promise<void> {
    await call(`${hive.url}/session/start`, 'POST', { session: { session_id: id, session_name: 'Session', source: 'otlp', ...more } });
    // What we did not send ourselves is not held to our contract.
    hive.takeViolations();
  }

  it.each<[string, object]>([
    ['with times of its own', { start_time: EPOCH + 5, end_time: EPOCH + 7 }],
    ['long after', { start_time: EPOCH + 60_000, end_time: EPOCH + 60_000 }],
    ['with the very name and times of the root', { session_name: 'ask', event_name: 'ask', start_time: EPOCH, end_time: EPOCH + 100, duration: 100 }],
  ])('%s is completed by one update', async (_, more) => {
    await preCreate(more);
    const exporter = exporterTo(hive.url);
    expect(await exportOf(exporter, [span])).toEqual({ code: 0 });
    expect(verbs()).toEqual(['new', 'merged', 'updated']);
    expect(hive.session(id)).toMatchObject({
      source: 'otlp',
      inputs: {},
      outputs: { role: 'assistant', content: 'Here.' },
      config: { model: 'gpt-4o' },
      metadata: { inputs: { chat_history: [{ role: 'user', content: 'Where is it?' }] }, span_name: 'ask' },
      user_properties: { user_id: 'u1' },
      metrics: { quality: 0.9 },
      end_time: EPOCH + 100,
      duration: 100,
    });
    expect(exporter.stats()).toMatchObject({ accepted: 1, delivered: 1, merged: 1, incomplete: 0, rejected: {}, queued: 0 });
  });

  it.each<[Fault]>([[503], ['lost answer']])('is completed after a %s to the update, and counted as one delivery', async (fault) => {
    await preCreate({ start_time: EPOCH + 5, end_time: EPOCH + 7 });
    const server = await relay(2, fault);
    const exporter = exporterTo(server.url);
    expect(await exportOf(exporter, [span])).toEqual({ code: 0 });
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'PUT', 'POST', 'PUT']);
    expect(hive.session(id)).toMatchObject({ outputs: { content: 'Here.' }, metrics: { quality: 0.9 }, duration: 100 });
    expect(exporter.stats()).toMatchObject({ accepted: 1, delivered: 1, merged: 1, queued: 0 });
  });

  it.each([400, 401, 403, 422])('and whose update is refused with %d is delivered, and said to be incomplete, without a pause', async (status) => {
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    await preCreate({ start_time: EPOCH + 5, end_time: EPOCH + 7 });
    const server = await serve((request, response) => {
      if (request.method === 'PUT') return json(response, status, { message: 'Where is it? hh_test' });
      return void answerTo(request).then((answer) => json(response, answer.status, answer.body));
    });
    const exporter = exporterTo(server.url);
    const result = await exportOf(exporter, [span]);
    expect(result).toMatchObject({ code: 1, error: { name: 'SessionExportError', message: expect.stringContaining('1 sessions delivered, 1 of them without the update') } });
    expect(exporter.stats()).toMatchObject({ accepted: 1, delivered: 1, merged: 1, incomplete: 1, rejected: {}, queued: 0, pausedUntil: undefined });
    expect(exporter.stats().lastError?.message).toContain(`HTTP ${status}`);
    expect(warnings.mock.calls.map(([, options]) => (options as unknown as { code: string }).code)).toEqual(['HONEYHIVE_UPDATE_REFUSED']);
    expect(JSON.stringify([result.error?.message, exporter.stats(), warnings.mock.calls])).not.toMatch(/Where is it|hh_test/);
    expect(server.requests).toHaveLength(2);
  });

  it.each([404, 405, 410])('is completed on the older route of a server that answers %d to the newer one, and the next one there at once', async (status) => {
    await preCreate({ start_time: EPOCH + 5, end_time: EPOCH + 7 });
    const server = await serve((request, response) => {
      if (request.path.startsWith('/v1/')) return void response.writeHead(status).end('<html>');
      return void answerTo(request).then((answer) => json(response, answer.status, answer.body));
    });
    const exporter = exporterTo(server.url);
    await exportOf(exporter, [span]);
    await exportOf(exporter, [span]);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /session/start', `PUT /v1/events/${id}`, 'PUT /events', 'POST /session/start', 'PUT /events']);
    expect(hive.session(id)).toMatchObject({ outputs: { content: 'Here.' }, metrics: { quality: 0.9 } });
    expect(exporter.stats()).toMatchObject({ delivered: 2, merged: 2, incomplete: 0 });
  });

  it('is left as it is by a server that answers an id alone', async () => {
    const server = await serve((_, response) => json(response, 200, { session_id: id }));
    const exporter = exporterTo(server.url);
    expect(await exportOf(exporter, [makeSpan(turn('q', 'a'))])).toEqual({ code: 0 });
    expect(server.requests).toHaveLength(1);
    expect(exporter.stats()).toMatchObject({ delivered: 1, merged: 0 });
  });
});

describe.each<[string, SpanGiven['attributes'], HoneyHiveOptions, string]>([
  ['an explicit id', { 'honeyhive.session_id': 'my chat' }, {}, uuidOf('my chat')],
  ['a conversation', { 'gen_ai.conversation.id': 'my chat' }, { sessionScope: 'conversation' }, uuidOf('my chat')],
])('roots that share a session by %s', (_, attributes, options, id) => {
  const first = turn('Hello?', 'Hi.', { trace: 'a', id: 'a', name: 'turn', start: 0, end: 100, attributes: { ...attributes, 'app.first': true } });
  const second = turn('How are you?', 'Fine.', { trace: 'b', id: 'b', name: 'turn', start: 1_000, end: 1_300, attributes: { ...attributes, 'app.second': true } });

  function expectWhole(session: StoredEvent | undefined): void {
    expect(JSON.stringify(session)).toMatch(/Hello\?/);
    expect(JSON.stringify(session)).toMatch(/How are you\?/);
    expect(session).toMatchObject({ outputs: { content: 'Fine.' }, end_time: EPOCH + 1_300, metadata: { app: expect.anything() } });
  }

  it('have the question of the first, the answer of the last, and its end', async () => {
    const exporter = exporterTo(hive.url, options);
    expect(await exportOf(exporter, [makeSpan(first), makeSpan(second)])).toEqual({ code: 0 });
    expect(hive.sessions()).toHaveLength(1);
    expectWhole(hive.session(id));
    expect(hive.session(id)).toMatchObject({ start_time: EPOCH, duration: 1_300, inputs: { chat_history: [{ content: 'Hello?' }] }, metadata: { inputs: { chat_history: [{ content: 'How are you?' }] } } });
    expect(exporter.stats()).toMatchObject({ accepted: 2, delivered: 2, merged: 1 });
  });

  it('have that too when the last one arrives first', async () => {
    const exporter = exporterTo(hive.url, options);
    expect(await exportOf(exporter, [makeSpan(second), makeSpan(first)])).toEqual({ code: 0 });
    expectWhole(hive.session(id));
    expect(exporter.stats()).toMatchObject({ delivered: 2, merged: 1 });
  });

  it('have the answer of the last also when all are on their way together, whichever comes first', async () => {
    for (const order of [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [3, 5, 1, 2, 4]]) {
      // Answers are late by less and less, so that updates would overtake one another.
      const server = await serve((request, response, nth) => {
        setTimeout(() => void answerTo(request).then(({ status, body }) => json(response, status, body)), Math.max(0, 60 - nth * 6));
      });
      const exporter = exporterTo(server.url, { ...options, maxConcurrency: 8 });
      const chat = `chat ${order.join('')}`;
      const own = Object.fromEntries(Object.keys(attributes!).map((key) => [key, chat]));
      const roots = order.map((nth) => makeSpan(turn(`question ${nth}`, `answer ${nth}`, { trace: chat + nth, start: nth, end: nth * 100, attributes: own })));
      expect(await exportOf(exporter, roots)).toEqual({ code: 0 });
      expect(hive.session(uuidOf(chat))).toMatchObject({ outputs: { content: 'answer 5' }, end_time: EPOCH + 500 });
      expect(exporter.stats()).toMatchObject({ delivered: 5, merged: 4, incomplete: 0 });
    }
  });

  it('and started in the same millisecond are told apart', async () => {
    const exporter = exporterTo(hive.url, options);
    await exportOf(exporter, [makeSpan(first), makeSpan({ ...second, start: 0, end: 400 })]);
    expect(hive.session(id)).toMatchObject({ outputs: { content: 'Fine.' } });
    expect(exporter.stats()).toMatchObject({ merged: 1 });
  });
});

describe('scores and feedback', () => {
  const scored = makeSpan(turn('q', 'a', { attributes: { 'honeyhive_metrics.quality': 0.9, honeyhive_feedback: JSON.stringify({ rating: 5, comment: 'good' }) } }));
  const scores = { metrics: { quality: 0.9 }, feedback: { rating: 5, comment: 'good' } };

  it.each<[string, HoneyHiveOptions]>([
    ['/session/start', {}],
    ['/v1/sessions', { api: 'v1' }],
  ])('are real ones, by one update after %s, counted as one delivery', async (_, options) => {
    const exporter = exporterTo(hive.url, options);
    expect(await exportOf(exporter, [scored])).toEqual({ code: 0 });
    expect(verbs()).toEqual(['new', 'updated']);
    expect(hive.sessions()[0]).toMatchObject({ ...scores, inputs: { chat_history: [{ content: 'q' }] }, outputs: { content: 'a' } });
    expect(hive.sessions()[0]!.metadata).not.toHaveProperty('metrics');
    expect(hive.sessions()[0]!.metadata).not.toHaveProperty('feedback');
    expect(exporter.stats()).toMatchObject({ accepted: 1, delivered: 1, merged: 0 });
  });

  it('are seen and changed by beforeSend, wherever it puts them', async () => {
    const beforeSend: HoneyHiveOptions['beforeSend'] = ({ metrics, ...session }) => ({ ...session, metrics: { ...metrics, checked: true } });
    await exportOf(exporterTo(hive.url, { beforeSend }), [scored]);
    expect(hive.sessions()[0]).toMatchObject({ ...scores, metrics: { quality: 0.9, checked: true } });
  });

  it('are given to a session that had none by beforeSend', async () => {
    await exportOf(exporterTo(hive.url, { beforeSend: (session) => ({ ...session, feedback: { rating: 1 } }) }), [makeSpan()]);
    expect(hive.sessions()[0]).toMatchObject({ feedback: { rating: 1 } });
  });

  it('are redacted like everything else', async () => {
    await exportOf(exporterTo(hive.url), [makeSpan({ attributes: { honeyhive_feedback: JSON.stringify({ comment: 'Bearer abcdefghijklmnop123', password: 'hunter2' }) } })]);
    expect(hive.sessions()[0]).toMatchObject({ feedback: { comment: 'Bearer [redacted]', password: '[redacted]' } });
  });

  it('come again after an error of the server', async () => {
    const server = await relay(2, 503);
    const exporter = exporterTo(server.url);
    expect(await exportOf(exporter, [scored])).toEqual({ code: 0 });
    expect(verbs()).toEqual(['new', 'merged', 'updated']);
    expect(hive.sessions()[0]).toMatchObject(scores);
    expect(exporter.stats()).toMatchObject({ accepted: 1, delivered: 1, merged: 0 });
  });
});
