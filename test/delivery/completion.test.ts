import { completionOf } from '../../src/delivery/completion.js';

const OWN = {
  session_id: 'i',
  start_time: 1_000,
  end_time: 3_000,
  duration: 2_000.5,
  config: { model: 'm', temperature: 0 },
  inputs: { question: 'q' },
  outputs: { answer: 'a' },
  metadata: { span_id: 's' },
  user_properties: { user_id: 'u' },
};

describe('what completes a session', () => {
  it('that has a name and times only: all that an update can set, and inputs in metadata', () => {
    const stored = { start_time: 1_000, end_time: 1_500, duration: 500, inputs: {}, outputs: {}, config: {} };
    expect(completionOf(OWN, stored)).toEqual({
      metadata: { span_id: 's', inputs: { question: 'q' } },
      config: { model: 'm', temperature: 0 },
      user_properties: { user_id: 'u' },
      outputs: { answer: 'a' },
      end_time: 3_000,
      duration: 2_000.5,
    });
  });

  it('of an earlier turn: the session lasts from the first start to this end', () => {
    const stored = { start_time: 200, end_time: 900, outputs: { answer: 'first' }, inputs: { question: 'first' } };
    expect(completionOf(OWN, stored)).toMatchObject({ end_time: 3_000, duration: 2_800, outputs: { answer: 'a' }, metadata: { inputs: { question: 'q' } } });
  });

  it('of a later turn that came first: its answer and its end stay, what it lacks is added', () => {
    const stored = { start_time: 5_000, end_time: 6_000, duration: 1_000, inputs: { question: 'later' }, outputs: { answer: 'later' }, config: { model: 'other' } };
    expect(completionOf(OWN, stored)).toEqual({
      metadata: { span_id: 's', inputs: { question: 'q' }, outputs: { answer: 'a' } },
      config: { model: 'other', temperature: 0 },
      user_properties: { user_id: 'u' },
    });
  });

  it('of a later turn that was sent meanwhile, so that what was stored is too old to tell', () => {
    const stored = { start_time: 200, end_time: 900, outputs: { answer: 'first' } };
    expect(completionOf(OWN, stored, 3_001)).not.toHaveProperty('outputs');
    expect(completionOf(OWN, stored, 3_000)).toMatchObject({ outputs: { answer: 'a' } });
  });

  it('that was made later and is empty: ours is what it says', () => {
    expect(completionOf(OWN, { start_time: 9_000, end_time: 9_000, outputs: {} })).toMatchObject({ outputs: { answer: 'a' }, end_time: 3_000, duration: 2_000.5 });
  });

  it('does not repeat inputs that are there', () => {
    expect(completionOf(OWN, { inputs: { question: 'q' }, outputs: {} })['metadata']).toEqual({ span_id: 's' });
  });

  it('leaves out what the session does not have', () => {
    const { config: _c, inputs: _i, outputs: _o, user_properties: _u, ...bare } = OWN;
    expect(completionOf(bare, { start_time: 1_000, end_time: 1 })).toEqual({ metadata: { span_id: 's' }, end_time: 3_000, duration: 2_000.5 });
  });

  it('changes neither', () => {
    const stored = Object.freeze({ start_time: 1, end_time: 9_000, outputs: Object.freeze({ a: 1 }), config: Object.freeze({ b: 1 }) });
    const before = JSON.stringify(OWN);
    completionOf(OWN, stored);
    expect(JSON.stringify(OWN)).toBe(before);
  });
});
