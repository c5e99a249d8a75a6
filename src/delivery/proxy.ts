/** The proxy that the environment names for our requests. */
export interface ProxySetting {
  /** The variable that named it, as it is written in the environment. */
  readonly variable: string;
  /** With its scheme; undefined when the variable's value is not a proxy URL. May hold credentials. */
  readonly url: string | undefined;
  /** Hosts that are reached without it, in the form of NO_PROXY. */
  readonly noProxy: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

// Those that undici's ProxyAgent speaks.
const SCHEMES = new Set(['http:', 'https:', 'socks5:', 'socks:']);

/**
 * The proxy for a URL's scheme, if there is one. As with undici and curl, lower case wins over upper
 * case; and as with undici, HTTP_PROXY serves https too where HTTPS_PROXY is not set.
 */
export function proxySetting(isHttps: boolean, env: Environment): ProxySetting | undefined {
  const names = isHttps ? ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
  const variable = names.find((name) => env[name]?.trim());
  if (variable === undefined) return undefined;
  return { variable, url: proxyUrl(env[variable] ?? ''), noProxy: noProxy(env) };
}

function proxyUrl(value: string): string | undefined {
  const text = value.trim();
  // Without a scheme, as curl and most tools take it.
  const url = /^[\w.-]+:\d+\/?$/.test(text) ? `http://${text}` : text;
  return URL.canParse(url) && SCHEMES.has(new URL(url).protocol) ? url : undefined;
}

/** undici knows `*` only as the whole value; others know it as one of several entries. */
function noProxy(env: Environment): string {
  const value = env['no_proxy'] || env['NO_PROXY'] || '';
  return value.split(/[,\s]+/).includes('*') ? '*' : value;
}
