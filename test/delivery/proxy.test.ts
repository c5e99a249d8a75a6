import { proxySetting } from '../../src/delivery/proxy.js';

const PROXY = 'http://proxy.example:3128';
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
    expect(proxySetting(isHttps, env)?.variable).toBe(variable);
    expect(proxySetting(isHttps, env)?.url).toBe(variable === undefined ? undefined : PROXY);
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
    expect(proxySetting(true, { HTTPS_PROXY: value })).toEqual({ variable: 'HTTPS_PROXY', url: expected, noProxy: '' });
  });

  it.each([
    [{ NO_PROXY: 'a.example, b.example' }, 'a.example, b.example'],
    [{ NO_PROXY: 'a.example', no_proxy: 'b.example' }, 'b.example'],
    [{ NO_PROXY: 'a.example, *' }, '*'],
    [{ NO_PROXY: '*.example' }, '*.example'],
  ])('reads %p', (env, expected) => {
    expect(proxySetting(true, { HTTPS_PROXY: PROXY, ...env })?.noProxy).toBe(expected);
  });
});
