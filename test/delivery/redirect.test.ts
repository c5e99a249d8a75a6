import { ReadAnswer } from '../../src/delivery/answer.js';
import { redirectPath } from '../../src/delivery/redirect.js';

const to = (status: number, location: string | undefined): string | undefined =>
  redirectPath(new ReadAnswer(status, { location }, Buffer.alloc(0)), 'https://api.example', '/prefix/session/start');

describe('a redirect', () => {
  it.each<[string, number, string, string]>([
    ['301', 301, 'https://api.example/new', '/new'],
    ['302', 302, '/new', '/new'],
    ['307', 307, '/new?a=b', '/new?a=b'],
    ['308', 308, 'elsewhere', '/prefix/session/elsewhere'],
    ['the default port', 308, 'https://api.example:443/new', '/new'],
    ['another case', 308, 'HTTPS://API.example/new', '/new'],
    ['credentials, which are left out', 308, 'https://user:pass@api.example/new', '/new'],
  ])('within the origin is followed: %s', (_, status, location, path) => expect(to(status, location)).toBe(path));

  it.each<[string, number, string | undefined]>([
    ['another host', 307, 'https://evil.example/session/start'],
    ['another host without its scheme', 307, '//evil.example/session/start'],
    ['another host behind a backslash', 307, '/\\evil.example'],
    ['another port', 307, 'https://api.example:8443/session/start'],
    ['another scheme', 307, 'http://api.example/session/start'],
    ['a subdomain', 307, 'https://eu.api.example/session/start'],
    ['something that is no address', 307, 'https://['],
    ['nothing', 307, undefined],
    ['303, which asks for a GET', 303, '/new'],
    ['304', 304, '/new'],
    ['an answer that is none', 200, '/new'],
  ])('is not followed: %s', (_, status, location) => expect(to(status, location)).toBeUndefined());
});
