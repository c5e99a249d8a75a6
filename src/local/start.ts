import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import { createApp, WRITES } from './app.js';
import type { Arrival, RawBody } from './arrival.js';
import { EventStore } from './event-store.js';
import { type Fault, faultProblem, Faults } from './fault.js';
import { readLine } from './journal-line.js';
import { openJournal } from './journal.js';
import { faultInWords, meetFault } from './meet-fault.js';
import { errorBody, Refusal } from './refusal.js';
import type { StoredEvent } from './stored-event.js';

/** Not an option: what it stores are prompts, and it has no TLS. */
const HOST = '127.0.0.1';

/** How long `close()` waits for requests that are under way before it cuts them off. */
const CLOSE_GRACE_MILLIS = 500;

/** Options of {@link startLocalHoneyHive}; all may be left out. */
export interface LocalHoneyHiveOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** The only bearer key that is taken. Default: any key that is not empty. */
  readonly key?: string;
  /** Folder of the journal, made if it is missing. Default: none, memory only. */
  readonly dataDirectory?: string;
  /** What goes wrong from the start. Default: nothing. */
  readonly faults?: readonly Fault[];
  /** Called once for each request that would change something, after it was decided. Must not throw. */
  readonly onArrival?: (arrival: Arrival) => void;
  /** Called with the body of each such request on a known route, also one that is then refused. Must not throw. */
  readonly onBody?: (body: RawBody) => void;
  /** The clock, in Unix milliseconds; for tests. Default `Date.now`. */
  readonly now?: () => number;
}

/** A running local HoneyHive. */
export interface LocalHoneyHive {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** HTTP requests received since the start, whatever became of them. */
  readonly requests: number;
  /** The journal that was opened; `undefined` without a data directory. */
  readonly journal: JournalSummary | undefined;
  /** All sessions, oldest first. */
  sessions(): StoredEvent[];
  session(id: string): StoredEvent | undefined;
  /** The events that were sent for a session, oldest first. */
  eventsIn(sessionId: string): StoredEvent[];
  /** Forgets all sessions of its memory. A journal keeps them. */
  clear(): void;
  /**
   * What goes wrong from now on, in place of all faults before.
   *
   * @throws RangeError for what is no fault.
   */
  fail(faults: readonly Fault[]): void;
  /** Stops listening, gives requests under way half a second, waits for the journal. */
  close(): Promise<void>;
}

/** What was found in the journal at the start. */
export interface JournalSummary {
  readonly path: string;
  readonly replayedSessions: number;
  /** Lines that were torn, edited, or not of this journal. */
  readonly unreadableLines: number;
}

/**
 * Starts a HoneyHive on 127.0.0.1, for development and tests. It imitates the routes that start
 * and update sessions; its memory is not bounded.
 *
 * @throws Error, in words for a user, when the port or the folder cannot be used, or for what is no fault.
 */
export async function startLocalHoneyHive(options: LocalHoneyHiveOptions = {}): Promise<LocalHoneyHive> {
  const { port = 0, key, dataDirectory, onArrival = () => {}, onBody = () => {}, now = Date.now } = options;
  const faults = new Faults();
  const fail = (wanted: readonly Fault[]): void => {
    const problem = wanted.map(faultProblem).find(Boolean);
    if (problem !== undefined) throw new RangeError(problem);
    faults.set(wanted);
  };
  fail(options.faults ?? []);
  const store = new EventStore();
  const journal =
    dataDirectory === undefined
      ? undefined
      : await openJournal(dataDirectory, (line) => store.put(readLine(line)));
  const summary = journal && {
    path: journal.path,
    unreadableLines: journal.unreadableLines,
    replayedSessions: store.list().length,
  };

  const app = createApp({ store, journal, key, now, onArrival, onBody });
  // Without this option the listener replaces the global Request and Response of the process.
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false, errorHandler: answerToBadRequest });
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    const fault = WRITES.has(method) ? faults.next() : undefined;
    if (fault === undefined) {
      void answer(request, response);
      return;
    }
    onArrival({ verb: 'failed', at: now(), method, path: url, fault: faultInWords(fault) });
    void meetFault(fault, request, response, () => void answer(request, response));
  });
  let requests = 0;
  server.on('request', () => {
    requests += 1;
  });
  let address: AddressInfo;
  try {
    address = await listen(server, port);
  } catch (error) {
    await journal?.close();
    throw error;
  }

  let closing: Promise<void> | undefined;
  return {
    url: `http://${HOST}:${address.port}`,
    port: address.port,
    journal: summary,
    get requests() {
      return requests;
    },
    sessions: () => store.list(),
    session: (id) => store.get(id),
    eventsIn: (sessionId) => store.eventsIn(sessionId),
    clear: () => store.clear(),
    fail,
    close() {
      closing ??= stopListening(server).then(() => journal?.close());
      return closing;
    },
  };
}

// A request whose target or host is no URL never reaches the routes.
function answerToBadRequest(error: unknown): Response | undefined {
  if (!(error instanceof RequestError)) return undefined;
  return Response.json(errorBody(new Refusal(400, error.message)), { status: 400 });
}

function listen(server: Server, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(`cannot listen on ${HOST}:${port}: ${REASONS[error.code ?? ''] ?? error.message}`, { cause: error }));
    });
    server.listen(port, HOST, () => resolve(server.address() as AddressInfo));
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'this user may not use the port',
};

async function stopListening(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const cutOff = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MILLIS);
  await closed;
  clearTimeout(cutOff);
}
