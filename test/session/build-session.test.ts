import { SpanKind } from '@opentelemetry/api';
import type { JsonObject } from '../../src/session/session.js';
import { EPOCH, traceIdOf } from '../span/make-span.js';
import { sessionOf, type TraceGiven } from './session-of.js';
import { uuidsOf } from './uuids.js';

const json = JSON.stringify;
const UUID = '123e4567-e89b-12d3-a456-426614174000';
const [ofTrace, ofChat, ofConversation] = uuidsOf([traceIdOf('trace'), 'chat', 'conversation']) as [string, string, string];

const question = [{ role: 'user', content: 'q' }];
const CHAT = { 'gen_ai.operation.name': 'chat', 'gen_ai.input.messages': json(question), 'gen_ai.output.messages': json([{ role: 'assistant', content: 'a' }]) };

describe('a session', () => {
  it('has all of its fields, for a request that asked a model', () => {
    const session = sessionOf(
      {
        name: 'POST',
        kind: SpanKind.SERVER,
        start: 7,
        end: 57,
        attributes: { 'http.request.method': 'POST', 'http.route': '/chat', 'user.id': 'u' },
        resource: { 'service.name': 'shop', 'deployment.environment.name': 'staging' },
        children: [{ attributes: { ...CHAT, 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3, 'session.id': 's' } }],
      },
      { project: 'p' },
    );
    expect(session).toEqual({
      session_id: ofTrace,
      session_name: 'POST /chat',
      event_name: 'POST /chat',
      source: 'staging',
      start_time: EPOCH + 7,
      end_time: EPOCH + 57,
      duration: 50,
      config: { model: 'm' },
      inputs: { chat_history: question },
      outputs: { role: 'assistant', content: 'a' },
      user_properties: { user_id: 'u' },
      metadata: expect.objectContaining({ conversation_id: 's', usage: { input_tokens: 3 } }) as JsonObject,
      project: 'p',
    });
  });

  it('leaves out what there is nothing to say about', () => {
    expect(Object.keys(sessionOf({})).sort()).toEqual(['duration', 'end_time', 'event_name', 'metadata', 'session_id', 'session_name', 'source', 'start_time']);
  });

  it.each<[string, TraceGiven]>([
    ['an empty bucket', { attributes: { honeyhive_inputs: '{}', honeyhive_outputs: '{}', honeyhive_config: '{}', honeyhive_user_properties: '{}' } }],
    ['messages that say nothing', { attributes: { 'gen_ai.input.messages': '[{"role":"user","content":[]}]' } }],
  ])('leaves out %s', (_, given) => {
    for (const field of ['inputs', 'outputs', 'config', 'user_properties']) expect(sessionOf(given)).not.toHaveProperty(field);
  });
});

describe('the times of a session', () => {
  it('are those of its root, whenever its descendants ran', () => {
    expect(sessionOf({ start: 10, end: 20, children: [{ start: 0, end: 90 }] })).toMatchObject({ start_time: EPOCH + 10, end_time: EPOCH + 20, duration: 10 });
  });

  it('are never before their start', () => expect(sessionOf({ start: 10, end: 5 })).toMatchObject({ start_time: EPOCH + 10, end_time: EPOCH + 10, duration: 0 }));
});

describe('the source of a session', () => {
  const resource = { 'deployment.environment.name': 'resource' };
  const own = { 'honeyhive.source': 'attribute' };

  it.each<[string, string, Parameters<typeof sessionOf>]>([
    ["HoneyHive's attribute", 'attribute', [{ attributes: own, resource }, { source: 'option', nodeEnvironment: 'node' }]],
    ['the option', 'option', [{ resource }, { source: 'option', nodeEnvironment: 'node' }]],
    ['the resource', 'resource', [{ resource }, { nodeEnvironment: 'node' }]],
    ['the resource, by its old name', 'old', [{ resource: { 'deployment.environment': 'old' } }, { nodeEnvironment: 'node' }]],
    ['NODE_ENV', 'node', [{}, { nodeEnvironment: 'node' }]],
    ['nobody', 'unknown', [{}]],
  ])('is that of %s', (_, source, given) => expect(sessionOf(...given).source).toBe(source));
});

describe('the id of a session', () => {
  it.each<[string, string, Parameters<typeof sessionOf>]>([
    ['the trace', ofTrace, [{}]],
    ['an explicit UUID', UUID, [{ attributes: { 'honeyhive.session_id': UUID.toUpperCase() } }]],
    ['an explicit text', ofChat, [{ attributes: { 'honeyhive.session_id': 'chat' } }]],
    ['the other spelling', ofChat, [{ attributes: { honeyhive_session_id: 'chat' } }]],
    ['a descendant', UUID, [{ children: [{ attributes: { 'honeyhive.session_id': UUID } }] }]],
    ['the root, although a descendant names another', ofChat, [{ attributes: { 'honeyhive.session_id': 'chat' }, children: [{ attributes: { 'honeyhive.session_id': UUID } }] }]],
    [
      'the shallowest descendant, then the earliest',
      ofChat,
      [
        {
          children: [
            { id: 'deep', parent: 'b', start: 1, attributes: { 'honeyhive.session_id': 'deep' } },
            { id: 'b', start: 5, attributes: { 'honeyhive.session_id': 'late' } },
            { id: 'c', start: 3, attributes: { 'honeyhive.session_id': 'chat' } },
          ],
        },
      ],
    ],
    ['no conversation, by default', ofTrace, [{ attributes: { 'session.id': 'conversation' } }]],
    ['the conversation, where it is the session', ofConversation, [{ attributes: { 'session.id': 'conversation' } }, { sessionScope: 'conversation' }]],
    ['the conversation of a descendant', ofConversation, [{ children: [{ attributes: { 'session.id': 'conversation' } }] }, { sessionScope: 'conversation' }]],
    ['an explicit id before the conversation', ofChat, [{ attributes: { 'session.id': 'conversation', 'honeyhive.session_id': 'chat' } }, { sessionScope: 'conversation' }]],
    ['the trace where there is no conversation', ofTrace, [{}, { sessionScope: 'conversation' }]],
  ])('is that of %s', (_, id, given) => expect(sessionOf(...given).session_id).toBe(id));

  it('of a root below another process is its own', () => {
    const [first, second] = ['a', 'b'].map((id) => sessionOf({ id, remoteParent: 'elsewhere' }).session_id);
    expect(first).not.toBe(second);
    expect([first, second]).not.toContain(ofTrace);
    expect(sessionOf({ id: 'a', remoteParent: 'elsewhere' }).session_id).toBe(first);
  });
});

describe('inputs and outputs', () => {
  const CHAIN = { 'openinference.span.kind': 'CHAIN', 'input.value': json({ messages: question }) };

  it.each<[string, TraceGiven, unknown, unknown]>([
    ["the root's own", { attributes: { 'honeyhive_inputs.q': 1, 'honeyhive_outputs.a': 2 }, children: [{ attributes: CHAT }] }, { q: 1 }, { a: 2 }],
    ['one of the root, one from below', { attributes: { 'honeyhive_inputs.q': 1 }, children: [{ attributes: CHAT }] }, { q: 1 }, { role: 'assistant', content: 'a' }],
    ['from below', { children: [{ attributes: CHAT }] }, { chat_history: question }, { role: 'assistant', content: 'a' }],
    ['from below where those of the root say nothing', { attributes: { 'input.value': '{}', 'output.value': '{}' }, children: [{ attributes: CHAT }] }, { chat_history: question }, { role: 'assistant', content: 'a' }],
    ['no answer from below that is the question', { children: [{ attributes: { ...CHAIN, 'output.value': json({ messages: question }) } }] }, { chat_history: question }, undefined],
    ["the root's own question as its output", { attributes: { ...CHAIN, 'output.value': json({ messages: question }) } }, { chat_history: question }, question[0]],
    ['from below an object with the role of a user', { children: [{ attributes: { ...CHAIN, 'output.value': '{"role":"user","id":1}' } }] }, { chat_history: question }, { role: 'user', id: 1 }],
    ['JSON of the root as it is', { attributes: { honeyhive_inputs: json({ a: [1], b: null, c: 'x' }) } }, { a: [1], b: null, c: 'x' }, undefined],
  ])('%s', (_, given, inputs, outputs) => expect([sessionOf(given).inputs, sessionOf(given).outputs]).toEqual([inputs, outputs]));
});

describe('who the session was for', () => {
  it.each<[string, TraceGiven, object]>([
    ['a user', { attributes: { 'user.id': 'u', 'user.email': 'e', 'user.roles': ['admin'] } }, { user_id: 'u', email: 'e', roles: ['admin'] }],
    ['a number', { attributes: { 'user.id': 42 } }, { user_id: '42' }],
    ['an end user', { attributes: { 'enduser.id': 'u', 'enduser.role': 'r', 'enduser.scope': 's' } }, { user_id: 'u', role: 'r', scope: 's' }],
    ["HoneyHive's fields", { attributes: { 'honeyhive_user_properties.plan': 'pro', 'honeyhive.user_properties.age': 5, honeyhive_user_id: 'u' } }, { plan: 'pro', age: 5, user_id: 'u' }],
    ["HoneyHive's JSON", { attributes: { honeyhive_user_properties: json({ plan: 'pro', a: { b: 1 } }) } }, { plan: 'pro', a: { b: 1 } }],
    ["HoneyHive's JSON goes before the rest", { attributes: { 'user.name': 'general', honeyhive_user_properties: json({ name: 'own' }) } }, { name: 'own' }],
    ['a descendant', { children: [{ attributes: { 'user.id': 'u' } }] }, { user_id: 'u' }],
    ['the root before a descendant', { attributes: { 'user.id': 'outer' }, children: [{ attributes: { 'user.id': 'inner', 'user.email': 'e' } }] }, { user_id: 'outer', email: 'e' }],
    ['a header', { attributes: { 'http.request.header.x-user-id': ['h'] } }, { user_id: 'h' }],
    ['a descendant before a header', { attributes: { 'http.request.header.x-user-id': ['h'] }, children: [{ attributes: { 'user.id': 'u' } }] }, { user_id: 'u' }],
    ['__proto__', { attributes: { 'honeyhive_user_properties.__proto__': 'x' } }, JSON.parse('{"__proto__":"x"}') as object],
  ])('%s', (_, given, expected) => expect(sessionOf(given).user_properties).toEqual(expected));
});

describe('the error of a session', () => {
  const errorOf = (given: TraceGiven): unknown[] => {
    const { error, error_type: type, error_stack: stack } = sessionOf(given).metadata!;
    return [error, type, stack];
  };
  const exception = { name: 'exception', attributes: { 'exception.type': 'E', 'exception.message': 'thrown', 'exception.stacktrace': 'E: thrown\n at x' } };

  it.each<[string, TraceGiven, unknown[]]>([
    ['none on success', { children: [{ error: 'recovered' }] }, [undefined, undefined, undefined]],
    ['none on a handled exception', { events: [exception] }, [undefined, undefined, undefined]],
    ['the status', { error: 'status' }, ['status', undefined, undefined]],
    ['the exception', { error: '', events: [exception] }, ['thrown', 'E', 'E: thrown\n at x']],
    ['status and exception', { error: 'status', events: [exception] }, ['status', 'E', 'E: thrown\n at x']],
    ['error.type alone', { attributes: { 'error.type': 'TimeoutError' } }, ['TimeoutError', 'TimeoutError', undefined]],
    ['what failed below, where the root says nothing', { error: '', children: [{ error: 'inner', events: [exception] }] }, ['inner', 'E', 'E: thrown\n at x']],
    ['what failed below goes before the HTTP status', { error: '', attributes: { 'http.response.status_code': 500 }, children: [{ error: 'inner' }] }, ['inner', undefined, undefined]],
    ['the HTTP status', { error: '', attributes: { 'http.response.status_code': 500 } }, ['HTTP 500', undefined, undefined]],
    ['the HTTP status goes before a type', { error: '', attributes: { 'http.response.status_code': 500, 'error.type': '500' } }, ['HTTP 500', '500', undefined]],
    ['the RPC status', { error: '', attributes: { 'rpc.grpc.status_code': 14 } }, ['RPC 14', undefined, undefined]],
    ['a failure without a word', { error: '' }, ['failed without a message', undefined, undefined]],
    ["HoneyHive's attribute", { error: 'status', attributes: { honeyhive_error: 'own', honeyhive_error_type: 'T' } }, ['own', 'T', undefined]],
    ["HoneyHive's attribute alone", { attributes: { 'honeyhive.error': 'own' } }, ['own', undefined, undefined]],
    ["HoneyHive's attribute below", { error: '', children: [{ attributes: { honeyhive_error: 'own' } }] }, ['own', undefined, undefined]],
  ])('%s', (_, given, expected) => expect(errorOf(given)).toEqual(expected));
});
