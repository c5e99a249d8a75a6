import type { Rejected, Retryable } from './outcome.js';

/** Nobody was connected to: the request never left. Codes of Node's net, dns and tls, of undici, and of Bun. */
const UNREACHABLE = new Set([
  'EACCES',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  'ECONNREFUSED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETDOWN',
  'ENETUNREACH',
  'ENFILE',
  'ENOTFOUND',
  'EPERM',
  'EPROTO',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_PRX_CONN',
  'UND_ERR_PRX_TLS',
  'ConnectionRefused',
  'FailedToOpenSocket',
]);

/** OpenSSL's verdicts on a certificate, and Node's own. Source: Node's documentation, TLS, "X509 certificate error codes". */
const TLS_FAILURE = /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH|ERR_TLS_|ERR_SSL_)/;

/** The error of an attempt that got no answer, told by its code or name: error texts are not repeated, since they may hold anything. */
export interface RequestError {
  readonly code: string | undefined;
  /** The name that could not be resolved, for ENOTFOUND. */
  readonly hostname: string | undefined;
  readonly message: string;
}

/** Reads what was thrown, whatever it is. */
export function requestError(thrown: unknown): RequestError {
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Record<string, unknown>;
  const { code, name, hostname, message } = error;
  return {
    // undici's HTTPParserError may have no code.
    code: identifier(code) ?? (name === 'Error' ? undefined : identifier(name)),
    hostname: typeof hostname === 'string' ? hostname : undefined,
    message: typeof message === 'string' ? message : '',
  };
}

function identifier(value: unknown): string | undefined {
  return typeof value === 'string' && /^\w{1,50}$/.test(value) ? value : undefined;
}

// A proxy resolves names and connects in our place: with one, these are about the proxy itself.
const ABOUT_THE_NEXT_HOST = /^E(ACCES|AI_|CONNREFUSED|HOST|NET|NOTFOUND|TIMEDOUT)/;

/**
 * What an attempt without an answer means for the session.
 *
 * @param proxy Its host and variable, for messages; undefined when there is none.
 */
export function outcomeOfError(error: RequestError, host: string, proxy?: string): Retryable | Rejected {
  const { code } = error;
  const proxyStatus = refusedByProxy(error);
  if (proxyStatus !== undefined) {
    const message = `the proxy did not connect to ${host} (HTTP ${proxyStatus})`;
    return { kind: 'retryable', reason: `proxy_http_${proxyStatus}`, message, unreachable: true };
  }
  if (code === 'UND_ERR_INVALID_ARG') {
    return { kind: 'rejected', reason: 'invalid_request', message: 'the request cannot be sent: check the option headers' };
  }
  if (code !== undefined && (UNREACHABLE.has(code) || TLS_FAILURE.test(code))) {
    const whom = proxy !== undefined && ABOUT_THE_NEXT_HOST.test(code) ? `the proxy ${proxy}` : host;
    return { kind: 'retryable', reason: `network_${code}`, message: `no connection to ${whom} (${code})`, unreachable: true };
  }
  const reason = code === undefined ? 'network_error' : `network_${code}`;
  return { kind: 'retryable', reason, message: `the connection to ${host} broke (${code ?? 'unknown error'})` };
}

/** undici tells the status of a refused CONNECT only in the error's text. Source: undici 7.30.2, lib/dispatcher/proxy-agent.js. */
function refusedByProxy(error: RequestError): number | undefined {
  if (error.code !== 'UND_ERR_ABORTED') return undefined;
  const status = /^Proxy response \((\d{3})\)/.exec(error.message)?.[1];
  return status === undefined ? undefined : Number(status);
}
