import type * as Undici from 'undici';
import { Clients, shared } from './clients.js';
import type { Diagnostics } from './diagnostics.js';
import { holdingProcess } from './held-process.js';
import type { Retryable } from './outcome.js';
import { type SendRequest, sendByDispatch, sendByRequest } from './send-request.js';
import { proxySetting, type ProxySetting } from './proxy.js';
import type { DeliverySettings, HttpDispatcher } from './settings.js';
import { withoutConnectLoop } from './tunnel-pool.js';

/** What attempts are sent through. */
export interface Connections {
  readonly send: SendRequest;
  /** Whom messages name when there is no way to HoneyHive: the proxy's host and the variable that names it. */
  readonly proxy?: string;
  /** Ends them at once. Does nothing to a dispatcher that was given to us. */
  close(): void;
}

// A span processor exports every 5 s by default. undici closes an idle connection after 4 s, so each
// export would begin with as many handshakes as there are lanes. Load balancers keep theirs for a
// minute; a server that says less in its Keep-Alive header is obeyed.
const IDLE_MILLIS = 20_000;

/** A misconfigured proxy stays so as long as the process runs; this only keeps lanes from asking again and again. */
const HOPELESS_MILLIS = 60_000;

/**
 * Loads undici, which installs a dispatcher for the whole process where it finds none, and Node's
 * own fetch would then go through it. To take it out again is no way: whoever came meanwhile, or
 * shares this copy of undici, would be left without any. So Node's own comes first: it is made when
 * Node loads what is behind `Response`, as the first fetch does.
 */
async function loadUndici(): Promise<typeof Undici | undefined> {
  void globalThis.Response;
  return import('undici').catch(() => undefined);
}

/**
 * Opens what attempts are sent through: the dispatcher given by the user, a proxy, or connections of its own. A proxy
 * that cannot be used is a failure: nothing is ever sent past it.
 *
 * @param holdsProcess Whether a request that begins now keeps the process alive until it is answered.
 */
export async function openConnections(
  origin: string,
  settings: DeliverySettings,
  diagnostics: Pick<Diagnostics, 'warnUser'>,
  holdsProcess: () => boolean = () => true,
): Promise<Connections | Retryable> {
  if (settings.dispatcher) return { send: sendByRequest(settings.dispatcher), close: () => {} };

  const proxy = proxySetting(new URL(origin), settings.env);
  if (proxy !== undefined && proxy.url === undefined) return invalidProxy(proxy, diagnostics);
  const undici = await loadUndici();
  if (undici === undefined) {
    const message = 'the package undici could not be loaded: is it left out of a bundle?';
    return { kind: 'retryable', reason: 'undici_missing', message, unreachable: true, retryAfterMillis: HOPELESS_MILLIS };
  }

  // Bun's own undici has no working Pool; its request() goes through Bun's fetch, which pools and
  // knows the proxy variables by itself. Source: run with Bun 1.4.5.
  if (process.versions['bun'] !== undefined) {
    const dispatcher: HttpDispatcher = {
      request: ({ origin: base, path, ...options }) => undici.request(base + path, options),
    };
    return { send: sendByRequest(dispatcher), close: () => {} };
  }

  const options = {
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: IDLE_MILLIS,
    // An attempt has its own time limit, which also ends what undici's would not.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  // Shorter than an attempt, so that a host which drops packets is seen as one that cannot be reached.
  const connectTimeout = Math.ceil(settings.timeoutMillis / 2);
  try {
    if (proxy === undefined) {
      const connect = holdingProcess(undici.buildConnector({ timeout: connectTimeout, allowH2: false }), holdsProcess);
      const clients = new Clients(() => new undici.Client(origin, { ...options, connect }));
      return { send: sendByDispatch(clients), close: () => clients.close() };
    }
    const dispatcher = new undici.ProxyAgent({
      ...options,
      connections: settings.maxConcurrency,
      connectTimeout,
      uri: proxy.url ?? '',
      proxyTls: { timeout: connectTimeout },
      // An unanswered CONNECT would block a lane's connection for undici's default of 5 minutes.
      clientFactory: (url, factoryOptions) => withoutConnectLoop(new undici.Pool(url, { ...factoryOptions, headersTimeout: settings.timeoutMillis })),
    });
    return {
      send: sendByDispatch(shared(dispatcher)),
      close: () => void dispatcher.destroy().catch(() => {}),
      proxy: `${new URL(proxy.url ?? '').host} (${proxy.variable})`,
    };
  } catch {
    // undici reads more of a proxy's URL than URL does, its credentials for one.
    if (proxy !== undefined) return invalidProxy(proxy, diagnostics);
    const message = 'undici did not accept the address of HoneyHive: check HH_API_URL (or HH_DATA_PLANE_URL)';
    return { kind: 'retryable', reason: 'invalid_url', message, unreachable: true, retryAfterMillis: HOPELESS_MILLIS };
  }
}

function invalidProxy(proxy: ProxySetting, diagnostics: Pick<Diagnostics, 'warnUser'>): Retryable {
  const message = `${proxy.variable} is not a proxy URL (such as http://proxy.example:3128), so nothing is sent: correct or unset it`;
  diagnostics.warnUser('HONEYHIVE_INVALID_PROXY', message);
  return { kind: 'retryable', reason: 'invalid_proxy', message, unreachable: true, retryAfterMillis: HOPELESS_MILLIS };
}
