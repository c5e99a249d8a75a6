import { RecentMap } from '../../collections/recent-map.js';

/** Ends of names, without case and separators, under which credentials are kept. */
const ENDS: readonly string[] = [
  'authorization',
  'passwd',
  'passphrase',
  'connectionstring',
  ...['secret', 'secretaccess', 'private', 'access', 'account', 'signing', 'encryption'].map((kind) => `${kind}key`),
  ...['cookie', 'apikey', 'password', 'secret', 'credential'].flatMap((name) => [name, `${name}s`]),
  ...['access', 'refresh', 'auth', 'bearer', 'security', 'session', 'id', 'csrf', 'xsrf'].map((kind) => `${kind}token`),
];
const SECRET_NAME = new RegExp(`(?:${ENDS.join('|')})$|^pwd$`);

const A = 97;
const Z = 122;
const LOWER = 32;
// Most names are told by their last two letters.
const mayEnd: Uint8Array = new Uint8Array(1024);
for (const name of [...ENDS, 'pwd']) mayEnd[pairOf(name.charCodeAt(name.length - 2), name.charCodeAt(name.length - 1))] = 1;

// Names come from applications and may be without end.
const MAX_KNOWN_NAMES = 4096;
const known = new RecentMap<boolean>(MAX_KNOWN_NAMES);

/**
 * Whether a field of this name holds a credential. `token` by itself does not: usage and streamed
 * answers are full of tokens.
 */
export function isSecretKey(name: string): boolean {
  if (!mayEndSecretKey(name)) return false;
  let secret = known.get(name);
  if (secret === undefined) {
    secret = name.length <= 256 && SECRET_NAME.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
    known.set(name, secret);
  }
  return secret;
}

/** `false`: a name that ends there in a text is not that of a credential. */
export function mayEndSecretKey(text: string, end: number = text.length): boolean {
  const last = text.charCodeAt(end - 1) | LOWER;
  const before = text.charCodeAt(end - 2) | LOWER;
  // A separator, a digit or a letter of another script, which does not count.
  if (last < A || last > Z || before < A || before > Z) return true;
  return mayEnd[pairOf(before, last)] === 1;
}

function pairOf(before: number, last: number): number {
  return ((before - A) << 5) | (last - A);
}
