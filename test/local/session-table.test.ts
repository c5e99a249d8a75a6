import { displayWidth } from '../../src/local/one-line.js';
import { sessionTable } from '../../src/local/session-table.js';
import { event } from './events.js';

const chat = event({
  user_properties: { email: 'ada@example.com' },
  inputs: { query: 'where\nis it?' },
  outputs: { content: '\u001b[31mhere' },
});

test('each session is one row', () => {
  const rows = sessionTable([chat, event({ event_name: 'job', metadata: { error: 'failed' } })], { color: false })
    .split('\n')
    .filter((line) => /\w/.test(line));

  expect(rows.map((row) => row.split('│').slice(1, -1).map((cell) => cell.trim()))).toEqual([
    ['session', 'user', 'input', 'output', 'time', 'error'],
    ['checkout', 'ada@example.com', 'where is it?', '␛[31mhere', '1.2s', ''],
    ['job', '', '', '', '1.2s', 'failed'],
  ]);
});

test('errors are red where there are colours, and there is no escape where there are none', () => {
  const failed = [event({ metadata: { error: 'failed' } })];
  expect(sessionTable(failed, { color: true })).toContain('\u001b[31mfailed\u001b[39m');
  expect(sessionTable([...failed, chat], { color: false })).not.toContain('\u001b');
});

test.each([100, 160, 220])('a table never exceeds %d columns', (width) => {
  const long = '長い text '.repeat(100);
  const full = event({
    event_name: long,
    user_properties: { user_id: long },
    inputs: { a: long },
    outputs: { content: long },
    metadata: { error: long },
  });
  for (const line of sessionTable([full], { color: false, width }).split('\n')) {
    expect(displayWidth(line)).toBeLessThanOrEqual(width);
  }
});
