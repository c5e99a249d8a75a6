import type { Diagnostics } from './diagnostics.js';

/** Name of this package, as it tells servers. */
export const PACKAGE_NAME: string = 'opentelemetry-exporter-honeyhive';

/**
 * The headers of every request, without `authorization`: that alone holds the key, and may change.
 *
 * Source of `hh-client-*`: HoneyHive's own api-client and Python SDK send them.
 *
 * @param extra The user's. They win over ours by name in any case, except `authorization`, which is left out.
 */
export function requestHeaders(
  version: string,
  extra: Readonly<Record<string, string>>,
  diagnostics: Diagnostics,
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
    } else {
      headers[key] = value;
    }
  }
  return headers;
}
