import { toText } from '../conventions/claim.js';

const HTTP_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY', 'HTTP']);

/**
 * The name that a root span gives its session: its own; where that is a bare HTTP method, with
 * the route or path; where it is empty, whatever else tells one session from another.
 */
export function nameFromSpan(name: string, attributes: Readonly<Record<string, unknown>>, agentName: string | undefined): string {
  const own = name.trim();
  const isMethod = HTTP_METHODS.has(own);
  if (own !== '' && !isMethod) return own;
  const place = first(attributes, 'http.route', 'url.path', 'http.target')?.split('?', 1)[0];
  if (isMethod) return place === undefined ? own : `${own} ${place}`;
  return agentName || place || 'unnamed';
}

function first(attributes: Readonly<Record<string, unknown>>, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const text = Object.hasOwn(attributes, key) ? toText(attributes[key]) : undefined;
    if (text !== undefined) return text;
  }
  return undefined;
}
