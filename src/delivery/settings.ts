/** Which route sessions are posted to. `auto`: `session-start`, and `v1` once the server does not know the former. */
export type ApiRoute = 'auto' | 'session-start' | 'v1';

/** The HoneyHive key, or a function that fetches it. */
export type ApiKeySource = string | (() => string | Promise<string>);

/** The body of an answer, as undici and its stand-ins give it. */
export interface HttpAnswerBody {
  text(): Promise<string>;
  /** Only missing where undici is emulated; then `text` is used for all answers. */
  [Symbol.asyncIterator]?(): AsyncIterator<Uint8Array>;
}

/** One answer of an {@link HttpDispatcher}. */
export interface HttpAnswer {
  readonly statusCode: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: HttpAnswerBody;
}

/** What an {@link HttpDispatcher} is asked to send. */
export interface HttpRequest {
  origin: string;
  path: string;
  method: 'GET' | 'POST' | 'PUT';
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}

/**
 * What is needed of an undici Dispatcher (`Agent`, `Pool`, `ProxyAgent`, `MockAgent`, ...), described
 * by its shape, so that one of another undici major than ours can be given.
 */
export interface HttpDispatcher {
  request(request: HttpRequest): Promise<HttpAnswer>;
}

/**
 * What delivery is to do; resolved from options and environment before it comes here.
 *
 * @internal
 */
export interface DeliverySettings {
  /** Base URL of HoneyHive's data plane, without a trailing slash. May hold a path prefix. */
  readonly url: string;
  /** A function is called once, and again after the server has refused what it gave. */
  readonly apiKey: ApiKeySource;
  /** Sent with each request. They may replace ours, except `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly api: ApiRoute;
  /** Time limit of one attempt, in milliseconds; an update after a start has as long again. */
  readonly timeoutMillis: number;
  /** Time after which a batch is answered with what is known by then, in milliseconds. */
  readonly exportTimeoutMillis: number;
  /** Lanes: connections, with one request in flight on each. */
  readonly maxConcurrency: number;
  /** Bytes that queued sessions may hold, those in flight included. */
  readonly maxPendingBytes: number;
  /** Sessions that may be queued, those in flight included. */
  readonly maxPendingSessions: number;
  /**
   * The same session in fewer bytes, for a server that finds it too large; undefined when there is
   * nothing to leave out. Must not throw.
   */
  readonly smaller?: ((session: string) => string | undefined) | undefined;
  /** Where sessions are kept that could not be delivered; undefined: only in memory. */
  readonly outboxDirectory?: string | undefined;
  /** Bytes that all files in it may take. */
  readonly outboxMaxBytes: number;
  /** Time after which a session in it is given up, in milliseconds. */
  readonly outboxMaxAgeMillis: number;
  /** Sends in place of our own connections; proxy variables are not looked at then. Never closed by us. */
  readonly dispatcher?: HttpDispatcher | undefined;
  /** Version of this package, for the headers that name the client. */
  readonly version: string;
  /** The environment: HTTPS_PROXY, HTTP_PROXY and NO_PROXY in upper or lower case are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
