import type { ReadAnswer } from './answer.js';
import type { Cancellation } from './cancellation.js';
import { MOST_REDIRECTS, redirectPath } from './redirect.js';
import type { SendRequest } from './send-request.js';
import type { HttpRequest } from './settings.js';

/** One request of an attempt, with whatever redirects it meets, and its answer. */
export type Exchange = (method: HttpRequest['method'], path: string, body: string) => Promise<ReadAnswer>;

/** What all requests of one attempt have in common. */
export interface ExchangeBase {
  readonly origin: string;
  /** Goes before every path. */
  readonly pathPrefix: string;
  readonly headers: Record<string, string>;
}

/** Makes the requests of one attempt until it is cancelled. */
export function exchangeOver(send: SendRequest, { origin, pathPrefix, headers }: ExchangeBase, cancellation: Cancellation): Exchange {
  return async (method, firstPath, body) => {
    let path = pathPrefix + firstPath;
    for (let redirects = 0; ; redirects += 1) {
      if (cancellation.cancelled) throw new Error('cancelled');
      const answer = await send({ origin, path, method, headers, body }, cancellation);
      const next = redirects < MOST_REDIRECTS ? redirectPath(answer, origin, path) : undefined;
      if (next === undefined) return answer;
      path = next;
    }
  };
}
