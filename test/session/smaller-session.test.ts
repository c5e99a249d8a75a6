import { smallerSession } from '../../src/session/smaller-session.js';
import type { Session } from '../../src/session/session.js';

const sessionOf = (inputs: object, metadata: object = {}): string => JSON.stringify({ session_id: 'i', session_name: 'n', start_time: 1, inputs, metadata: { trace_id: 't', ...metadata } });

describe('a session in fewer bytes', () => {
  it.each<[number, number]>([
    [4_900_000, 1024 * 1024],
    [1024 * 1024 + 1_000, 1024 * 1024],
    [1_000_000, 100 * 1024],
    [110_000, 100 * 1024],
    [80_000, 40_100],
    [3_000, 1_600],
  ])('of %d has at most %d', (bytes, limit) => {
    const smaller = smallerSession(sessionOf({ question: 'é'.repeat(bytes / 2) }))!;
    // With the wrapper of the request.
    expect(Buffer.byteLength(`{"session":${smaller}}`)).toBeLessThanOrEqual(limit);
    expect(Buffer.byteLength(smaller)).toBeGreaterThan(limit * 0.9);
    expect(JSON.parse(smaller)).toMatchObject({ session_id: 'i', session_name: 'n', start_time: 1, metadata: { trace_id: 't', trimmed: 1 } });
  });

  it('counts what was trimmed before', () => {
    const { metadata } = JSON.parse(smallerSession(sessionOf({ question: 'x'.repeat(200_000) }, { trimmed: 2 }))!) as Session;
    expect(metadata).toMatchObject({ trimmed: 3 });
  });

  it('keeps scores in their place', () => {
    const text = `{"metrics":{"a":1},${sessionOf({ question: 'x'.repeat(200_000) }).slice(1)}`;
    expect(smallerSession(text)).toMatch(/^\{"metrics":\{"a":1\},"session_id"/);
  });

  it('may be an event of another session', () => {
    const smaller = JSON.parse(smallerSession(`{"event":${sessionOf({ question: 'x'.repeat(200_000) })}}`)!) as { event: Session };
    expect(smaller).toEqual({ event: expect.objectContaining({ session_id: 'i', metadata: { trace_id: 't', trimmed: 1 } }) });
  });

  it('is none when there is nothing to leave out', () => {
    expect(smallerSession(sessionOf({}))).toBeUndefined();
  });

  it('is none when it is nested too deep', () => {
    expect(smallerSession(`{"inputs":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)).toBeUndefined();
  });
});
