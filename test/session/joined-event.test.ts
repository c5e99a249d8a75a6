import { joinedEvent } from '../../src/session/joined-event.js';
import { uuidOf } from '../../src/session/uuid.js';

const ROOT = { traceId: 'A'.repeat(32), spanId: 'B'.repeat(16) };
const session = { session_id: 'id', session_name: 'POST /work', event_name: 'POST /work', source: 's', start_time: 1, end_time: 2, duration: 1.5, metadata: { trace_id: 'a' } };

describe('a request that belongs to its caller’s session', () => {
  it('is an event in it, with an id of its own that is always the same', () => {
    const { session_name: _, ...fields } = session;
    expect(JSON.parse(joinedEvent(JSON.stringify({ ...session, outputs: { content: 'a' } }), ROOT))).toEqual({
      event: { ...fields, event_id: uuidOf(`${'a'.repeat(32)}-${'b'.repeat(16)}`), event_type: 'chain', parent_id: 'id', inputs: {}, outputs: { content: 'a' } },
    });
  });

  it('says its error where events have it', () => {
    const { event } = JSON.parse(joinedEvent(JSON.stringify({ ...session, inputs: { a: 1 }, metadata: { error: 'no stock' } }), ROOT)) as { event: object };
    expect(event).toMatchObject({ inputs: { a: 1 }, error: 'no stock', metadata: { error: 'no stock' } });
  });
});
