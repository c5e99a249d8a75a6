import { finishSession } from '../../src/session/finish-session.js';
import type { Session } from '../../src/session/session.js';
import { settings } from '../support/replay.js';
import { factsOf } from './session-of.js';

const json = JSON.stringify;

/** What is sent of a root with these attributes. */
function sent(attributes: Record<string, unknown>): Session {
  const finished = finishSession(factsOf({ attributes }), { ...settings, redaction: 'credentials', maxRequestBytes: 1e6 });
  if (finished.kind !== 'text') throw new Error(finished.kind);
  return JSON.parse(finished.text) as Session;
}

describe('the second span of a shape, which is printed by a plan', () => {
  it.each<[string, Record<string, unknown>, Partial<Session>]>([
    ['settings', { 'gen_ai.request.model': 'm', 'gen_ai.request.temperature': 0.5, 'gen_ai.request.stop_sequences': ['a'] }, { config: { model: 'm', temperature: 0.5, stop_sequences: ['a'] } }],
    ['settings with dotted names', { 'honeyhive_config.a.b': 1, 'honeyhive_config.a.c': 'x', 'honeyhive_config.l.0': true }, { config: { a: { b: 1, c: 'x' }, l: [true] } }],
    ['a setting that is JSON', { 'honeyhive_config.a': json({ b: [1] }), 'honeyhive_config.c': 1 }, { config: { a: { b: [1] }, c: 1 } }],
    ['a setting that is a list of JSON', { 'ai.prompt.tools': [json({ name: 't' })], 'ai.model.id': 'm' }, { config: { tools: [{ name: 't' }], model: 'm' } }],
    ['a setting that is no number', { 'gen_ai.request.model': 'm', 'gen_ai.request.seed': Number.NaN }, { config: { model: 'm', seed: 'NaN' } }],
    ['a credential among settings', { 'honeyhive_config.model': 'm', 'honeyhive_config.nested.api_key': 'hunter2' }, { config: { model: 'm', nested: { api_key: '[redacted]' } } }],
    ['instructions beside settings', { 'gen_ai.request.model': 'm', 'gen_ai.system_instructions': 'be brief' }, { config: { model: 'm', system_instructions: 'be brief' } }],
    ['metadata', { 'gen_ai.response.model': 'm-1', 'gen_ai.response.finish_reasons': 'stop' }, { metadata: { response_model: 'm-1', finish_reasons: ['stop'] } }],
    ['metadata with a name that is ours', { 'honeyhive_metadata.error': 'e', 'honeyhive_metadata.a': 1 }, { metadata: { a: 1, attributes: { error: 'e' } } }],
    ['metadata with the name of a loose field', { 'honeyhive_metadata.mine': 1, 'mine.a': 2 }, { metadata: { mine: 1, attributes: { mine: { a: 2 } } } }],
    ['a credential in metadata', { 'honeyhive_metadata.password': 'hunter2', 'honeyhive_metadata.a': 1 }, { metadata: { password: '[redacted]', a: 1 } }],
  ])('is sent as the first one was: %s', (_, attributes, expected) => {
    const first = sent(attributes);
    expect(first).toMatchObject(expected);
    for (let more = 0; more < 2; more += 1) expect(sent(attributes)).toEqual(first);
  });
});
