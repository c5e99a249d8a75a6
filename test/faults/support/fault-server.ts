import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { idsIn } from './ids-in.js';

/** A request whose headers have come, and the socket to answer on. */
export interface Exchange {
  readonly socket: Socket;
  readonly request: IncomingMessage;
  /** The request's body, once it is complete. */
  whole(): Promise<Buffer>;
  /** Takes what was sent, as a server does that works, and gives the text of its answer. */
  store(): Promise<string>;
}

/** Something that goes wrong with a connection before it is read, or with a request on it. */
export interface Fault {
  readonly name: string;
  readonly connection?: (socket: Socket) => void;
  readonly request?: (exchange: Exchange) => void | Promise<void>;
}

/** Asked at each connection and at each request; undefined: nothing goes wrong. */
export type Choose = (level: 'connection' | 'request') => Fault | undefined;

/** A certificate and its key, in PEM. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
}

/**
 * A server on 127.0.0.1 that takes sessions (and OTLP's spans) and that is told what goes wrong.
 * Requests are read by Node's own server; answers are written as bytes, so that they may be as
 * wrong as can be.
 */
export class FaultServer {
  choose: Choose = () => undefined;
  /** Sessions that are never taken: whoever sends one is answered 400. */
  refuses: (id: string) => boolean = () => false;
  /** Ids that were taken, and how often each came. */
  readonly stored = new Map<string, number>();
  connections = 0;
  requests = 0;
  /** How often something went wrong. */
  played = 0;

  readonly #http = createHttpServer();
  readonly #sockets = new Set<Socket>();
  readonly #tls: boolean;
  #server: Server;
  #port = 0;

  private constructor(tls: Credentials | undefined) {
    this.#tls = tls !== undefined;
    this.#http.on('request', (request) => this.#onRequest(request));
    this.#server = tls === undefined ? createServer({ allowHalfOpen: true }) : createTlsServer(tls);
    // Those of TLS are counted when TCP has connected them, or a failed handshake would be none.
    this.#server.on('connection', (socket) => this.#track(socket));
    this.#server.on(this.#tls ? 'secureConnection' : 'connection', (socket) => this.#onConnection(socket));
  }

  /** Starts one on any free port. */
  static async start(choose?: Choose, tls?: Credentials): Promise<FaultServer> {
    const server = new FaultServer(tls);
    if (choose) server.choose = choose;
    await server.#listen();
    return server;
  }

  get url(): string {
    return `${this.#tls ? 'https' : 'http'}://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** This goes wrong so many times, then nothing. */
  play(fault: Fault, times: number = Infinity): void {
    let left = times;
    this.choose = (level) => {
      if (fault[level] === undefined || left <= 0) return undefined;
      left -= 1;
      return fault;
    };
  }

  /** From now on nothing goes wrong. */
  recover(): void {
    this.choose = () => undefined;
  }

  /** Shows another certificate from the next connection on. */
  present(credentials: Credentials): void {
    (this.#server as TlsServer).setSecureContext(credentials);
  }

  /** Ends all connections and refuses new ones, until `up`. */
  async down(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  /** Listens again, on the same port. */
  async up(): Promise<void> {
    await this.#listen();
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.down();
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => resolve());
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #track(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #onConnection(socket: Socket): void {
    socket.on('error', () => {});
    const fault = this.choose('connection');
    if (fault?.connection !== undefined) {
      this.played += 1;
      fault.connection(socket);
      return;
    }
    this.#http.emit('connection', socket);
  }

  #onRequest(request: IncomingMessage): void {
    this.requests += 1;
    const { socket } = request;
    let body: Promise<Buffer> | undefined;
    const whole = (): Promise<Buffer> => (body ??= bodyOf(request));
    const exchange: Exchange = { socket, request, whole, store: async () => this.#store(request, await whole()) };
    const fault = this.choose('request');
    if (fault !== undefined) this.played += 1;
    const work = async (): Promise<void> => (fault?.request ?? answerWell)(exchange);
    // Any other error: the client went away, which is what some faults are about.
    void work().catch((error: unknown) => (error === REFUSED ? answer(socket, 400, '{}') : undefined));
  }

  #store(request: IncomingMessage, body: Buffer): string {
    const { ids, stored } = idsIn(request.url ?? '', body);
    if (ids.some((id) => this.refuses(id))) throw REFUSED;
    for (const id of ids) this.stored.set(id, (this.stored.get(id) ?? 0) + 1);
    return stored;
  }
}

const REFUSED = new Error('a session that is never taken');

async function answerWell({ socket, store }: Exchange): Promise<void> {
  answer(socket, 200, await store());
}

/** Writes a whole answer, and leaves the connection open. */
export function answer(socket: Socket, status: number, body: string = '', headers: Readonly<Record<string, string>> = {}): void {
  const bodiless = status < 200 || status === 204 || status === 304;
  const all = { ...(bodiless ? {} : { 'content-length': String(Buffer.byteLength(body)), 'content-type': 'application/json' }), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} Status\r\n${lines.join('')}\r\n${bodiless ? '' : body}`);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
