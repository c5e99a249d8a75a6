import { partScores } from '../../src/delivery/scores.js';

describe('scores and feedback', () => {
  it.each<[string, object, object]>([
    ['both', { metrics: { a: 1 }, feedback: { b: 'x' }, session_id: 'i', inputs: { metrics: 1 } }, { metrics: { a: 1 }, feedback: { b: 'x' } }],
    ['metrics', { metrics: { a: 1 }, session_id: 'i' }, { metrics: { a: 1 } }],
    ['feedback', { feedback: { b: 'x' }, session_id: 'i' }, { feedback: { b: 'x' } }],
  ])('are parted from the start: %s', (_, session, scores) => {
    const { metrics: _m, feedback: _f, ...start } = session as Record<string, unknown>;
    expect(partScores(JSON.stringify(session))).toEqual({ start: JSON.stringify(start), scores });
  });

  it('where there are none the session is left as it is', () => {
    const session = '{"session_id":"i","inputs":{"metrics":{}},"n":12345678901234567890}';
    expect(partScores(session)).toEqual({ start: session, scores: undefined });
  });
});
