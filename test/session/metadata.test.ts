import { SpanKind } from '@opentelemetry/api';
import fc from 'fast-check';
import { PlanBook } from '../../src/conventions/plan.js';
import { families } from '../../src/conventions/families.js';
import type { JsonObject } from '../../src/session/session.js';
import { spanIdOf, traceIdOf } from '../span/make-span.js';
import { sessionOf, textOf, type TraceGiven } from './session-of.js';

const json = JSON.stringify;
const metadataOf = (given: TraceGiven): JsonObject => sessionOf(given).metadata!;

/** Metadata without what every session has. */
function saidBy(attributes: Record<string, unknown>, more: TraceGiven = {}): object {
  const { trace_id: _t, span_id: _s, span_name: _n, span_kind: _k, counts: _c, ...rest } = metadataOf({ ...more, attributes });
  return rest;
}

describe('the metadata of every session', () => {
  it('has ids, name, kind and counts', () => {
    expect(metadataOf({ id: 'i', trace: 't', name: 'n', kind: SpanKind.SERVER })).toEqual({
      trace_id: traceIdOf('t'),
      span_id: spanIdOf('i'),
      span_name: 'n',
      span_kind: 'SERVER',
      counts: { spans: 1, model_calls: 0, tool_calls: 0, failed_spans: 0 },
    });
  });

  it('has no name where the span has none', () => expect(metadataOf({ name: '' })).not.toHaveProperty('span_name'));
});

describe('attributes that no family knows', () => {
  it.each<[string, Record<string, unknown>, object]>([
    ['keep their names', { tier: 'gold' }, { tier: 'gold' }],
    ['are nested by their dots', { 'http.route': '/', 'http.response.status_code': 200 }, { http: { route: '/', response: { status_code: 200 } } }],
    ['keep their values', { a: [1, 2], b: true, c: { d: 'e' } }, { a: [1, 2], b: true, c: { d: 'e' } }],
    ['are not parsed', { a: '{"b":1}' }, { a: '{"b":1}' }],
    ['may hold anything', { n: NaN, i: -Infinity, u: new Uint8Array([1]), s: 'a\ud800', d: new Date(0) }, { n: 'NaN', i: '-Infinity', u: 'AQ==', s: 'a\ud800', d: '1970-01-01T00:00:00.000Z' }],
    ['may be called like methods', JSON.parse('{"__proto__":"a","constructor":"b","toString.c":"d"}') as Record<string, unknown>, JSON.parse('{"__proto__":"a","constructor":"b","toString":{"c":"d"}}') as object],
    ["of HoneyHive's own are kept too", { 'honeyhive.new_thing': 1 }, { honeyhive: { new_thing: 1 } }],
    ['of an AI family are kept too', { 'gen_ai.new_thing': 1 }, { gen_ai: { new_thing: 1 } }],
  ])('%s', (_, attributes, expected) => expect(JSON.parse(json(saidBy(attributes)))).toEqual(expected));

  it('of spans below the root are not sent', () => expect(textOf({ children: [{ attributes: { mine: 'SECRET' } }] })).not.toContain('SECRET'));
});

describe("names that are ours, or HoneyHive's", () => {
  const ours = ['error', 'error_type', 'error_stack', 'trace_id', 'span_id', 'span_name', 'span_kind', 'conversation_id', 'service', 'agent_name', 'tools', 'operation_name', 'usage', 'usage_of_root', 'counts', 'trimmed', 'redacted', 'attributes'];
  const computed = ['num_events', 'num_model_events', 'has_feedback', 'cost', 'total_tokens', 'prompt_tokens', 'completion_tokens', 'tool_name'];

  it.each([...ours, ...computed])("%s: the application's own goes to attributes", (name) => {
    // As an attribute, pydantic-ai's name for the agent.
    for (const key of name === 'agent_name' ? [`honeyhive_metadata.${name}`] : [name, `honeyhive_metadata.${name}`]) {
      const metadata = metadataOf({ attributes: { [key]: 'mine' } });
      expect(metadata['attributes']).toEqual({ [name]: 'mine' });
      if (computed.includes(name) || !(name in metadataOf({}))) expect(metadata).toEqual({ ...metadataOf({}), attributes: { [name]: 'mine' } });
    }
    expect(metadataOf({ attributes: { metadata: json({ [name]: 'mine' }) } })['attributes']).toEqual({ [name]: 'mine' });
    expect(metadataOf({ attributes: { [`${name}.deep`]: 'mine' } })['attributes']).toEqual({ [name]: { deep: 'mine' } });
  });

  it.each(computed)('%s is never sent by us', (name) => {
    const metadata = metadataOf({
      attributes: { 'gen_ai.usage.prompt_tokens': 1, 'gen_ai.usage.completion_tokens': 1, 'gen_ai.usage.total_tokens': 2, 'gen_ai.usage.cost': 1, 'gen_ai.tool.name': 't', 'honeyhive_feedback.rating': 1 },
    });
    expect(metadata).not.toHaveProperty(name);
  });

  it.each<[string, Record<string, unknown>, object]>([
    ['two that share a name stand together', { 'honeyhive_metadata.service.tier': 'a', 'service.owner': 'b' }, { service: { tier: 'a', owner: 'b' } }],
    ['three too', { metadata: json({ usage: { a: 1 } }), 'usage.b': 2, 'honeyhive.metadata.usage.c': 3 }, { usage: { a: 1, b: 2, c: 3 } }],
  ])('%s', (_, attributes, expected) => expect(metadataOf({ attributes })['attributes']).toEqual(expected));

  it('of the resource keep their place; the attribute goes to attributes', () => {
    const metadata = metadataOf({ attributes: { 'cloud.region': 'mine', 'deployment.id': 'mine too', 'honeyhive_metadata.deployment.stage': 'x' }, resource: { 'cloud.provider': 'aws', 'deployment.environment.name': 'prod' } });
    expect(metadata).toMatchObject({ cloud: { provider: 'aws' }, deployment: { environment: { name: 'prod' } } });
    expect(metadata['attributes']).toEqual({ cloud: { region: 'mine' }, deployment: { id: 'mine too', stage: 'x' } });
  });
});

describe('what families put into metadata', () => {
  it.each<[string, Record<string, unknown>, object]>([
    ['response', { 'gen_ai.response.model': 'm', 'gen_ai.response.id': 'r', 'gen_ai.response.finish_reasons': ['stop'] }, { response_model: 'm', response_id: 'r', finish_reasons: ['stop'] }],
    ['finish reasons as JSON', { 'gen_ai.response.finish_reasons': '["stop"]' }, { finish_reasons: ['stop'] }],
    ['a finish reason as text', { 'gen_ai.response.finish_reasons': 'stop' }, { finish_reasons: ['stop'] }],
    ['tags', { 'tag.tags': ['a', null, 'b'] }, { tags: ['a', 'b'] }],
    ['tags as JSON', { 'tag.tags': '["a"]' }, { tags: ['a'] }],
    ['OpenInference metadata', { metadata: json({ a: 1, b: { c: 2 } }) }, { a: 1, b: { c: 2 } }],
    ['OpenInference metadata that is empty', { metadata: '{}' }, {}],
    ["HoneyHive's fields", { 'honeyhive_metadata.a.b': 1, 'honeyhive.metadata.c': 'x' }, { a: { b: 1 }, c: 'x' }],
    ["HoneyHive's JSON", { honeyhive_metadata: json({ a: 1 }) }, { a: 1 }],
    ['nulls say nothing, names with dots are nested', { honeyhive_metadata: json({ a: null, 'b.c': 1 }) }, { b: { c: 1 } }],
    ["HoneyHive's experiment", { 'honeyhive.experiment_id': 'e', 'honeyhive.experiment_metadata.a': 1 }, { experiment_id: 'e', experiment_metadata: { a: 1 } }],
    ['ids as they are written', { 'gen_ai.response.id': '{"not":"parsed"}' }, { response_id: '{"not":"parsed"}' }],
    ['the more explicit one', { metadata: json({ a: 'OpenInference' }), 'honeyhive_metadata.a': 'own' }, { a: 'own' }],
    ['whichever stood first', { 'honeyhive_metadata.a': 'own', metadata: json({ a: 'OpenInference' }) }, { a: 'own' }],
  ])('%s', (_, attributes, expected) => expect(saidBy(attributes)).toEqual({ ...expected, ...operationOf(attributes) }));

  function operationOf(attributes: Record<string, unknown>): object {
    const metadata = metadataOf({ attributes });
    return 'operation_name' in metadata ? { operation_name: metadata['operation_name'] } : {};
  }

  it('come from the model call below where the root does not say', () => {
    expect(metadataOf({ children: [{ attributes: { 'gen_ai.request.model': 'm', 'gen_ai.response.model': 'm-1', 'gen_ai.response.finish_reasons': ['stop'] } }] })).toMatchObject({
      response_model: 'm-1',
      finish_reasons: ['stop'],
    });
  });
});

describe('identity in metadata', () => {
  it.each<[string, TraceGiven, object]>([
    ['the conversation', { attributes: { 'session.id': 's' } }, { conversation_id: 's' }],
    ['the conversation of a descendant', { children: [{ attributes: { 'session.id': 's' } }] }, { conversation_id: 's' }],
    ['a conversation that only a header names', { attributes: { 'http.request.header.x-session-id': ['h'] } }, { conversation_id: 'h' }],
    [
      'a header loses to what a descendant states, and is kept',
      { attributes: { 'http.request.header.x-session-id': ['h'] }, children: [{ attributes: { 'session.id': 's' } }] },
      { conversation_id: 's', http: { request: { header: { 'x-session-id': ['h'] } } } },
    ],
    ['ids that lost are kept', { attributes: { 'session.id': 'a', 'gen_ai.conversation.id': 'b' } }, { conversation_id: 'a', gen_ai: { conversation: { id: 'b' } } }],
    ['the agent of the root', { attributes: { 'gen_ai.agent.name': 'outer' }, children: [{ attributes: { 'gen_ai.agent.name': 'inner' } }] }, { agent_name: 'outer' }],
    ['the agent below', { children: [{ attributes: { 'gen_ai.agent.name': 'inner' } }] }, { agent_name: 'inner' }],
    ['the operation', { attributes: { 'gen_ai.operation.name': 'chat' } }, { operation_name: 'chat' }],
    ['the tools', { children: [{ id: 'a', attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' } }] }, { tools: ['search'] }],
    ['an explicit id that is no UUID', { attributes: { 'honeyhive.session_id': 'chat' } }, { honeyhive: { session_id: 'chat' } }],
  ])('%s', (_, given, expected) => expect(metadataOf(given)).toMatchObject(expected));

  it('an explicit id that is a UUID needs no repeating', () => {
    expect(metadataOf({ attributes: { 'honeyhive.session_id': '123E4567-e89b-12d3-a456-426614174000' } })).not.toHaveProperty('honeyhive');
  });
});

describe('usage and counts', () => {
  const chat = (tokens: number): Record<string, unknown> => ({ 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': tokens });

  it.each<[string, TraceGiven, unknown]>([
    ['of the root', { attributes: { 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.output_tokens': '7' } }, { input_tokens: 5, output_tokens: 7 }],
    ['of those below, added up', { children: [{ id: 'a', attributes: chat(5) }, { id: 'b', attributes: chat(6) }] }, { input_tokens: 11 }],
    ['of both, once', { attributes: chat(11), children: [{ id: 'a', attributes: chat(5) }, { id: 'b', attributes: chat(6) }] }, { input_tokens: 11 }],
    ['by modality', { attributes: { 'gen_ai.usage.audio.input_tokens': 5 } }, { audio: { input_tokens: 5 } }],
    ['of nobody', { attributes: { 'gen_ai.usage.input_tokens': NaN } }, undefined],
  ])('usage %s', (_, given, expected) => expect(metadataOf(given)['usage']).toEqual(expected));

  it.each<[string, TraceGiven, object]>([
    ['a root that calls a model', { attributes: chat(1) }, { spans: 1, model_calls: 1 }],
    ['a call written twice', { attributes: chat(1), children: [{ attributes: chat(1) }] }, { spans: 2, model_calls: 1 }],
    ['a tool', { attributes: { 'gen_ai.operation.name': 'execute_tool' } }, { tool_calls: 1 }],
    ['failures', { error: 'x', children: [{ error: 'y' }] }, { failed_spans: 2 }],
    ['attributes that the SDK dropped', { droppedAttributes: 7 }, { dropped_attributes: 7 }],
  ])('counts %s', (_, given, expected) => expect(metadataOf(given)['counts']).toMatchObject(expected));

  it('do not mention what was not dropped', () => expect(metadataOf({})['counts']).not.toHaveProperty('dropped_attributes'));
});

describe('what is never sent', () => {
  it.each([
    'client.address',
    'client.port',
    'client.socket.address',
    'server.address',
    'server.port',
    'source.address',
    'destination.address',
    'network.peer.address',
    'network.peer.port',
    'network.local.address',
    'net.peer.ip',
    'net.host.name',
    'host.name',
    'user_agent.original',
    'http.user_agent',
    'http.client_ip',
    'http.host',
    'http.request.header.user-agent',
    'http.request.header.x-forwarded-for',
    'http.request.header.forwarded',
    'http.request.header.x-real-ip',
    'process.command',
    'process.command_args',
    'process.command_line',
    'process.owner',
  ])('%s', (key) => {
    const given = { 'gen_ai.prompt': 'q', [key]: ['SECRET'] };
    expect(textOf({ attributes: given, children: [{ attributes: given }] })).not.toContain('SECRET');
  });
});

describe('a value that no family knows', () => {
  const book = new PlanBook(families);

  it('is found again, under whatever name', () => {
    const segment = fc.oneof(fc.constantFrom('a', 'b', '0', 'error', 'usage', 'service', 'http', '__proto__', 'attributes', 'counts'), fc.string({ maxLength: 5 }));
    const key = fc
      .array(segment, { minLength: 1, maxLength: 4 })
      .map((segments) => segments.join('.'))
      .filter((name) => book.planFor(name).target === 'unknown');
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 10 }), (keys) => {
        const attributes = Object.fromEntries(keys.map((name, index) => [name, `value ${index};`]));
        const text = textOf({ attributes, resource: { 'service.name': 's' } });
        keys.forEach((_, index) => expect(text).toContain(`value ${index};`));
      }),
      { numRuns: 300 },
    );
  });
});
