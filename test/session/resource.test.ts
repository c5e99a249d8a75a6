import { environmentOf } from '../../src/session/resource.js';
import { sessionOf } from './session-of.js';

describe('the resource of a session', () => {
  const sent = {
    'service.name': 'shop',
    'service.version': '1.2',
    'service.instance.id': 'i-1',
    'deployment.environment.name': 'staging',
    'cloud.provider': 'aws',
    'k8s.pod.name': 'shop-1',
    'faas.name': 'f',
    'telemetry.sdk.language': 'nodejs',
    'vcs.ref.head.name': 'main',
    'vercel.region': 'fra1',
  };
  const kept = {
    'host.name': 'SECRET',
    'host.ip': ['SECRET'],
    'process.pid': 1,
    'process.command_args': ['node', 'SECRET'],
    'process.owner': 'SECRET',
    'process.runtime.version': 'SECRET',
    'os.description': 'SECRET',
    'container.id': 'SECRET',
    'telemetry.distro.name': 'SECRET',
    service: 'SECRET',
    'my.own': 'SECRET',
  };

  it('is sent as far as it says which service this is', () => {
    expect(sessionOf({ resource: sent }).metadata).toMatchObject({
      service: { name: 'shop', version: '1.2', instance: { id: 'i-1' } },
      deployment: { environment: { name: 'staging' } },
      cloud: { provider: 'aws' },
      k8s: { pod: { name: 'shop-1' } },
      faas: { name: 'f' },
      telemetry: { sdk: { language: 'nodejs' } },
      vcs: { ref: { head: { name: 'main' } } },
      vercel: { region: 'fra1' },
    });
  });

  it('is not sent where it says whose machine this is', () => {
    expect(JSON.stringify(sessionOf({ resource: { ...sent, ...kept } }))).not.toContain('SECRET');
  });

  it('says nothing in a blank', () => {
    expect(sessionOf({ resource: { 'service.name': '', 'service.version': null, 'service.namespace': undefined } }).metadata).not.toHaveProperty('service');
  });

  it('is read anew for each', () => {
    expect(sessionOf({ resource: { 'service.name': 'a' } }).metadata).toMatchObject({ service: { name: 'a' } });
    expect(sessionOf({ resource: { 'service.name': 'b' } }).metadata).toMatchObject({ service: { name: 'b' } });
  });
});

describe('the environment of a resource', () => {
  it.each<[Record<string, unknown>, string | undefined]>([
    [{ 'deployment.environment.name': 'new', 'deployment.environment': 'old' }, 'new'],
    [{ 'deployment.environment': 'old' }, 'old'],
    [{ 'deployment.environment.name': ' ' }, undefined],
    [{}, undefined],
  ])('of %j is %j', (resource, environment) => expect(environmentOf(resource)).toBe(environment));
});
