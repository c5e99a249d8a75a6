import { routeBody, routePath, Routes } from '../../src/delivery/routes.js';

describe('Routes', () => {
  it.each([404, 405, 410])('goes over to v1 when session/start is answered with %d and v1 is known', (status) => {
    const routes = new Routes('auto');
    expect(routes.after('session-start', status)).toBe('v1');
    expect(routes.after('v1', 200)).toBeUndefined();
    expect(routes.current).toBe('v1');
  });

  it('tries session/start again when neither is known', () => {
    const routes = new Routes('auto');
    routes.after('session-start', 404);
    routes.after('v1', 404);
    expect(routes.current).toBe('session-start');
  });

  it('goes back to session/start when v1 is gone', () => {
    const routes = new Routes('auto');
    routes.after('session-start', 404);
    routes.after('v1', 200);
    expect(routes.after('v1', 404)).toBe('session-start');
    expect(routes.current).toBe('session-start');
  });

  it('learns nothing from a server error', () => {
    const routes = new Routes('auto');
    routes.after('session-start', 404);
    routes.after('v1', 503);
    expect(routes.current).toBe('session-start');
  });

  it.each([200, 400, 401, 429, 500])('stays with session/start after %d', (status) => {
    const routes = new Routes('auto');
    expect(routes.after('session-start', status)).toBeUndefined();
    expect(routes.current).toBe('session-start');
  });

  it.each(['session-start', 'v1'] as const)('never leaves %s when that is configured', (api) => {
    const routes = new Routes(api);
    expect(routes.after(api, 404)).toBeUndefined();
    expect(routes.current).toBe(api);
  });

  it('wraps the session for session/start only', () => {
    expect([routePath('session-start', '{"a":1}'), routeBody('session-start', '{"a":1}')]).toEqual(['/session/start', ['{"session":', '{"a":1}', '}']]);
    expect([routePath('v1', '{"a":1}'), routeBody('v1', '{"a":1}')]).toEqual(['/v1/sessions', ['{"a":1}']]);
  });

  it('for events too: wrapped on the old one, bare on the new one', () => {
    const event = '{"event":{"a":1}}';
    expect([routePath('session-start', event), routeBody('session-start', event)]).toEqual(['/events', [event]]);
    expect([routePath('v1', event), routeBody('v1', event)]).toEqual(['/v1/events', ['{"a":1}']]);
  });
});
