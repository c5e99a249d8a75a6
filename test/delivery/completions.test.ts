import { ReadAnswer } from '../../src/delivery/answer.js';
import { Completions } from '../../src/delivery/completions.js';
import { Diagnostics } from '../../src/delivery/diagnostics.js';
import type { Exchange } from '../../src/delivery/exchange.js';

const deep = '['.repeat(100_000) + ']'.repeat(100_000);

describe('a completion', () => {
  it('that is nested too deep to be printed is no update, and says so', async () => {
    const completions = new Completions('api.example', new Diagnostics());
    const session = `{"session_id":"i","start_time":1,"end_time":2,"duration":1,"inputs":{"a":${deep}},"metadata":{}}`;
    const answer = new ReadAnswer(200, {}, Buffer.from('{"start_time":1,"end_time":2,"duration":1,"inputs":{}}'));
    const completion = completions.after({ answer, session }, undefined)!;
    const exchange = jest.fn<ReturnType<Exchange>, Parameters<Exchange>>();
    expect(await completions.send(exchange, completion, { kind: 'delivered', status: 200 })).toEqual({
      kind: 'delivered',
      status: 200,
      merged: true,
      incomplete: 'a session that api.example had already is nested too deep to be completed',
    });
    expect(exchange).not.toHaveBeenCalled();
  });

  it('is none where the server says what we said', () => {
    const completions = new Completions('api.example', new Diagnostics());
    const session = '{"session_id":"i","start_time":1,"end_time":2,"duration":1,"metadata":{}}';
    expect(completions.after({ answer: new ReadAnswer(200, {}, Buffer.from(session)), session }, undefined)).toBeUndefined();
  });
});
