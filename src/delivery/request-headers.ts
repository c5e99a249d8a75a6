import type { Diagnostics } from './diagnostics.js';

/** Name of this package, as it tells servers. */
export const PACKAGE_NAME: string = 'opentelemetry-exporter-honeyhive';

// What the connection and the body decide, and Expect, which undici refuses to send.
const NOT_THE_USERS = new Set('connection content-length expect host keep-alive te trailer transfer-encoding upgrade'.split(' '));

/**
 * The headers of every request, without `authorization`: that alone holds the key, and may change.
 *
 * Source of `hh-client-*`: HoneyHive's own api-client and Python SDK send them.
 *
 * @param extra The user's. They win over ours by name in any case, except `authorization` and what the connection decides, which are left out.
 */
export function requestHeaders(
  version: string,
  extra: Readonly<Record<string, string>>,
  diagnostics: Pick<Diagnostics, 'warn'>,
): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': `${PACKAGE_NAME}/${version}`,
    'hh-client-package': PACKAGE_NAME,
    'hh-client-version': version,
    'hh-client-language': 'typescript',
  };
  for (const [name, value] of Object.entries(extra)) {
    const key = name.toLowerCase();
    if (key === 'authorization') {
      diagnostics.warn('headers', 'the header authorization of the option headers is not sent: use apiKey');
    } else if (NOT_THE_USERS.has(key)) {
      diagnostics.warn(`header ${key}`, `the header ${key} of the option headers is not sent: it is the connection's own`);
    } else {
      headers[key] = value;
    }
  }
  return headers;
}
