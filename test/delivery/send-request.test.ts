import type { Dispatcher } from 'undici';
import { Cancellation } from '../../src/delivery/cancellation.js';
import type { Lender } from '../../src/delivery/clients.js';
import { sendByDispatch } from '../../src/delivery/send-request.js';

const REQUEST = { origin: 'http://127.0.0.1:1', path: '/session/start', method: 'POST', headers: {}, body: ['{}'] } as const;

/** A dispatcher that answers with a redirect until it throws, at its `nth` request. */
function throwingAt(nth: number): { clients: Lender; discarded: Dispatcher[] } {
  let asked = 0;
  const controller = {} as Dispatcher.DispatchController;
  const dispatcher = {
    dispatch(_: unknown, handler: Dispatcher.DispatchHandler): boolean {
      asked += 1;
      if (asked === nth) throw new Error('broken');
      handler.onRequestStart!(controller, undefined);
      handler.onResponseStart!(controller, 307, { location: '/elsewhere' });
      handler.onResponseEnd!(controller, {});
      return true;
    },
  } as unknown as Dispatcher;
  const discarded: Dispatcher[] = [];
  return { clients: { take: jest.fn(() => dispatcher), giveBack: () => {}, discard: (one) => discarded.push(one) }, discarded };
}

it.each([
  ['a request', 1],
  ['a redirect', 2],
])('what a dispatcher throws at %s fails the request alone, and the client is not kept', async (_, nth) => {
  const { clients, discarded } = throwingAt(nth);
  await expect(sendByDispatch(clients)(REQUEST, new Cancellation())).rejects.toThrow('broken');
  expect(discarded).toHaveLength(1);
});

it('a body for which there is no memory takes no client', async () => {
  const { clients } = throwingAt(1);
  const allocate = jest.spyOn(Buffer, 'allocUnsafe').mockImplementationOnce(() => {
    throw new RangeError('Array buffer allocation failed');
  });
  await expect(sendByDispatch(clients)(REQUEST, new Cancellation())).rejects.toThrow('allocation');
  expect(clients.take).not.toHaveBeenCalled();
  allocate.mockRestore();
});
