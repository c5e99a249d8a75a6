import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { proxySetting } from '../../delivery/proxy.js';
import { remedyFor } from '../../delivery/remedies.js';
import { outcomeOfError, requestError } from '../../delivery/request-failure.js';
import type { Check } from './report.js';
import { withinTime } from './within-time.js';

/** Whom to connect to: HoneyHive, or the proxy on the way. */
export interface FirstHost {
  readonly url: URL;
  /** For messages: the proxy's host and the variable that names it. */
  readonly proxy?: string;
}

/** The proxy of the environment for `url`, if one counts; a check that failed when it is none. */
export function firstHost(url: URL, environment: Readonly<Record<string, string | undefined>>): FirstHost | Check {
  const setting = proxySetting(url, environment);
  if (setting === undefined) return { url };
  const { variable, url: proxyUrl } = setting;
  if (proxyUrl !== undefined) return { url: new URL(proxyUrl), proxy: `${new URL(proxyUrl).host} (${variable})` };
  return { id: 'proxy', status: 'fail', message: `${variable} is not a proxy URL (such as http://proxy.example:3128), so nothing is sent`, remedy: `correct or unset ${variable}` };
}

/** Resolves the name of a host. */
export async function checkDns({ url, proxy }: FirstHost, millis: number): Promise<Check> {
  const id = 'dns';
  const host = nameOf(url);
  if (isIP(host) !== 0) return { id, status: 'ok', message: `${host} is an address` };
  try {
    const found = await withinTime(lookup(host, { all: true }), millis);
    if (found === undefined) return { id, status: 'fail', message: `${host} was not resolved within ${millis} ms`, remedy: 'check the DNS of this machine' };
    return { id, status: 'ok', message: `${host} is ${found.map(({ address }) => address).join(', ')}` };
  } catch (error) {
    return failure(id, error, url.host, proxy);
  }
}

/** Connects, with TLS where the URL says so, and hangs up. */
export async function checkConnection({ url, proxy }: FirstHost, millis: number): Promise<Check> {
  const id = 'connect';
  const isTls = url.protocol === 'https:';
  const socket = connectTo(url, isTls);
  const connected = new Promise<void>((resolve, reject) => socket.once(isTls ? 'secureConnect' : 'connect', resolve).on('error', reject));
  try {
    const whom = proxy === undefined ? url.host : `the proxy ${proxy}`;
    const inTime = await withinTime(connected.then(() => true), millis);
    if (inTime === undefined) return { id, status: 'fail', message: `${whom} could not be connected to within ${millis} ms`, remedy: whatToDo('network_ETIMEDOUT') };
    return { id, status: 'ok', message: `${isTls ? 'connected with TLS' : 'connected'} to ${whom}` };
  } catch (error) {
    return failure(id, error, url.host, proxy);
  } finally {
    socket.destroy();
  }
}

function connectTo(url: URL, isTls: boolean): Socket {
  const host = nameOf(url);
  const port = Number(url.port) || DEFAULT_PORTS[url.protocol] || 80;
  if (!isTls) return connectTcp({ host, port });
  // The name of an address is none.
  return connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }) });
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'socks:': 1080, 'socks5:': 1080 };

function nameOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** What a user can do about a failure with that reason. */
export function whatToDo(reason: string): string {
  return remedyFor(reason) ?? 'try again; check HH_API_URL (or HH_DATA_PLANE_URL) and what is on the way there';
}

/** A check that failed because of an error of the network. */
export function failure(id: string, thrown: unknown, host: string, proxy?: string): Check {
  const { reason, message } = outcomeOfError(requestError(thrown), host, proxy);
  return { id, status: 'fail', message, remedy: proxy === undefined ? whatToDo(reason) : 'check HTTPS_PROXY and HTTP_PROXY, or name HoneyHive in NO_PROXY' };
}
