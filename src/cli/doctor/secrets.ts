type Environment = Readonly<Record<string, string | undefined>>;

const KEYS = ['HH_API_KEY', 'HH_PROJECT_API_KEY'];
const HEADERS = /^(HH_EXPORTER_HEADERS|OTEL_EXPORTER_OTLP_(\w+_)?HEADERS)$/;
const PROXIES = /^https?_proxy$/i;

// Shorter ones, such as the `local` of a local HoneyHive, are parts of ordinary words.
const SHORTEST_SECRET = 8;

/** A key for people: its first four characters, where that leaves most of it unsaid. */
export function maskedKey(key: string): string {
  return key.length < 16 ? '***' : `${key.slice(0, 4)}***`;
}

/** Takes secrets of the environment out of any text, wherever they got into it: a key in the place of a URL, for instance. */
export function scrubber(environment: Environment): (text: string) => string {
  const secrets = Object.entries(environment)
    .flatMap(([name, value = '']) => secretsOf(name, value))
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text).replace(/\bhh_[\w-]{5,}/g, 'hh_***');
}

function secretsOf(name: string, value: string): string[] {
  if (KEYS.includes(name)) return [value.trim(), ...value.split(/\s+/)];
  if (HEADERS.test(name)) return value.split(',').flatMap((pair) => pair.slice(pair.indexOf('=') + 1).trim().split(/\s+|%20/));
  if (!PROXIES.test(name)) return [];
  const credentials = /^(?:[a-z\d]+:\/\/)?(.*)@/is.exec(value)?.[1] ?? '';
  return [credentials, ...credentials.split(':')];
}
