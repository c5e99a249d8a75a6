import type { Convention } from '../../src/conventions/convention.js';
import { PlanBook, type Step } from '../../src/conventions/plan.js';

const first: Convention = {
  name: 'first',
  namespaces: ['a.'],
  attributes: {
    'a.b': { to: 'source' },
    'a.*': { to: 'config.*', as: 'json' },
    'a.b.*': { to: 'metadata.*', as: 'list' },
    'g.json': { to: 'inputs', as: 'fields', group: 'g' },
    between: { to: 'project', id: true, hint: true },
    'g.flat.*': { to: 'inputs', as: 'fields', group: 'g' },
    'h.*': { to: 'outputs', as: 'fields', group: 'h' },
  },
};
const second: Convention = { name: 'second', marks: true, namespaces: ['a.', 'm.'], attributes: { 'a.b': { to: 'nothing' }, 'm.x': { to: 'session_id' } } };

const book = new PlanBook([first, second]);

describe('a plan', () => {
  it.each<[string, string, object]>([
    ['an exact key goes before any prefix', 'a.b', { target: 'source', form: 'text', path: '' }],
    ['the longest prefix decides', 'a.b.c', { target: 'metadata.c', form: 'list', path: 'c' }],
    ['and the shorter one for the rest', 'a.c.d', { target: 'config.c.d', form: 'json', path: 'c.d' }],
    ['a prefix alone is no key', 'a.', { target: 'unknown' }],
    ['a key must not end where a prefix ends', 'g.flat.', { target: 'unknown' }],
    ['identifiers and hints are said', 'between', { id: true, hint: true }],
    ['a key that no rule knows is still in its namespace', 'm.y', { target: 'unknown', marks: true, ai: false }],
    ['the family that stands first has the namespace', 'a.c', { ai: true, marks: false }],
  ])('%s', (_, key, expected) => expect(book.planFor(key)).toMatchObject(expected));

  it('takes the rule of the family that stands first', () => {
    expect(book.planFor('a.b').rank).toBe(0);
    expect(new PlanBook([second, first]).planFor('a.b').target).toBe('nothing');
  });

  it('has one rank for all parts of a group, also those that stand apart', () => {
    expect(book.planFor('g.flat.x').rank).toBe(book.planFor('g.json').rank);
    expect(book.planFor('h.x').rank).not.toBe(book.planFor('g.json').rank);
    expect(book.planFor('between').rank).toBeGreaterThan(book.planFor('g.json').rank);
  });
});

describe('a key of ten thousand dots', () => {
  it.each(['.'.repeat(10_000), `a${'.b'.repeat(10_000)}`])('is planned at once', (key) => {
    const started = performance.now();
    for (let index = 0; index < 200; index++) book.planFor(`${key}${index}`);
    expect(performance.now() - started).toBeLessThan(500);
    expect(book.planFor(`a.b.${key}`)).toMatchObject({ target: `metadata.${key}` });
  });
});

describe('the plans that are kept', () => {
  it('are worked out once', () => expect(book.planFor('a.b')).toBe(book.planFor('a.b')));

  it('are those in use, whatever else has come', () => {
    const bounded = new PlanBook([first]);
    const used = bounded.planFor('a.used');
    for (let index = 0; index < 50_000; index++) {
      bounded.planFor(`a.${index}`);
      if (index % 1_000 === 0) expect(bounded.planFor('a.used')).toBe(used);
    }
    // One that has not been asked for is worked out again: the same all the same.
    expect(bounded.planFor('a.0')).toEqual({ ...used, serial: expect.any(Number) as number, key: 'a.0', target: 'config.0', path: '0' });
    expect(bounded.planFor('a.0').serial).toBeGreaterThan(50_000);
  });
});

describe('following the keys of a span', () => {
  it('finds the plan of each, however many keys there have been before, at any place', () => {
    const many = new PlanBook([first, second]);
    const wrong: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      for (let at = 0; at < 6_000; at += 1) {
        // More behind one key than are remembered, and more in all.
        const keys = [`key ${at % 100}`, `other ${at}`, at % 2 === 0 ? 'a.b' : 'm.x', `last ${at % 7}`];
        let step = many.first;
        for (const key of keys) {
          step = many.after(step, key);
          if (step.plan.key !== key || step.plan.target !== many.planFor(key).target) wrong.push(key);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('remembers the way again after keys without end', () => {
    const many = new PlanBook([first, second]);
    const follow = (...keys: string[]): Step => keys.reduce((step, key) => many.after(step, key), many.first);
    for (let at = 0; at < 20_000; at += 1) follow(`key ${at}`, 'a.b');
    follow('a.b', 'm.x');
    expect(follow('a.b', 'm.x')).toBe(follow('a.b', 'm.x'));
  });
});
