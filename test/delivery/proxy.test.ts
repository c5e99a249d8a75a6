import { proxySetting } from '../../src/delivery/proxy.js';

const PROXY = 'http://proxy.example:3128';
const HTTPS = new URL('https://api.example');
const HTTP = new URL('http://api.example');
const OTHER = 'http://other.example:3128';

describe('proxySetting', () => {
  it.each<[string, boolean, Record<string, string | undefined>, string | undefined]>([
    ['HTTPS_PROXY for https', true, { HTTPS_PROXY: PROXY }, 'HTTPS_PROXY'],
    ['https_proxy before HTTPS_PROXY', true, { HTTPS_PROXY: OTHER, https_proxy: PROXY }, 'https_proxy'],
    ['HTTPS_PROXY when https_proxy is empty', true, { HTTPS_PROXY: PROXY, https_proxy: '' }, 'HTTPS_PROXY'],
    ['HTTP_PROXY for https when there is no other', true, { HTTP_PROXY: PROXY }, 'HTTP_PROXY'],
    ['HTTP_PROXY for http', false, { HTTP_PROXY: PROXY, HTTPS_PROXY: OTHER }, 'HTTP_PROXY'],
    ['none for http with HTTPS_PROXY alone', false, { HTTPS_PROXY: PROXY }, undefined],
    ['none for white space', true, { HTTPS_PROXY: '  ' }, undefined],
    ['none for nothing', true, {}, undefined],
  ])('takes %s', (_, isHttps, env, variable) => {
    expect(proxySetting(isHttps ? HTTPS : HTTP, env)?.variable).toBe(variable);
    expect(proxySetting(isHttps ? HTTPS : HTTP, env)?.url).toBe(variable === undefined ? undefined : PROXY);
  });

  it.each([
    ['http://user:pass@proxy.example:3128/', 'http://user:pass@proxy.example:3128/'],
    ['https://proxy.example', 'https://proxy.example'],
    ['socks5://proxy.example:1080', 'socks5://proxy.example:1080'],
    ['proxy.example:3128', 'http://proxy.example:3128'],
    [' http://proxy.example ', 'http://proxy.example'],
    ['not a url', undefined],
    ['proxy', undefined],
    ['http://', undefined],
    ['ftp://proxy.example', undefined],
    ['http://proxy.example:99999', undefined],
  ])('reads %p as %p', (value, expected) => {
    expect(proxySetting(HTTPS, { HTTPS_PROXY: value })).toEqual({ variable: 'HTTPS_PROXY', url: expected });
  });

  it.each<[string, string, boolean]>([
    ['https://api.example', 'api.example', true],
    ['https://api.example', 'a.example, API.example ,b.example', true],
    ['https://api.example', 'a.example b.example', false],
    ['https://api.example', 'example', true],
    ['https://api.example', '.example', true],
    ['https://api.example', '*.example', true],
    ['https://api.example', 'ample', false],
    ['https://api.example', 'deep.api.example', false],
    ['https://api.example', '*', true],
    ['https://api.example', 'a.example,*', true],
    ['https://api.example', ',', false],
    ['https://api.example', '.', false],
    ['https://api.example', 'api.example:443', true],
    ['https://api.example', 'api.example:80', false],
    ['http://api.example', 'api.example:80', true],
    ['https://api.example:8443', 'api.example:8443', true],
    ['https://api.example:8443', 'api.example:443', false],
    ['http://127.0.0.1:1', '127.0.0.1', true],
    ['http://[::1]:1', '::1', true],
    ['http://[::1]:1', '[::1]', true],
    ['http://[::1]:1', '[::1]:1', true],
    ['http://[::1]:1', '[::1]:2', false],
  ])('for %s with NO_PROXY=%s: left out is %p', (url, noProxy, leftOut) => {
    for (const proxy of [PROXY, 'malformed']) {
      expect(proxySetting(new URL(url), { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, NO_PROXY: noProxy }) === undefined).toBe(leftOut);
    }
  });

  it('reads no_proxy before NO_PROXY', () => {
    expect(proxySetting(HTTPS, { HTTPS_PROXY: PROXY, NO_PROXY: 'api.example', no_proxy: 'b.example' })).toBeDefined();
  });
});
