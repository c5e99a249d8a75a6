import fc from 'fast-check';
import { LinkedList, type ListNode } from '../../src/collections/linked-list.js';

function valuesOf<T>(list: LinkedList<T>): T[] {
  const values: T[] = [];
  for (let node = list.first; node !== undefined; node = node.next) values.push(node.value);
  return values;
}

describe('LinkedList', () => {
  it('holds what an array would hold, whatever is taken from the middle', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant('push' as const), fc.nat())), (steps) => {
        const list = new LinkedList<number>();
        const nodes: ListNode<number>[] = [];
        steps.forEach((step, index) => {
          if (step === 'push') {
            nodes.push(list.push(index));
          } else if (nodes.length > 0) {
            const [node] = nodes.splice(step % nodes.length, 1);
            if (node) list.remove(node);
          }
          expect(valuesOf(list)).toEqual(nodes.map((node) => node.value));
          expect(list.size).toBe(nodes.length);
        });
      }),
    );
  });
});
