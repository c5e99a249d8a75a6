import fc from 'fast-check';
import { DueHeap, type Due } from '../../src/delivery/due-heap.js';

describe('DueHeap', () => {
  it('gives the earliest first, whatever is taken from the middle', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.array(fc.nat()), (times, removals) => {
        const heap = new DueHeap<Due>();
        const items = times.map((dueAt): Due => ({ dueAt, heapIndex: -1 }));
        for (const item of items) heap.push(item);
        for (const removal of removals) {
          if (items.length === 0) break;
          const [item] = items.splice(removal % items.length, 1);
          if (item) heap.remove(item);
        }
        expect(heap.size).toBe(items.length);

        const order: number[] = [];
        for (let first = heap.first; first !== undefined; first = heap.first) {
          order.push(first.dueAt);
          heap.remove(first);
        }
        expect(order).toEqual(items.map((item) => item.dueAt).sort((a, b) => a - b));
      }),
    );
  });
});
