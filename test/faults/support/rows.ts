import type { AttemptOutcome } from '../../../src/delivery/outcome.js';
import type { Fault } from './fault-server.js';
import {
  afterStoring,
  answering,
  drip,
  ENDLESS_HTML,
  HUGE_EVENT,
  HUGE_HTML,
  LATE_ANSWERS,
  LOST_ANSWERS,
  NEVER_ANSWERED,
  onConnection,
  onRequest,
  RESET_ON_CONNECT,
  SILENT,
  storingAndAnswering,
  writing,
} from './faults.js';

/** A fault, and what one attempt that meets it comes to. */
export interface Row {
  readonly fault: Fault;
  readonly kind: AttemptOutcome['kind'];
  /** Of all but what is delivered. */
  readonly reason?: string;
  /** The server never saw a request, so no attempt counts. */
  readonly unreachable?: true;
  /** What the server asked to wait: from, to. */
  readonly retryAfterMillis?: readonly [number, number];
  /** It is the attempt's time limit that ends it. */
  readonly slow?: true;
  readonly questionLength?: number;
  /** Requests that one attempt makes, as long as they meet the fault. Default: one. */
  readonly requests?: number;
}

const DAY_MILLIS = 24 * 60 * 60 * 1000;

const delivered = (fault: Fault): Row => ({ fault, kind: 'delivered' });
const rejected = (fault: Fault, reason: string): Row => ({ fault, kind: 'rejected', reason });
const retryable = (fault: Fault, reason: string, more: Partial<Row> = {}): Row => ({ fault, kind: 'retryable', reason, ...more });
const status = (code: number): Row => retryable(answering(code), `http_${code}`);

function asksToWait(code: 429 | 503 | 500, header: string, says: string, from: number | undefined, to = from): Row {
  const fault = answering(code, '{}', { 'retry-after': header }, `HTTP ${code}, Retry-After ${says}`);
  return retryable(fault, `http_${code}`, from === undefined ? {} : { retryAfterMillis: [from, to ?? from] });
}

const httpDate = (inMillis: number): string => new Date(Date.now() + inMillis).toUTCString();

const lostReasons: Readonly<Record<string, string>> = {
  'reset in place of the answer': 'network_ECONNRESET',
  'reset within the headers of the answer': 'network_UND_ERR_SOCKET',
  'reset within the answer': 'network_UND_ERR_SOCKET',
  'closed in place of the answer': 'network_UND_ERR_SOCKET',
  'truncated: Content-Length longer than the answer, then closed': 'network_UND_ERR_SOCKET',
  'two Content-Lengths that differ': 'network_UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'Content-Length that is no number': 'network_HTTPParserError',
  'chunk with a wrong length': 'network_HTTPParserError',
};

/** Connections: what never becomes an answer. */
const CONNECTIONS: readonly Row[] = [
  retryable(RESET_ON_CONNECT, 'network_ECONNRESET'),
  retryable(onConnection('closed when connected', (socket) => socket.end()), 'network_UND_ERR_SOCKET'),
  retryable(SILENT, 'timeout', { slow: true }),
  retryable(onConnection('something else than HTTP', (socket) => socket.end('220 mail.example ESMTP\r\n')), 'network_HTTPParserError'),
  retryable(onRequest('reset before the body is read', ({ socket }) => void socket.resetAndDestroy()), 'network_ECONNRESET'),
  retryable(
    onRequest('reset during the body', ({ socket, request }) => void request.once('data', () => socket.resetAndDestroy())),
    'network_ECONNRESET',
    { questionLength: 1_000_000 },
  ),
  retryable(NEVER_ANSWERED, 'timeout', { slow: true }),
  retryable(onRequest('body never read, never answered', ({ request }) => void request.pause()), 'timeout', { slow: true, questionLength: 1_000_000 }),
];

const ANSWERS: readonly Row[] = [
  ...LOST_ANSWERS.map((fault) => retryable(fault, lostReasons[fault.name] ?? 'unexpected_answer')),
  ...LATE_ANSWERS.map((fault) => retryable(fault, 'timeout', { slow: true })),
  delivered(drip('answered byte by byte, in time', () => 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}', 2)),
  delivered(HUGE_EVENT),
  retryable(HUGE_HTML, 'unexpected_answer'),
  retryable(ENDLESS_HTML, 'unexpected_answer'),
  retryable(writing('headers of 64 KiB', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(64 * 1024)}\r\n\r\n`), 'network_UND_ERR_HEADERS_OVERFLOW'),
  delivered(storingAndAnswering('200 without a body', () => ({ body: '' }))),
  delivered(storingAndAnswering('200 with the session id alone', () => ({ body: '{"session_id":"a"}' }))),
  delivered(afterStoring('answered without a length, then closed', ({ socket }, stored) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${stored}`))),
  delivered(afterStoring('answered, then half-closed without a word', ({ socket }, stored) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${stored.length}\r\n\r\n${stored}`))),
  delivered(afterStoring('answered, then reset', ({ socket }, stored) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${stored.length}\r\n\r\n${stored}`, () => setTimeout(() => socket.resetAndDestroy(), 5)))),
];

const informational = (code: number): Fault =>
  afterStoring(`HTTP ${code}, then 200`, ({ socket }, stored) => socket.write(`HTTP/1.1 ${code} Status\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: ${stored.length}\r\n\r\n${stored}`));

const STATUSES: readonly Row[] = [
  // undici takes a 100 that nobody asked for as the end of the connection.
  retryable(informational(100), 'network_UND_ERR_SOCKET'),
  ...[102, 103].map((code) => delivered(informational(code))),
  retryable(answering(101, '', { upgrade: 'websocket', connection: 'upgrade' }), 'network_UND_ERR_SOCKET'),
  ...[201, 202, 204, 206, 299].map((code) => delivered(storingAndAnswering(`HTTP ${code}`, (body) => ({ status: code, body })))),
  ...[300, 304].map((code) => rejected(answering(code), `http_${code}`)),
  ...[301, 302, 303, 307, 308].map((code) =>
    rejected(answering(code, '', { location: 'http://127.0.0.1:1/session/start?token=a' }, `HTTP ${code} to another host`), `http_${code}`),
  ),
  ...[400, 402, 404, 405, 409, 410, 411, 414, 415, 418, 422, 431, 451].map((code) => rejected(answering(code), `http_${code}`)),
  // Tried once more with less of the session.
  { ...rejected(answering(413), 'http_413'), requests: 2 },
  // Followed three times.
  ...[301, 302, 307, 308].map((code) => ({
    ...rejected(answering(code, '', { location: '/session/start' }, `HTTP ${code} to the same host`), `http_${code}`),
    requests: 4,
  })),
  rejected(answering(303, '', { location: '/session/start' }, 'HTTP 303 to the same host'), 'http_303'),
  rejected(answering(407, '', { 'proxy-authenticate': 'Basic' }), 'http_407'),
  ...[401, 403].map((code): Row => ({ fault: answering(code), kind: 'unauthorised', reason: `http_${code}` })),
  ...[408, 429, 500, 501, 502, 503, 504, 507, 511, 599].map(status),
  retryable(answering(503, '<html>down for maintenance</html>', { 'content-type': 'text/html' }, 'HTTP 503 with HTML'), 'http_503'),
  retryable(answering(500, '<'.padEnd(4 * 1024 * 1024), {}, 'HTTP 500 with 4 MiB'), 'http_500'),
];

const WAITS: readonly Row[] = ([429, 503] as const).flatMap((code) => [
  asksToWait(code, '0', 'of 0', 0),
  asksToWait(code, '1', 'of a second', 1_000),
  asksToWait(code, '0.2', 'with a fraction', 200),
  asksToWait(code, '3600', 'of an hour', 3_600_000),
  asksToWait(code, '99999999999999999999', 'of more than ever', DAY_MILLIS),
  asksToWait(code, httpDate(3_600_000), 'with a date', 3_500_000, 3_600_000),
  asksToWait(code, httpDate(-3_600_000), 'with a past date', 0),
  asksToWait(code, 'Fri, 31 Dec 9999 23:59:59 GMT', 'with the last of all dates', DAY_MILLIS),
  asksToWait(code, '-5', 'that is negative', undefined),
  asksToWait(code, 'soon', 'that says nothing', undefined),
  asksToWait(code, '', 'that is empty', undefined),
  asksToWait(code, 'Infinity', 'of Infinity', undefined),
  asksToWait(code, '1e3', 'in powers', undefined),
]);

// The one that takes longest comes first.
export const ROWS: readonly Row[] = [asksToWait(500, '3600', 'of an hour', 3_600_000), ...CONNECTIONS, ...ANSWERS, ...STATUSES, ...WAITS];
