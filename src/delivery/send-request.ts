import type { Dispatcher } from 'undici';
import { AnswerReader, longestAnswer, readAnswer, type ReadAnswer } from './answer.js';
import type { Cancellation } from './cancellation.js';
import type { Lender } from './clients.js';
import { redirected } from './redirect.js';
import { bytesOf, type RequestBody } from './request-body.js';
import type { HttpDispatcher, HttpRequest } from './settings.js';

type Request = Omit<HttpRequest, 'body' | 'signal'> & { body: RequestBody };
type PrintedRequest = Omit<Request, 'body'> & { body: Buffer };

/** Sends one request, and follows redirects within its origin; rejects when there is no answer, or when it is cancelled. */
export type SendRequest = (request: Request, cancellation: Cancellation) => Promise<ReadAnswer>;

/** Through `request`, which every dispatcher has whose undici is not ours. */
export function sendByRequest(dispatcher: HttpDispatcher): SendRequest {
  return async (request, cancellation) => {
    const abort = new AbortController();
    cancellation.onCancel(() => abort.abort());
    for (let asked = { ...request, body: request.body.join('') }, redirects = 0; ; redirects += 1) {
      abort.signal.throwIfAborted();
      // The instance's method: undici's request() takes no dispatcher of another major version.
      const answer = await readAnswer(await dispatcher.request({ ...asked, signal: abort.signal }), longestAnswer(asked.body.length));
      const next = redirected(asked, answer, redirects);
      if (next === undefined) return answer;
      asked = next;
    }
  };
}

/** Through `dispatch` of our own undici: no stream, no signal and one promise for each answer. */
export function sendByDispatch(clients: Lender): SendRequest {
  return (request, cancellation) =>
    new Promise((resolve, reject) => {
      new AnswerHandler(clients, request, cancellation, resolve, reject).dispatch();
    });
}

/** What undici tells of one request. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #clients: Lender;
  readonly #client: Dispatcher;
  #request: PrintedRequest;
  #redirects = 0;
  readonly #cancellation: Cancellation;
  readonly #resolve: (answer: ReadAnswer) => void;
  readonly #reject: (error: Error) => void;
  #reader: AnswerReader | undefined;

  constructor(clients: Lender, request: Request, cancellation: Cancellation, resolve: (answer: ReadAnswer) => void, reject: (error: Error) => void) {
    this.#request = { ...request, body: bytesOf(request.body) };
    // Last of what may fail: there is nobody yet to give it back.
    this.#clients = clients;
    this.#client = clients.take();
    this.#cancellation = cancellation;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Does not throw: at a redirect nobody would catch it, and it would end the process. */
  dispatch(): void {
    try {
      this.#client.dispatch(this.#request, this);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#cancellation.onCancel(() => controller.abort(new Error('cancelled')));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: ReadAnswer['headers']): void {
    // An informational answer is followed by another one.
    this.#reader = new AnswerReader(status, headers, longestAnswer(this.#request.body.length));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#reader!.add(chunk)) return;
    // Long enough: the rest is not worth the wait, nor the connection.
    this.#resolve(this.#reader!.answer());
    controller.abort(new Error('cut'));
  }

  onResponseEnd(): void {
    const answer = this.#reader!.answer();
    const next = redirected(this.#request, answer, this.#redirects);
    // A server may end its connection with the answer and not say so. undici looks once more before it uses one
    // again, but what it is given now would be sent before the end is read.
    setImmediate(() => this.#goOn(answer, next));
  }

  #goOn(answer: ReadAnswer, next: PrintedRequest | undefined): void {
    if (next === undefined) {
      this.#clients.giveBack(this.#client);
      return this.#resolve(answer);
    }
    this.#redirects += 1;
    this.#request = next;
    this.dispatch();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #fail(error: Error): void {
    this.#clients.discard(this.#client);
    this.#reject(error);
  }
}
