import { nameFromSpan } from '../../src/session/naming.js';
import { sessionOf } from './session-of.js';

describe('the name of a span', () => {
  it.each<[string, string, Record<string, unknown>, string | undefined, string]>([
    ['is its own', 'checkout', {}, undefined, 'checkout'],
    ['is its own, whatever else is known', 'checkout', { 'http.route': '/a' }, 'agent', 'checkout'],
    ['loses white space around it', ' checkout\n', {}, undefined, 'checkout'],
    ['that has method and route stays', 'GET /a/:id', { 'http.route': '/a/:id' }, undefined, 'GET /a/:id'],
    ['that is a bare method gets the route', 'GET', { 'http.route': '/a/:id', 'url.path': '/a/1' }, undefined, 'GET /a/:id'],
    ['or the path', 'POST', { 'url.path': '/a/1' }, undefined, 'POST /a/1'],
    ['or the old target, without its query', 'PUT', { 'http.target': '/a?token=x' }, undefined, 'PUT /a'],
    ['that stands for an unknown method too', 'HTTP', { 'url.path': '/a' }, undefined, 'HTTP /a'],
    ['that is a bare method stays where there is no place', 'GET', {}, undefined, 'GET'],
    ['that is another word stays', 'get', { 'url.path': '/a' }, undefined, 'get'],
    ['that is empty is the agent', '', { 'url.path': '/a' }, 'agent', 'agent'],
    ['else the place', ' ', { 'url.path': '/a' }, undefined, '/a'],
    ['else says so', '', {}, undefined, 'unnamed'],
    ['looks at own attributes only', 'GET', Object.create({ 'http.route': '/a' }) as Record<string, unknown>, undefined, 'GET'],
  ])('%s', (_, name, attributes, agent, expected) => expect(nameFromSpan(name, attributes, agent)).toBe(expected));
});

describe('the name of a session', () => {
  const own = { 'honeyhive.session_name': 'own' };

  it.each<[string, string, Parameters<typeof sessionOf>]>([
    ["HoneyHive's attribute on the root", 'own', [{ attributes: own, children: [{ attributes: { honeyhive_session_name: 'inner' } }] }, { sessionName: 'option' }]],
    ["HoneyHive's attribute below it", 'inner', [{ children: [{ attributes: { honeyhive_session_name: 'inner' } }] }, { sessionName: 'option' }]],
    ['the option', 'option', [{ name: 'span' }, { sessionName: 'option' }]],
    ['the span', 'span', [{ name: 'span' }]],
  ])('is that of %s', (_, name, given) => {
    const session = sessionOf(...given);
    expect([session.session_name, session.event_name]).toEqual([name, name]);
  });
});
