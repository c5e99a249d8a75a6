import { Diagnostics } from '../../src/delivery/diagnostics.js';
import { requestHeaders } from '../../src/delivery/request-headers.js';

describe('requestHeaders', () => {
  it('names the client', () => {
    expect(requestHeaders('1.2.3', {}, new Diagnostics())).toEqual({
      'content-type': 'application/json',
      'user-agent': 'opentelemetry-exporter-honeyhive/1.2.3',
      'hh-client-package': 'opentelemetry-exporter-honeyhive',
      'hh-client-version': '1.2.3',
      'hh-client-language': 'typescript',
    });
  });

  it.each(['Content-Length', 'Transfer-Encoding', 'Host', 'Connection', 'Keep-Alive', 'Expect', 'Upgrade', 'TE', 'Trailer'])('leaves %s to the connection, and says so', (name) => {
    const diagnostics = new Diagnostics();
    const warn = jest.spyOn(diagnostics, 'warn').mockImplementation(() => {});
    expect(Object.keys(requestHeaders('1', { [name]: 'x' }, diagnostics))).not.toContain(name.toLowerCase());
    expect(warn.mock.calls[0]?.[1]).toContain(name.toLowerCase());
  });

  it("lets the user's headers win in any case, but never replaces authorization", () => {
    const diagnostics = new Diagnostics();
    const warn = jest.spyOn(diagnostics, 'warn').mockImplementation(() => {});
    const headers = requestHeaders('1', { 'User-Agent': 'mine', 'X-Team': 'a', AuthoriZation: 'Bearer other' }, diagnostics);
    expect(headers).toMatchObject({ 'user-agent': 'mine', 'x-team': 'a' });
    expect(Object.keys(headers).map((name) => name.toLowerCase())).not.toContain('authorization');
    expect(warn).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(warn.mock.calls)).not.toContain('other');
  });
});
