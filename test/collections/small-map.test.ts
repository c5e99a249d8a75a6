import fc from 'fast-check';
import { SmallMap } from '../../src/collections/small-map.js';

type Step = { do: 'set' | 'take' | 'get'; key: string; value: number };

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('set' as const, 'set' as const, 'take' as const, 'get' as const),
  // More keys than a list may have, so that it turns into a Map.
  key: fc.oneof(fc.constantFrom('__proto__', 'constructor', ''), fc.nat(30).map(String)),
  value: fc.nat(),
});

describe('a small map', () => {
  it('does whatever a Map does, in the same order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const small = new SmallMap<number>();
        const reference = new Map<string, number>();
        for (const { do: what, key, value } of steps) {
          if (what === 'set') {
            small.set(key, value);
            reference.set(key, value);
          } else {
            expect(what === 'get' ? small.get(key) : small.take(key)).toBe(reference.get(key));
            if (what === 'take') reference.delete(key);
          }
          expect([...small]).toEqual([...reference]);
          expect(small.size).toBe(reference.size);
        }
      }),
    );
  });
});
