import { setImmediate as turn } from 'node:timers/promises';
import { ROOT_CONTEXT } from '@opentelemetry/api';

/** Requests at once, and how many go on before the event loop does. */
export const AT_ONCE = 100;
export const REQUESTS_A_TURN = 20;

/** Feeds a processor with requests that are there already. */
export function feeding(processor) {
  return async ({ requests }) => {
    for (let index = 0; index < requests.length + AT_ONCE; index += 1) {
      const request = requests[index];
      if (request !== undefined) {
        processor.onStart(request.root, ROOT_CONTEXT);
        for (const child of request.children) {
          processor.onStart(child, request.below);
          processor.onEnd(child);
        }
      }
      if (index >= AT_ONCE) processor.onEnd(requests[index - AT_ONCE].root);
      if (index % REQUESTS_A_TURN === 0) await turn();
    }
    await processor.forceFlush();
  };
}
