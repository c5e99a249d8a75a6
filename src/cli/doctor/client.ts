import type { ReadAnswer } from '../../delivery/answer.js';
import { Cancellation } from '../../delivery/cancellation.js';
import { openConnections } from '../../delivery/connections.js';
import { exchangeOver } from '../../delivery/exchange.js';
import type { RequestBody } from '../../delivery/request-body.js';
import { requestHeaders } from '../../delivery/request-headers.js';
import type { HttpRequest } from '../../delivery/settings.js';
import type { Config } from '../../config/resolve.js';
import type { Check } from './report.js';
import { failure } from './reach.js';
import { withinTime } from './within-time.js';

/** What the requests of a client are made of. */
export interface ClientSettings {
  readonly config: Config & { readonly url: string; readonly apiKey: string };
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/** Makes requests as the exporter does: its connections, its proxy, its headers, its time limit. */
export interface Client {
  /** An answer; or, in the place of it, a check that failed. @param withKey Default: true. */
  request(id: string, method: HttpRequest['method'], path: string, body?: RequestBody, withKey?: boolean): Promise<ReadAnswer | Check>;
  close(): void;
}

/** Opens the connections of a client; a check that failed where that cannot be. */
export async function openClient({ config, environment, version }: ClientSettings): Promise<Client | Check> {
  const { origin, host, pathname } = new URL(config.url);
  const connections = await openConnections(origin, { ...config, env: environment, version }, QUIET);
  if ('kind' in connections) return { id: 'key', status: 'fail', message: connections.message };

  const headers = requestHeaders(version, config.headers, QUIET);
  const base = { origin, pathPrefix: pathname.replace(/\/+$/, '') };
  return {
    close: () => connections.close(),
    async request(id, method, path, body = [], withKey = true) {
      const cancellation = new Cancellation();
      const authorization = withKey ? { authorization: `Bearer ${config.apiKey}` } : {};
      const exchange = exchangeOver(connections.send, { ...base, headers: { ...headers, ...authorization } }, cancellation);
      try {
        const answer = await withinTime(exchange(method, path, body), config.timeoutMillis);
        if (answer !== undefined) return answer;
      } catch (error) {
        return failure(id, error, host, connections.proxy);
      }
      cancellation.cancel();
      const message = `${host} did not answer ${method} ${path} within ${config.timeoutMillis} ms`;
      return { id, status: 'fail', message, remedy: 'try again; if HoneyHive is far away, raise HH_EXPORTER_TIMEOUT' };
    },
  };
}

/** What the exporter warns of is a check here. */
const QUIET = { warn: () => {}, warnUser: () => {} };
