import type { Dispatcher } from 'undici';
import { AnswerReader, longestAnswer, readAnswer, type ReadAnswer } from './answer.js';
import type { Cancellation } from './cancellation.js';
import type { HttpDispatcher, HttpRequest } from './settings.js';

/** Sends one request and reads its answer; rejects when there is none, or when it is cancelled. */
export type SendRequest = (request: Omit<HttpRequest, 'signal'>, cancellation: Cancellation) => Promise<ReadAnswer>;

/** Through `request`, which every dispatcher has whose undici is not ours. */
export function sendByRequest(dispatcher: HttpDispatcher): SendRequest {
  return async (request, cancellation) => {
    const abort = new AbortController();
    cancellation.onCancel(() => abort.abort());
    abort.signal.throwIfAborted();
    // The instance's method: undici's request() takes no dispatcher of another major version.
    return readAnswer(await dispatcher.request({ ...request, signal: abort.signal }), longestAnswer(request.body));
  };
}

/** Through `dispatch` of our own undici: no stream and no signal for each answer. */
export function sendByDispatch(dispatcher: Dispatcher): SendRequest {
  return (request, cancellation) =>
    new Promise((resolve, reject) => {
      dispatcher.dispatch(request, new AnswerHandler(longestAnswer(request.body), cancellation, resolve, reject));
    });
}

/** What undici tells of one request. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  private readonly longest: number;
  private readonly cancellation: Cancellation;
  private readonly resolve: (answer: ReadAnswer) => void;
  private readonly reject: (error: Error) => void;
  private reader: AnswerReader | undefined;

  constructor(longest: number, cancellation: Cancellation, resolve: (answer: ReadAnswer) => void, reject: (error: Error) => void) {
    this.longest = longest;
    this.cancellation = cancellation;
    this.resolve = resolve;
    this.reject = reject;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.cancellation.onCancel(() => controller.abort(new Error('cancelled')));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: ReadAnswer['headers']): void {
    // An informational answer is followed by another one.
    this.reader = new AnswerReader(status, headers, this.longest);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.reader!.add(chunk)) return;
    // Long enough: the rest is not worth the wait, nor the connection.
    this.resolve(this.reader!.answer());
    controller.abort(new Error('cut'));
  }

  onResponseEnd(): void {
    this.resolve(this.reader!.answer());
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.reject(error);
  }
}
