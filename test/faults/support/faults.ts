import type { Socket } from 'node:net';
import { answer, type Exchange, type Fault } from './fault-server.js';

type Headers = Readonly<Record<string, string>>;

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const MEGABYTES = 4 * 1024 * 1024;

/** A fault of each connection, before it is read. */
export function onConnection(name: string, connection: (socket: Socket) => void): Fault {
  return { name, connection };
}

/** A fault of a request, whose headers have come. */
export function onRequest(name: string, request: (exchange: Exchange) => void | Promise<void>): Fault {
  return { name, request };
}

/** The server takes what was sent, and then answers wrongly. */
export function afterStoring(name: string, answers: (exchange: Exchange, stored: string) => void): Fault {
  return onRequest(name, async (exchange) => answers(exchange, await exchange.store()));
}

/** The server reads the request, takes nothing of it, and writes these bytes. */
export function writing(name: string, bytes: string, then: 'end' | 'stay open' = 'stay open'): Fault {
  return onRequest(name, async ({ socket, whole }) => {
    await whole();
    socket.write(bytes);
    if (then === 'end') socket.end();
  });
}

/** The server takes nothing and answers this. */
export function answering(status: number, body: string = '{}', headers: Headers = {}, name?: string): Fault {
  return onRequest(name ?? `HTTP ${status}`, async ({ socket, whole }) => {
    await whole();
    answer(socket, status, body, headers);
  });
}

/** The server takes the session and answers this. */
export function storingAndAnswering(name: string, answerOf: (stored: string) => { status?: number; body: string; headers?: Headers }): Fault {
  return afterStoring(name, ({ socket }, stored) => {
    const { status = 200, body, headers } = answerOf(stored);
    answer(socket, status, body, headers);
  });
}

/** Writes a byte now and then, so that something comes all the time and little of it. */
export function drip(name: string, bytes: (stored: string) => string, everyMillis: number): Fault {
  return afterStoring(name, ({ socket }, stored) => {
    const all = bytes(stored);
    let sent = 0;
    const timer = setInterval(() => {
      if (socket.destroyed || sent === all.length) return clearInterval(timer);
      socket.write(all[sent]!);
      sent += 1;
    }, everyMillis);
    socket.on('close', () => clearInterval(timer));
  });
}

/** So many bytes of an answer that goes on for ever, unless the client hangs up. */
export function endless(name: string, beginning: string): Fault {
  const chunk = 'x'.repeat(64 * 1024);
  return onRequest(name, async ({ socket, whole }) => {
    await whole();
    socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n${hex(beginning)}`);
    const more = (): void => {
      while (!socket.destroyed && socket.write(hex(chunk)));
    };
    socket.on('drain', more);
    more();
  });
}

function hex(chunk: string): string {
  return `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
}

const json = (stored: string, length: number = stored.length): string => `${HEAD}content-length: ${length}\r\n\r\n${stored}`;

export const NEVER_ANSWERED: Fault = onRequest('never answered', async ({ whole }) => void (await whole()));
export const RESET_ON_CONNECT: Fault = onConnection('reset when connected', (socket) => socket.resetAndDestroy());
export const SILENT: Fault = onConnection('connected, nothing read, nothing answered', (socket) => socket.pause());

/** What an answer can be after the session was taken: the client cannot know that it was. */
export const LOST_ANSWERS: readonly Fault[] = [
  afterStoring('reset in place of the answer', ({ socket }) => socket.resetAndDestroy()),
  afterStoring('closed in place of the answer', ({ socket }) => socket.end()),
  afterStoring('reset within the headers of the answer', ({ socket }) => socket.write(HEAD, () => socket.resetAndDestroy())),
  afterStoring('reset within the answer', ({ socket }, stored) => socket.write(json(stored.slice(0, 20), stored.length), () => socket.resetAndDestroy())),
  afterStoring('truncated: Content-Length longer than the answer, then closed', ({ socket }, stored) => socket.end(json(stored, stored.length + 10))),
  afterStoring('Content-Length shorter than the answer', ({ socket }, stored) => socket.write(json(stored, 10))),
  afterStoring('two Content-Lengths that differ', ({ socket }, stored) => socket.write(`${HEAD}content-length: 5\r\ncontent-length: ${stored.length}\r\n\r\n${stored}`)),
  afterStoring('Content-Length that is no number', ({ socket }, stored) => socket.write(`${HEAD}content-length: many\r\n\r\n${stored}`)),
  afterStoring('chunk with a wrong length', ({ socket }, stored) => socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n5\r\n${stored}\r\n0\r\n\r\n`)),
  storingAndAnswering('200 with HTML', () => ({ body: '<html>please sign in</html>', headers: { 'content-type': 'text/html' } })),
  storingAndAnswering('200 with JSON that is cut off', (stored) => ({ body: stored.slice(0, 20) })),
  storingAndAnswering('200 with text', () => ({ body: 'ok' })),
  storingAndAnswering('200 with a JSON array', () => ({ body: '[]' })),
  storingAndAnswering('200 with null', () => ({ body: 'null' })),
];

/** Answers that come too late or not at all; the session was taken. */
export const LATE_ANSWERS: readonly Fault[] = [
  afterStoring('answered after the timeout', ({ socket }, stored) => void setTimeout(() => answer(socket, 200, stored), 3_000).unref()),
  drip('answered byte by byte, beyond the timeout', (stored) => json(stored), 100),
  afterStoring('truncated: Content-Length longer than the answer, left open', ({ socket }, stored) => socket.write(json(stored, stored.length + 10))),
];

export const HUGE_HTML: Fault = answering(200, '<html>'.padEnd(MEGABYTES, 'x'), { 'content-type': 'text/html' }, 'HTML of 4 MiB');
export const HUGE_EVENT: Fault = storingAndAnswering('a stored event of 4 MiB', (stored) => ({ body: `${stored.slice(0, -1)},"x":"${'x'.repeat(MEGABYTES)}"}` }));
export const ENDLESS_HTML: Fault = endless('HTML without end', '<html>');
