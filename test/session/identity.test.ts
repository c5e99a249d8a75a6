import { sessionIdOf, type SessionKey } from '../../src/session/identity.js';
import { uuidsOf } from './uuids.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const UUID = '123e4567-e89b-12d3-a456-426614174000';

const TEXTS = ['chat_9001', 'Chat_9001', 'c', TRACE, `${TRACE}-${SPAN}`];
const uuids = uuidsOf(TEXTS);
const url = (text: string): string => uuids[TEXTS.indexOf(text)]!;
const key = (more: Partial<SessionKey>): SessionKey => ({ traceId: TRACE, spanId: SPAN, hasParent: false, ...more });

describe("a session's id", () => {
  it.each<[string, SessionKey, string]>([
    ['an explicit UUID is itself', key({ explicit: UUID }), UUID],
    ['in lower case', key({ explicit: UUID.toUpperCase() }), UUID],
    ['an explicit text is hashed', key({ explicit: 'chat_9001' }), url('chat_9001')],
    ['as it is written', key({ explicit: 'Chat_9001' }), url('Chat_9001')],
    ['an explicit id goes before a conversation', key({ explicit: 'chat_9001', conversation: 'c' }), url('chat_9001')],
    ['a conversation is hashed', key({ conversation: 'c' }), url('c')],
    ['a conversation whose id is a UUID has that id', key({ conversation: UUID.toUpperCase() }), UUID],
    ['the root of a trace: of the trace id', key({}), url(TRACE)],
    ['a trace id in capitals is the same trace', key({ traceId: TRACE.toUpperCase() }), url(TRACE)],
    ['a root below another process: of trace and span', key({ hasParent: true }), url(`${TRACE}-${SPAN}`)],
    ['in capitals the same', key({ hasParent: true, traceId: TRACE.toUpperCase(), spanId: SPAN.toUpperCase() }), url(`${TRACE}-${SPAN}`)],
  ])('%s', (_, given, id) => {
    expect(sessionIdOf(given)).toBe(id);
    expect(sessionIdOf(given)).toBe(id);
  });
});
