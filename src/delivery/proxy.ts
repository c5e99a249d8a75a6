/** The proxy that the environment names for our requests. */
export interface ProxySetting {
  /** The variable that named it, as it is written in the environment. */
  readonly variable: string;
  /** With its scheme; undefined when the variable's value is not a proxy URL. May hold credentials. */
  readonly url: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

// Those that undici's ProxyAgent speaks.
const SCHEMES = new Set(['http:', 'https:', 'socks5:', 'socks:']);

/**
 * The proxy for a URL, if there is one and NO_PROXY does not leave the URL out. As with undici and
 * curl, lower case wins over upper case; and as with undici, HTTP_PROXY serves https too where
 * HTTPS_PROXY is not set.
 */
export function proxySetting(url: URL, env: Environment): ProxySetting | undefined {
  const names = url.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
  const variable = names.find((name) => env[name]?.trim());
  if (variable === undefined || isLeftOut(url, env['no_proxy'] || env['NO_PROXY'] || '')) return undefined;
  return { variable, url: proxyUrl(env[variable] ?? '') };
}

function proxyUrl(value: string): string | undefined {
  const text = value.trim();
  // Without a scheme, as curl and most tools take it.
  const url = /^[\w.-]+:\d+\/?$/.test(text) ? `http://${text}` : text;
  return URL.canParse(url) && SCHEMES.has(new URL(url).protocol) ? url : undefined;
}

/** `*`, or a host, a domain of it (with or without a leading dot or `*.`) or an address, each with or without a port. */
function isLeftOut(url: URL, noProxy: string): boolean {
  const host = withoutBrackets(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy.split(/[,\s]+/).some((entry) => {
    if (entry === '*') return true;
    // An IPv6 address has colons of its own, and brackets where a port follows.
    const [, name = '', ofPort] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? ['', entry];
    const domain = withoutBrackets(name.replace(/^\*?\./, '').toLowerCase());
    return domain !== '' && (ofPort === undefined || ofPort === port) && (host === domain || host.endsWith(`.${domain}`));
  });
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
