import type { ReadAnswer } from './answer.js';

/** Redirects that are followed for one request. */
export const MOST_REDIRECTS = 3;

// Browsers turn a POST that meets 301 or 302 into a GET; RFC 9110 (15.4) lets a client keep the
// method, and a GET would lose the session. 303 asks for a GET in so many words, so it is not followed.
const KEEPS_METHOD = new Set([301, 302, 307, 308]);

/** What a redirect asks for in place of a request, if it may be followed. */
export function redirected<R extends { origin: string; path: string }>(request: R, answer: ReadAnswer, before: number): R | undefined {
  const path = before < MOST_REDIRECTS ? redirectPath(answer, request.origin, request.path) : undefined;
  return path === undefined ? undefined : { ...request, path };
}

/** Where a redirect leads, as a path with its query; undefined when it is none that may be followed: the key goes to no other origin. */
export function redirectPath({ status, headers }: ReadAnswer, origin: string, path: string): string | undefined {
  const { location } = headers;
  if (!KEEPS_METHOD.has(status) || typeof location !== 'string' || !URL.canParse(location, origin + path)) return undefined;
  const target = new URL(location, origin + path);
  return target.origin === origin ? target.pathname + target.search : undefined;
}
