import { displayWidth, oneLine } from '../../src/local/one-line.js';

test('white space of any kind becomes single spaces', () => {
  expect(oneLine('  a\n\n b\t\tc\r\nd\u2028e\u00a0f ', 40)).toBe('a b c d e f');
});

test('terminal commands lose their effect and stay visible', () => {
  expect(oneLine('\u001b[31mred\u001b[0m \u001b]0;title\u0007', 80)).toBe('␛[31mred␛[0m ␛]0;title␇');
  expect(oneLine('a\u0000b\u0008c\u007fd', 80)).toBe('a␀b␈c␡d');
  expect(oneLine('c1 \u009b31m', 80)).toBe('c1 \ufffd31m');
});

test('marks that turn the reading order around and broken characters are replaced', () => {
  expect(oneLine('a\u202egnp.exe\u2066b\ud800c', 80)).toBe('a\ufffdgnp.exe\ufffdb\ufffdc');
});

test('longer text is cut to the width and ends in an ellipsis', () => {
  expect(oneLine('abcdef', 6)).toBe('abcdef');
  expect(oneLine('abcdefg', 6)).toBe('abcde…');
  expect(oneLine('abc', 1)).toBe('…');
  expect(oneLine('abc', 0)).toBe('');
  expect(oneLine('', 0)).toBe('');
});

test('wide characters count two columns and graphemes are never split', () => {
  expect(displayWidth('日本')).toBe(4);
  expect(displayWidth('👩‍👩‍👧é🇩🇪')).toBe(5);
  expect(oneLine('日本語', 5)).toBe('日本…');
  expect(oneLine('日本語', 4)).toBe('日…');
  expect(oneLine('👩‍👩‍👧👩‍👩‍👧', 3)).toBe('👩‍👩‍👧…');
});

test('text of megabytes is cut without being walked through', () => {
  const begun = performance.now();
  expect(displayWidth(oneLine('x\n'.repeat(5_000_000), 80))).toBe(80);
  expect(performance.now() - begun).toBeLessThan(200);
});
