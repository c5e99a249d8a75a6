import { SpanKind } from '@opentelemetry/api';
import fc from 'fast-check';
import { partScores } from '../../src/delivery/scores.js';
import { knownKeys } from '../conventions/known-keys.js';
import { deepFreeze, type SpanGiven } from '../span/make-span.js';
import { violationsOf } from '../support/hive.js';
import { canonical } from './canonical.js';
import { sessionOf, textOf, type TraceGiven } from './session-of.js';
import { wearIn } from './content/wear-in.js';

/** Whatever instrumentations and applications may write; `properties` of it must hold for all. */

const HOSTILE = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', '', '.', '..', 'a.', '.a', 'error', 'usage', 'attributes', 'session_id', 'length', '0', '1.0', 'a\ud800', 'chat_history', 'role'];

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', '{}', '[]', '""', 'null', '{"a":', '[{', '[[[]]]', '\ud800', '123e4567-e89b-12d3-a456-426614174000', 'chat', 'LLM', 'TOOL', '{"__proto__":{"a":1}}', '{"constructor":1}', '-5', 'NaN'),
  fc.json(),
  // Nearly chats.
  fc
    .array(
      fc.record(
        {
          role: fc.constantFrom<unknown>('user', 'assistant', 'tool', 'model', 5, null),
          type: fc.constantFrom<unknown>('human', 'text', 'constructor', 1),
          content: fc.anything({ maxDepth: 2 }),
          parts: fc.array(fc.record({ type: fc.constantFrom('text', 'tool_call', 'tool_call_response', 'image', 'reasoning', 'other'), content: fc.anything({ maxDepth: 1 }), name: fc.anything({ maxDepth: 0 }) }, { requiredKeys: [] })),
          tool_calls: fc.anything({ maxDepth: 2 }),
          name: fc.anything({ maxDepth: 0 }),
          id: fc.constantFrom<unknown>('c', ['x', 'HumanMessage'], ['constructor'], []),
          lc: fc.constantFrom(1),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 3 },
    )
    .chain((messages) => fc.constantFrom(messages, { messages }, { choices: messages }, { output: messages, system: messages }, [messages]))
    .map((value) => JSON.stringify(value, (_, entry: unknown) => (typeof entry === 'bigint' ? String(entry) : entry)) ?? ''),
);

/** As SDK 1.30 and 2 let attributes be, and as SDK 3 does. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 2, arbitrary: fc.oneof(fc.double(), fc.integer(), fc.constantFrom(NaN, Infinity, -Infinity, -0, -5, 2 ** 60)) },
  fc.boolean(),
  fc.array(fc.oneof(text, fc.constant(null), fc.constant(undefined)), { maxLength: 4 }),
  fc.array(fc.double(), { maxLength: 4 }),
  fc.uint8Array({ maxLength: 8 }),
  fc.anything({ maxDepth: 3, withDate: true, withTypedArray: true, withBigInt: true, withNullPrototype: true, withSparseArray: true }),
);

const known = fc.constantFrom(...knownKeys.map(({ key }) => key), ...knownKeys.map(({ pattern }) => pattern.replace('*', '0')));
const ordinaryKey = fc.oneof({ weight: 4, arbitrary: known }, fc.constantFrom('mine', 'mine.too', 'http.route', 'service.name', 'constructor', '__proto__', 'error'));
const anyKey = fc.oneof(
  { weight: 4, arbitrary: known },
  fc.constantFrom(...HOSTILE),
  fc.tuple(known, fc.constantFrom(...HOSTILE)).map((both) => both.join('.')),
  fc.tuple(fc.constantFrom('honeyhive_inputs', 'honeyhive_outputs', 'honeyhive_config', 'honeyhive_metadata', 'honeyhive_user_properties', 'gen_ai.request', 'gen_ai.usage', 'gen_ai.prompt', 'llm.input_messages', 'llm.tools', 'a.b'), fc.constantFrom(...HOSTILE)).map((both) => both.join('.')),
  fc.string({ unit: 'binary' }),
);

const EVENTS = ['exception', 'gen_ai.user.message', 'gen_ai.assistant.message', 'gen_ai.tool.message', 'gen_ai.choice', 'gen_ai.client.inference.operation.details', 'gen_ai.content.prompt', 'mine', '__proto__'];

/** A root and spans below it, whose attributes have such keys. */
function traceWith(key: fc.Arbitrary<string>): fc.Arbitrary<TraceGiven> {
  const attributes = fc
    .uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 12 })
    .map((entries): Record<string, unknown> => Object.fromEntries(entries));
  const message = fc.record({ content: value, role: value, message: value, 'gen_ai.event.content': value, 'exception.message': value, 'exception.type': value, 'exception.stacktrace': value }, { requiredKeys: [] });
  const span: fc.Arbitrary<SpanGiven> = fc.record(
    {
      name: fc.oneof(text, fc.constantFrom('', 'GET')),
      kind: fc.constantFrom(SpanKind.SERVER, SpanKind.CLIENT, SpanKind.INTERNAL),
      attributes,
      events: fc.array(fc.record({ name: fc.constantFrom(...EVENTS), attributes: fc.oneof(attributes, message) }), { maxLength: 3 }),
      error: fc.oneof(fc.constant(''), text),
      start: fc.nat(1_000),
      end: fc.nat(1_000),
      droppedAttributes: fc.nat(3),
    },
    { requiredKeys: ['attributes', 'start', 'end'] },
  );
  return fc
    .tuple(span, fc.array(span, { maxLength: 3 }), attributes, fc.boolean())
    .map(([root, children, resource, remote]) => ({ ...root, children, resource, ...(remote ? { remoteParent: 'elsewhere' } : {}) }));
}

const settings = fc.record({ sessionScope: fc.constantFrom('trace' as const, 'conversation' as const), source: fc.constantFrom(undefined, 'option'), project: fc.constantFrom(undefined, 'p') });

const reversed = (given: Readonly<Record<string, unknown>>): Record<string, unknown> => Object.fromEntries(Object.entries(given).reverse());

beforeAll(wearIn);

describe('any attributes', () => {
  it('give a session that the contract knows, always the same, and are left as they were', () => {
    fc.assert(
      fc.property(traceWith(anyKey), settings, (given, more) => {
        deepFreeze(given);
        const body = textOf(given, more);
        expect(violationsOf({ method: 'POST', path: '/v1/sessions', bytes: Buffer.from(partScores(body).start) } as never)).toEqual([]);
        expect(textOf(given, more)).toBe(body);
        // What was written survives UTF-8.
        expect(canonical(JSON.parse(Buffer.from(body).toString('utf8')))).toBe(canonical(JSON.parse(body)));
      }),
      { numRuns: 1_500 },
    );
  });

  it('give the same session in whatever order they were set', () => {
    fc.assert(
      fc.property(traceWith(ordinaryKey), (given) => {
        const other = { ...given, attributes: reversed(given.attributes!), children: given.children!.map((child) => ({ ...child, attributes: reversed(child.attributes!) })), resource: reversed(given.resource!) };
        expect(canonical(sessionOf(other))).toBe(canonical(sessionOf(given)));
      }),
      { numRuns: 700 },
    );
  });

  it('change no prototype', () => {
    fc.assert(
      fc.property(traceWith(anyKey), (given) => {
        const before = Reflect.ownKeys(Object.prototype).length;
        sessionOf(given);
        expect(Reflect.ownKeys(Object.prototype)).toHaveLength(before);
        expect(({} as Record<string, unknown>)['a']).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('of a prototype that SDK 3 let an attribute replace are not seen', () => {
    const inherited = Object.assign(Object.create({ 'gen_ai.prompt': 'SECRET', 'error.type': 'SECRET', 'http.route': 'SECRET' }) as Record<string, unknown>, { mine: 1 });
    expect(textOf({ name: 'GET', attributes: inherited, children: [{ attributes: inherited }] })).not.toContain('SECRET');
  });
});
