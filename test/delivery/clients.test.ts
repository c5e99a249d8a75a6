import type { Dispatcher } from 'undici';
import { Clients } from '../../src/delivery/clients.js';

/** Clients, how many of them were made, and which were destroyed, by their number. */
function counted(): { clients: Clients; made: Dispatcher[]; destroyed: number[] } {
  const made: Dispatcher[] = [];
  const destroyed: number[] = [];
  const make = (): Dispatcher => {
    const number = made.length;
    const client = { destroy: () => Promise.resolve(void destroyed.push(number)) };
    made.push(client as unknown as Dispatcher);
    return made[number]!;
  };
  return { clients: new Clients(make), made, destroyed };
}

describe('clients', () => {
  it('are made when all others are taken, and the one that came back last is taken first', () => {
    const { clients, made } = counted();
    const taken = [clients.take(), clients.take(), clients.take()];
    expect(taken).toEqual(made);
    for (const one of taken) clients.giveBack(one);
    expect(clients.take()).toBe(made[2]);
    expect(made).toHaveLength(3);
  });

  it('that fail are destroyed and not kept, however many they are', () => {
    const { clients, made, destroyed } = counted();
    for (let times = 0; times < 1_000; times += 1) clients.discard(clients.take());
    expect(made).toHaveLength(1_000);
    destroyed.length = 0;
    clients.close();
    expect(destroyed).toEqual([]);
  });

  it('are destroyed by a close, idle or not', () => {
    const { clients, destroyed } = counted();
    const idle = clients.take();
    clients.take();
    clients.giveBack(idle);
    clients.close();
    expect(destroyed).toEqual([0, 1]);
  });
});
