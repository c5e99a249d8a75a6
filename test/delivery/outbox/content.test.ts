import { contentOf, readContent } from '../../../src/delivery/outbox/content.js';

const sessions = ['{"a":1}', '{"b":"ü\\n \u2028 😀"}', '{}'];

describe('a file', () => {
  it('gives back what was put into it', () => {
    expect(readContent(contentOf(sessions), 3)).toEqual({ lines: sessions, damaged: false });
  });

  it('has one line for a session that was written over several', () => {
    const [line] = readContent(contentOf(['{\n  "a": 1\n}']), 1).lines;
    expect(JSON.parse(line!)).toEqual({ a: 1 });
  });

  it('cut off anywhere gives the sessions before the cut, each in its place', () => {
    const whole = contentOf(sessions);
    for (let length = 0; length < whole.length; length += 1) {
      const { lines, damaged } = readContent(whole.subarray(0, length), 3);
      expect(damaged).toBe(true);
      expect(lines).toHaveLength(3);
      const complete = whole.subarray(0, length).toString('latin1').split('\n').length - 1;
      expect(lines).toEqual(sessions.map((session, index) => (index < complete ? session : undefined)));
    }
  });

  it.each<[string, string, (string | undefined)[]]>([
    ['with an empty line', '{}\n\n{}\n', ['{}', undefined, '{}']],
    ['with more lines than it should have', '1\n2\n3\n4\n', ['1', '2', '3']],
    ['of zeros', '\0\0\0\0', [undefined, undefined, undefined]],
  ])('%s is damaged', (_, content, lines) => {
    expect(readContent(Buffer.from(content), 3)).toEqual({ lines, damaged: true });
  });
});
