import type { Arrival } from '../../src/local/arrival.js';
import { arrivalLine } from '../../src/local/arrival-line.js';
import { displayWidth } from '../../src/local/one-line.js';
import type { StoredEvent } from '../../src/local/stored-event.js';
import { event } from './events.js';

const at = new Date(2026, 10, 23, 9, 5, 7).getTime();
const arrived = (fields: Partial<StoredEvent> = {}, verb: 'new' | 'merged' | 'updated' = 'new'): Arrival => ({
  verb,
  at,
  event: event(fields),
});

const chat: Partial<StoredEvent> = {
  user_properties: { user_id: 'ada' },
  inputs: { chat_history: [{ role: 'user', content: 'Where is\nmy order?' }] },
  outputs: { content: 'On its way.' },
};

test('a line shows time, verb, name, user, input, output and duration', () => {
  expect(arrivalLine(arrived(chat), { color: false })).toBe(
    '09:05:07  new      checkout              ada           Where is my order? -> On its way.  1.2s',
  );
});

test('an error comes last, in red', () => {
  const failed = arrived({ ...chat, metadata: { error: 'card declined' } });
  expect(arrivalLine(failed, { color: false })).toMatch(/On its way\. {2}1\.2s {2}card declined$/);
  expect(arrivalLine(failed, { color: true })).toContain('\u001b[31mcard declined\u001b[39m');
});

test('a refusal shows the status, the route and the reason', () => {
  const refused: Arrival = { verb: 'refused', at, status: 400, method: 'POST', path: '/v1/sessions', reason: 'inputs must be an object' };
  expect(arrivalLine(refused, { color: false })).toBe('09:05:07  refused  400 POST /v1/sessions: inputs must be an object');
});

test('without colours a line has no escape, whatever the session says', () => {
  const nasty = '\u001b[2J\u001b[31mx\r\n\u0007\u009b1m';
  const line = arrivalLine(
    arrived({
      event_name: nasty,
      user_properties: { user_id: nasty },
      inputs: { value: nasty },
      outputs: { value: nasty },
      metadata: { error: nasty },
    }),
    { color: false },
  );
  // oxlint-disable-next-line no-control-regex -- that there are none is the point
  expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  expect(line).toContain('␛[2J');
});

test('a session without input and output leaves their place empty', () => {
  expect(arrivalLine(arrived({}, 'updated'), { color: false })).toMatch(/updated {2}checkout +1\.2s$/);
});

test('input and output share the room, and each takes what the other leaves', () => {
  const io = (input: string, output: string) =>
    arrivalLine(arrived({ inputs: { a: input }, outputs: { content: output } }), { color: false, width: 120 });

  expect(io('i'.repeat(500), 'short')).toMatch(/i{40,}… -> short {2}1\.2s$/);
  expect(io('short', 'o'.repeat(500))).toMatch(/ short -> o{40,}… {2}1\.2s$/);
  const both = /(i+)… -> (o+)…/.exec(io('i'.repeat(500), 'o'.repeat(500)));
  expect(Math.abs((both?.[1]?.length ?? 0) - (both?.[2]?.length ?? 99))).toBeLessThanOrEqual(1);
});

test.each([1, 10, 20, 40, 60, 80, 120, 200])('a line never exceeds %d columns', (width) => {
  const long = '長い text '.repeat(100);
  const full = arrived({
    event_name: long,
    user_properties: { user_id: long },
    inputs: { a: long },
    outputs: { content: long },
    metadata: { error: long },
  });
  expect(displayWidth(arrivalLine(full, { color: false, width }))).toBeLessThanOrEqual(width);
});
