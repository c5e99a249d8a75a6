/**
 * The kinds of values that options take. Each knows how an option in code is checked and how an
 * environment variable is read; both answer `undefined` for what is not acceptable.
 */
export interface Kind<T> {
  /** What is accepted, for an error message. */
  accepts: string;
  fromOption(value: unknown): T | undefined;
  fromEnvironment(text: string): T | undefined;
}

/** A non-blank text. */
export const text: Kind<string> = {
  accepts: 'a non-empty string',
  fromOption: (value) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined),
  fromEnvironment: (value) => value.trim(),
};

/** A whole number of milliseconds, bytes or things. */
export function wholeNumber(unit: string, max: number = Number.MAX_SAFE_INTEGER, min: number = 1): Kind<number> {
  const accept = (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined;
  return {
    accepts: `a whole number of ${unit} from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}`,
    fromOption: accept,
    // Number() would also take 1e3 and 0x10.
    fromEnvironment: (value) => (/^\d+$/.test(value.trim()) ? accept(Number(value)) : undefined),
  };
}

/** Node's timers take no longer delay than this. */
export const MAX_TIMER_MILLIS: number = 2 ** 31 - 1;

/** One of a few words, or a function in code. In the environment, in any case. */
export function oneOf<const W extends string, F = never>(words: readonly W[], also?: 'a function'): Kind<W | F> {
  return {
    accepts: [...words.map((word) => `'${word}'`), ...(also === undefined ? [] : [also])].join(', '),
    fromOption: (value) => (also !== undefined && typeof value === 'function' ? (value as F) : words.find((word) => word === value)),
    fromEnvironment: (value) => words.find((word) => word === value.trim().toLowerCase()),
  };
}

/** `true` or `false`; in the environment in any case. */
export const onOrOff: Kind<boolean> = {
  accepts: "'true' or 'false'",
  fromOption: (value) => (typeof value === 'boolean' ? value : undefined),
  fromEnvironment: (value) => {
    const word = value.trim().toLowerCase();
    return word === 'true' ? true : word === 'false' ? false : undefined;
  },
};

/** A text, or a function in code. */
export function textOrFunction<F>(): Kind<string | F> {
  return {
    accepts: 'a non-empty string or a function',
    fromOption: (value) => (typeof value === 'function' ? (value as F) : text.fromOption(value)),
    fromEnvironment: (value) => value.trim(),
  };
}

// What Node accepts in a header: RFC 9110 token for names, visible text for values.
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A header value: no line breaks, no control characters. */
export function isHeaderValue(value: string): boolean {
  return HEADER_VALUE.test(value);
}

/** Request headers. In the environment `name=value,name2=value2`, percent-decoded (W3C baggage, as OTLP's). */
export const headers: Kind<Record<string, string>> = {
  accepts: 'an object of header names and values',
  fromOption: (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value);
    const sound = entries.every(([name, entry]) => HEADER_NAME.test(name) && typeof entry === 'string' && isHeaderValue(entry));
    return sound ? Object.freeze(Object.fromEntries(entries as [string, string][])) : undefined;
  },
  fromEnvironment: (value) => {
    try {
      const pairs = value.split(',').filter((pair) => pair.trim() !== '');
      const entries = pairs.map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim()), at] as const;
      });
      if (entries.some(([, , at]) => at < 1)) return undefined;
      return headers.fromOption(Object.fromEntries(entries));
    } catch {
      return undefined; // a broken percent escape
    }
  },
};

/** A base URL of a HoneyHive server: without query, without trailing slash, OTLP path and `/v1`. */
export const baseUrl: Kind<string> = {
  accepts: 'an http or https URL',
  fromOption: (value) => (typeof value === 'string' ? normaliseUrl(value) : undefined),
  fromEnvironment: (value) => normaliseUrl(value),
};

function normaliseUrl(value: string): string | undefined {
  if (!URL.canParse(value.trim())) return undefined;
  const url = new URL(value.trim());
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  const path = url.pathname.replace(/\/+$/, '').replace(/\/(opentelemetry(\/v1(\/traces)?)?|v1)$/, '');
  return url.origin + path.replace(/\/+$/, '');
}
