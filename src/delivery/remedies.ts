const ADDRESS = 'HH_API_URL (or HH_DATA_PLANE_URL)';
const UNKNOWN_ADDRESS = `check that ${ADDRESS} is the address of HoneyHive's data plane`;
const REFUSED_SESSION = 'an old self-hosted HoneyHive may want the project named by HH_PROJECT; any other knows it by the key';

/** What to do about a failure, by its reason; the first that fits counts. */
const REMEDIES: readonly (readonly [reason: RegExp, remedy: string])[] = [
  [/^http_(401|403)$/, `check HH_API_KEY: a key belongs to one project of one deployment, the one that ${ADDRESS} names, and must be allowed to write`],
  [/^(http|proxy_http)_407$/, 'put user and password into the URL of the proxy (HTTPS_PROXY, HTTP_PROXY)'],
  [/^proxy_http_/, 'check HTTPS_PROXY and HTTP_PROXY, or name HoneyHive in NO_PROXY'],
  [/^network_UND_ERR_PRX/, 'check HTTPS_PROXY and HTTP_PROXY, or name HoneyHive in NO_PROXY'],
  [/^http_(400|422)$/, REFUSED_SESSION],
  [/^http_(404|405|410)$/, UNKNOWN_ADDRESS],
  [/^http_413$/, 'lower maxRequestBytes (HH_EXPORTER_MAX_REQUEST_BYTES)'],
  [/^timeout$/, 'if HoneyHive is far away, raise timeoutMillis (HH_EXPORTER_TIMEOUT)'],
  [/^network_(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA)/, 'name the file with the certificate of your authority in NODE_EXTRA_CA_CERTS'],
  [
    /^network_(ECONNREFUSED|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|EPROTO|HOSTNAME_MISMATCH|ERR_TLS_|ERR_SSL_|ConnectionRefused|FailedToOpenSocket)/,
    `check ${ADDRESS}, the way there, and whether this network needs HTTPS_PROXY`,
  ],
  [/^dropped_queue_full$/, 'see what HoneyHive answers, raise maxConcurrency, or keep more by maxPendingBytes and maxPendingSessions'],
];

/** What a user can do about a failure with that reason, if it is known. */
export function remedyFor(reason: string): string | undefined {
  return REMEDIES.find(([pattern]) => pattern.test(reason))?.[1];
}
