import { maskedKey, scrubber } from '../../../src/cli/doctor/secrets.js';

describe('a masked key', () => {
  it.each([
    ['hh_0123456789abcdef', 'hh_0***'],
    ['0123456789abcdef', '0123***'],
    ['short', '***'],
    ['', '***'],
  ])('of %s is %s', (key, masked) => expect(maskedKey(key)).toBe(masked));
});

describe('scrubbing', () => {
  it.each<[string, Record<string, string>, string]>([
    ['a key', { HH_API_KEY: 'SECRET-KEY-1' }, 'HH_API_URL is SECRET-KEY-1'],
    ['the other key', { HH_PROJECT_API_KEY: ' SECRET-KEY-1\n' }, 'SECRET-KEY-1'],
    ['a line of a key', { HH_API_KEY: 'one\nSECRET-KEY-1' }, 'SECRET-KEY-1'],
    ['a key that is in no variable for keys', {}, "HH_API_URL is 'hh_SECRET123'"],
    ['a header', { HH_EXPORTER_HEADERS: 'a=1,x-token=SECRET-TOKEN' }, 'x: SECRET-TOKEN'],
    ['a header of OTLP', { OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'Authorization=Bearer%20SECRET-TOKEN' }, 'SECRET-TOKEN'],
    ['the credentials of a proxy', { https_proxy: 'http://user:SECRET-PASSWORD@proxy:1' }, 'http://user:SECRET-PASSWORD@proxy'],
    ['the password of a proxy', { HTTP_PROXY: 'user:SECRET-PASSWORD@proxy:1' }, 'SECRET-PASSWORD'],
  ])('takes out %s', (_, environment, text) => {
    const clean = scrubber(environment)(text);
    expect(clean).not.toContain('SECRET');
    expect(clean).toContain('***');
  });

  it('leaves words alone that a test may use as a key', () => {
    expect(scrubber({ HH_API_KEY: 'local' })('the local HoneyHive took hh_0***')).toBe('the local HoneyHive took hh_0***');
  });
});
