import type { ReadAnswer } from './answer.js';
import type { Cancellation } from './cancellation.js';
import type { RequestBody } from './request-body.js';
import type { SendRequest } from './send-request.js';
import type { HttpRequest } from './settings.js';

/** One request of an attempt, with whatever redirects it meets, and its answer. */
export type Exchange = (method: HttpRequest['method'], path: string, body: RequestBody) => Promise<ReadAnswer>;

/** What all requests of one attempt have in common. */
export interface ExchangeBase {
  readonly origin: string;
  /** Goes before every path. */
  readonly pathPrefix: string;
  readonly headers: Record<string, string>;
}

/** Makes the requests of one attempt until it is cancelled. */
export function exchangeOver(send: SendRequest, { origin, pathPrefix, headers }: ExchangeBase, cancellation: Cancellation): Exchange {
  return (method, path, body) =>
    cancellation.cancelled ? Promise.reject(new Error('cancelled')) : send({ origin, path: pathPrefix + path, method, headers, body }, cancellation);
}
