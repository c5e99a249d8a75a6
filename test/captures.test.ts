import { violation } from './support/assertions.js';
import { captureNames, readCapture } from './support/captures.js';
import { sessionsOf } from './support/replay.js';

// Families whose tables are not written yet.
const LATER = /^$/;

describe('spans that real libraries wrote become the sessions that a reader expects', () => {
  it.each(captureNames.filter((name) => !LATER.test(name)))('%s', (name) => {
    const { expected, assert, spans } = readCapture(name);
    const sessions = sessionsOf(spans);
    if (typeof expected.sessions === 'number') expect(sessions).toHaveLength(expected.sessions);

    const session = sessions.find((candidate) => candidate.metadata?.['span_id'] === expected.rootSpanId);
    const violations = assert.filter(({ soft }) => !soft || process.env['SOFT']).flatMap((assertion) => (session && violation(session, assertion)) ?? []);
    expect(violations).toEqual([]);
  });
});
