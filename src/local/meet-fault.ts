import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DEFAULT_DELAY_MILLIS, type Fault } from './fault.js';

/** Has a fault meet a request; `answerAsUsual` does what would have been done without it. */
export async function meetFault(fault: Fault, request: IncomingMessage, response: ServerResponse, answerAsUsual: () => void): Promise<void> {
  if (fault.kind === 'slow') {
    // Not what keeps a process alive: that is the server.
    const late = (): void => {
      if (!response.destroyed) answerAsUsual();
    };
    setTimeout(late, fault.delay ?? DEFAULT_DELAY_MILLIS).unref();
    return;
  }
  try {
    // A client that is answered while it writes sees a reset connection instead of the answer.
    request.resume();
    await once(request, 'end');
  } catch {
    return; // It has gone.
  }
  if (fault.kind === 'reset') request.socket.resetAndDestroy();
  else if (fault.kind !== 'silent') answer(response, fault.kind, fault.retryAfter);
}

// documented: the names of an error body (api-client, `ApiError.parseError`).
function answer(response: ServerResponse, status: number, retryAfter: number | undefined): void {
  const body = { statusCode: status, message: 'a fault that was asked for', success: false, errorCode: 'FAULT' };
  response.writeHead(status, { 'content-type': 'application/json', ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) });
  response.end(JSON.stringify(body));
}

/** A fault in a line for people. */
export function faultInWords({ kind, delay = DEFAULT_DELAY_MILLIS }: Fault): string {
  if (kind === 'reset') return 'connection reset';
  if (kind === 'silent') return 'no answer';
  return kind === 'slow' ? `answer after ${delay} ms` : `HTTP ${kind}`;
}
