import fc from 'fast-check';
import { trimSession } from '../../src/session/trim.js';
import type { JsonObject } from '../../src/session/session.js';

const bytes = (session: object): number => Buffer.byteLength(JSON.stringify(session));
const IDENTITY = { session_id: '6f1d2c3b-4a5e-4f60-8a7b-9c0d1e2f3a4b', session_name: 'chat', event_name: 'chat', source: 'test', start_time: 1, end_time: 2, duration: 1 };
const base = (more: JsonObject, metadata: JsonObject = {}): JsonObject => ({ ...IDENTITY, ...more, metadata: { ...metadata, trace_id: 't', span_id: 's', error: 'broke', usage: { input_tokens: 5 }, counts: { spans: 1 } } });

describe('a session that is too large', () => {
  it('loses of its largest text first, with a marker and a count', () => {
    const trimmed = trimSession(base({ inputs: { small: 'x'.repeat(1_000), large: 'y'.repeat(20_000) } }), 10_000);
    const { small, large } = trimmed['inputs'] as { small: string; large: string };
    expect(small).toHaveLength(1_000);
    expect(large).toMatch(/^y{7000,}… \[\d+ characters trimmed\]$/);
    expect(Number(/\[(\d+)/.exec(large)![1]) + large.indexOf('…')).toBe(20_000);
    expect(trimmed['metadata']).toMatchObject({ trimmed: 1 });
    expect(bytes(trimmed)).toBeLessThanOrEqual(10_000);
  });

  it('cuts texts of like size alike', () => {
    const trimmed = trimSession(base({ inputs: { a: 'a'.repeat(9_000), b: 'b'.repeat(8_000), c: 'c'.repeat(300) } }), 6_000);
    const { a, b, c } = trimmed['inputs'] as Record<string, string>;
    expect(Math.abs(a!.length - b!.length)).toBeLessThan(10);
    expect(c).toHaveLength(300);
  });

  it('keeps characters whole', () => {
    for (let length = 3_000; length < 3_020; length++) {
      const trimmed = trimSession(base({ inputs: { a: 'x'.repeat(length % 7) + '😀'.repeat(length) } }), 4_000);
      expect((trimmed['inputs'] as { a: string }).a).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
      expect(bytes(trimmed)).toBeLessThanOrEqual(4_000);
    }
  });

  it('loses the middle of a long chat', () => {
    const chat = Array.from({ length: 5_000 }, (_, index) => ({ role: 'user', content: `message ${index}` }));
    const trimmed = trimSession(base({ inputs: { chat_history: chat } }), 20_000);
    const left = (trimmed['inputs'] as { chat_history: JsonObject[] }).chat_history;
    expect([left[0], left.at(-1)]).toEqual([chat[0], chat.at(-1)]);
    expect(left.find(({ role }) => role === 'system')!['content']).toMatch(/^\[\d+ entries trimmed\]$/);
    expect(bytes(trimmed)).toBeLessThanOrEqual(20_000);
  });

  it('loses fields where there are too many', () => {
    const attributes = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key.${index}`, index]));
    const trimmed = trimSession(base({}, attributes), 50_000);
    expect(bytes(trimmed)).toBeLessThanOrEqual(50_000);
    expect(trimmed['metadata']).toMatchObject({ trace_id: 't', error: 'broke', usage: { input_tokens: 5 }, counts: { spans: 1 } });
  });

  it('is left alone when it is small enough', () => {
    const session = base({ inputs: { a: 'x' } });
    expect(trimSession(structuredClone(session), 10_000)).toEqual(session);
  });

  it('fits whatever it is made of, and keeps who it is and why it failed', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 10 }), fc.oneof(fc.string({ unit: 'binary', maxLength: 3_000 }), fc.array(fc.string({ maxLength: 300 }), { maxLength: 60 }), fc.object()), { maxKeys: 30 }),
        fc.integer({ min: 2_000, max: 30_000 }),
        (fields, limit) => {
          const session = base({ inputs: JSON.parse(JSON.stringify(fields)) as JsonObject });
          const trimmed = trimSession(JSON.parse(JSON.stringify(session)) as JsonObject, limit);
          expect(bytes(trimmed)).toBeLessThanOrEqual(limit);
          expect(trimmed).toMatchObject(IDENTITY);
          expect(trimmed['metadata']).toMatchObject({ trace_id: 't', span_id: 's', error: 'broke' });
          JSON.parse(JSON.stringify(trimmed));
        },
      ),
      { numRuns: 300, endOnFailure: true },
    );
  });
});
