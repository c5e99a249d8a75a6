import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A request that a test server got, with its whole body. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly socket: Socket;
}

/** A server on 127.0.0.1 that a test has started. */
export interface TestServer {
  readonly port: number;
  readonly url: string;
  readonly requests: SeenRequest[];
  /** Connections opened so far. */
  readonly connections: () => number;
  /** Connections open now. */
  readonly openConnections: () => number;
}

type Handler = (request: SeenRequest, response: ServerResponse, nth: number) => void;

const started = new Set<() => Promise<void>>();

/** Stops all that was started here: for afterEach. */
export async function closeServers(): Promise<void> {
  await Promise.all([...started].map((close) => close()));
  started.clear();
}

/** A server that answers each request by `handler`; `nth` counts from 1. Port 0: any free one. */
export async function serve(handler: Handler, port = 0): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((incoming, response) => {
    void readBody(incoming).then((body) => {
      const seen: SeenRequest = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body,
        socket: incoming.socket,
      };
      requests.push(seen);
      handler(seen, response, requests.length);
    });
  });
  return listen(server, requests, port);
}

/** Answers JSON with the status. */
export function json(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** How a proxy refuses a CONNECT: with a status, by dropping the connection, or by saying nothing. */
export type ProxyRefusal = number | 'drop' | 'silence';

/** A proxy that knows CONNECT and plain forwarding, and notes each in `log`. `refuse` is asked for each CONNECT, if it is a function. */
export async function serveProxy(log: string[], refuse?: ProxyRefusal | (() => ProxyRefusal | undefined), port = 0): Promise<TestServer> {
  const server = createServer((incoming, response) => {
    log.push(`FORWARD ${incoming.url}`);
    const target = new URL(incoming.url ?? '');
    const onward = httpRequest(target, { method: incoming.method ?? 'GET', headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    log.push(`CONNECT ${incoming.url} ${incoming.headers['proxy-authorization'] ?? ''}`.trim());
    socket.on('error', () => {});
    const refusal = typeof refuse === 'function' ? refuse() : refuse;
    if (refusal === 'silence') return;
    if (refusal === 'drop') {
      socket.destroy();
      return;
    }
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
      return;
    }
    const [host = '', port = ''] = (incoming.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
    onward.on('error', () => socket.destroy());
  });
  return listen(server, [], port);
}

async function listen(server: Server, requests: SeenRequest[], onPort = 0): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(onPort, '127.0.0.1', resolve));
  started.add(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}`, requests, connections: () => connections, openConnections: () => sockets.size };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
