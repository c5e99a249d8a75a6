import { Turns } from '../../src/delivery/turns.js';

const later = (log: string[], name: string): Promise<string> =>
  new Promise((resolve) => {
    log.push(`${name} begins`);
    setImmediate(() => {
      log.push(`${name} ends`);
      resolve(name);
    });
  });

describe('Turns', () => {
  it('come one after the other, in order, for one thing', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const answers = await Promise.all(['a', 'b', 'c'].map((name) => turns.take('x', () => later(log, name))));
    expect(answers).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('do not wait for those of another thing', async () => {
    const turns = new Turns();
    const log: string[] = [];
    await Promise.all([turns.take('x', () => later(log, 'a')), turns.take('y', () => later(log, 'b'))]);
    expect(log.slice(0, 2)).toEqual(['a begins', 'b begins']);
  });

  it('come also after one that failed, and keep nothing', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const failed = turns.take('x', () => Promise.reject(new Error('broken')));
    const next = turns.take('x', () => later(log, 'a'));
    await expect(failed).rejects.toThrow('broken');
    expect(await next).toBe('a');
    // What nobody works on begins at once.
    void turns.take('x', () => later(log, 'b'));
    expect(log.at(-1)).toBe('b begins');
  });
});
