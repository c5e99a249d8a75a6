import { foreignEvent } from '../../src/delivery/stored-event.js';

const SESSION = {
  session_id: '6f1d2c3b-4a5e-4f60-8a7b-9c0d1e2f3a4b',
  session_name: 'ask "a" question',
  event_name: 'ask "a" question',
  source: 'test',
  start_time: 1_795_410_309_184,
  end_time: 1_795_410_312_061,
  duration: 2_877.412517,
  config: { model: 'gpt-4o', temperature: 0.2 },
  inputs: { chat_history: [{ role: 'user', content: 'Where is "it"?' }] },
  outputs: { role: 'assistant', content: '\nHere.' },
  metadata: { trace_id: 't', span_id: 's' },
};
const { session_name: _name, ...EVENT } = { event_id: SESSION.session_id, ...SESSION, metrics: {}, feedback: {}, user_properties: {}, error: null };

/** Whether the answer was parsed to tell, and what was told. */
function told(event: object, session: object = SESSION, text = JSON.stringify(event)): [foreign: boolean, parsed: boolean] {
  const parse = jest.spyOn(JSON, 'parse');
  try {
    const foreign = foreignEvent(JSON.stringify(session), Buffer.from(text));
    if (foreign !== undefined) expect(foreign).toEqual(event);
    return [foreign !== undefined, parse.mock.calls.length > 0];
  } finally {
    parse.mockRestore();
  }
}

describe('the event that a start met', () => {
  it.each<[string, object]>([
    ['as it was sent', EVENT],
    ['with its keys in another order', Object.fromEntries(Object.entries(EVENT).reverse())],
    ['with what somebody else has added since', { ...EVENT, metadata: { ...EVENT.metadata, more: 1 }, metrics: { score: 1 } }],
  ])('is ours, and not parsed: %s', (_, event) => expect(told(event)).toEqual([false, false]));

  it.each(['config', 'inputs', 'outputs'] as const)("is another's when it has no %s, and that is all we have to say", (bucket) => {
    const { config: _c, inputs: _i, outputs: _o, metadata, ...fields } = SESSION;
    const session = { ...fields, [bucket]: SESSION[bucket], metadata };
    expect(told({ ...EVENT, config: {}, inputs: {}, outputs: {} }, session)[0]).toBe(true);
    expect(told({ ...EVENT, config: {}, inputs: {}, outputs: {}, [bucket]: SESSION[bucket] }, session)).toEqual([false, false]);
  });

  it('is ours, and not parsed, where we have nothing to say but times', () => {
    const { config: _c, inputs: _i, outputs: _o, ...session } = SESSION;
    expect(told({ ...EVENT, config: {}, inputs: {}, outputs: {} }, session)).toEqual([false, false]);
  });

  it.each<[string, object]>([
    ['an id alone, as older servers answer', { session_id: SESSION.session_id }],
    ['nothing', {}],
  ])('is not known, and not parsed: %s', (_, event) => expect(told(event)).toEqual([false, false]));

  it.each<[string, object]>([
    ['times that the server rounds', { ...EVENT, duration: 2_877, start_time: SESSION.start_time + 1 }],
    ['without times', { ...EVENT, end_time: undefined, duration: undefined }],
    ['a duration with fewer digits', { ...EVENT, duration: 2877.4125 }],
    ['buckets that it does not repeat', { ...EVENT, inputs: undefined, outputs: undefined, config: undefined }],
  ])('is ours, at a second look: %s', (_, event) => expect(told(event)).toEqual([false, true]));

  it.each<[string, object]>([
    ['another start', { ...EVENT, start_time: SESSION.start_time - 5_000 }],
    ['another start, and an end where ours starts', { ...EVENT, start_time: SESSION.start_time - 5_000, end_time: SESSION.start_time, metadata: { restart_time: SESSION.start_time } }],
    ['a start that begins as ours does', { ...EVENT, start_time: SESSION.start_time * 10 }],
    ['another end', { ...EVENT, end_time: SESSION.end_time + 2, duration: SESSION.duration + 2 }],
    ['another duration, with all else alike', { ...EVENT, duration: 12 }],
    ['nothing in it: made from the same root by the OTLP route', { ...EVENT, inputs: {}, outputs: {}, config: {} }],
    ['no config', { ...EVENT, config: {} }],
    ['config of null', { ...EVENT, config: null }],
    ['no outputs, and a rounded duration', { ...EVENT, outputs: {}, duration: 2_877 }],
  ])("is another's: %s", (_, event) => expect(told(event)[0]).toBe(true));

  it("is another's even where metadata, which was merged, says what we say", () => {
    const metadata = { ...EVENT.metadata, start_time: SESSION.start_time, end_time: SESSION.end_time, duration: SESSION.duration, event_name: SESSION.event_name };
    expect(told({ ...EVENT, metadata, start_time: 1, config: {}, inputs: {}, outputs: {} }, { ...SESSION, metadata })[0]).toBe(true);
  });

  it.each<[string, string]>([
    ['cut', JSON.stringify(EVENT).slice(0, 200)],
    ['no JSON', '{"start_time": oops}'],
    ['JSON, but no object', '["start_time"]'],
  ])('is not known when the answer is %s', (_, text) => expect(foreignEvent(JSON.stringify(SESSION), Buffer.from(text))).toBeUndefined());

  it('is found in an answer that is printed with spaces', () => {
    expect(told(EVENT, SESSION, JSON.stringify(EVENT, null, 2))).toEqual([false, true]);
    expect(told({ ...EVENT, start_time: 1 }, SESSION, JSON.stringify({ ...EVENT, start_time: 1 }, null, 2))[0]).toBe(true);
  });

  it('is told of a session whose fields beforeSend has put in another order', () => {
    const session = Object.fromEntries(Object.entries(SESSION).reverse());
    expect(told(EVENT, session)[0]).toBe(false);
    expect(told({ ...EVENT, start_time: 1 }, session)[0]).toBe(true);
  });
});
