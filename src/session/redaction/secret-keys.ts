import { RecentMap } from '../../collections/recent-map.js';

/** Ends of names, without case and separators, under which credentials are kept. */
const SECRET_NAME =
  /(?:authorization|cookies?|apikeys?|passwords?|passwd|passphrase|secrets?|secretkey|secretaccesskey|privatekey|accesskey|accountkey|signingkey|encryptionkey|connectionstring|credentials?|(?:access|refresh|auth|bearer|security|session|id|csrf|xsrf)token)$|^pwd$/;

// Names come from applications and may be without end.
const MAX_KNOWN_NAMES = 4096;
const known = new RecentMap<boolean>(MAX_KNOWN_NAMES);

/**
 * Whether a field of this name holds a credential. `token` by itself does not: usage and streamed
 * answers are full of tokens.
 */
export function isSecretKey(name: string): boolean {
  let secret = known.get(name);
  if (secret === undefined) {
    secret = name.length <= 256 && SECRET_NAME.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
    known.set(name, secret);
  }
  return secret;
}
