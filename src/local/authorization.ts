import { Refusal } from './refusal.js';

/**
 * Checks the `Authorization` header.
 *
 * documented: bearer keys, and 401 without a valid one (docs, troubleshooting). our guess: a wrong
 * key is a 401 as well; HoneyHive may answer 403.
 *
 * @param key the only key that is taken; `undefined`: any key.
 * @throws Refusal
 */
export function checkBearerKey(header: string | undefined, key: string | undefined): void {
  const given = /^bearer +(\S+)$/i.exec(header?.trim() ?? '')?.[1];
  if (given === undefined) throw new Refusal(401, 'a bearer key is required: Authorization: Bearer <key>');
  if (key !== undefined && given !== key) throw new Refusal(401, 'the bearer key is not the key of this server');
}

/**
 * Without a configured key the list of sessions is open to this machine, but not to a web page
 * that points a name of its own at 127.0.0.1 (DNS rebinding).
 *
 * @throws Refusal
 */
export function checkLoopbackHost(host: string | undefined): void {
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/i.test(host ?? '')) {
    throw new Refusal(403, 'this page is for requests to 127.0.0.1 or localhost');
  }
}
