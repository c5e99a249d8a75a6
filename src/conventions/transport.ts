import type { Convention, Rule } from './convention.js';

/** Request headers that tell where a caller is, or carry its credentials. */
const PRIVATE_HEADERS: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-api-key',
  'host',
  'user-agent',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
];

/** A captured request header: older instrumentations write its dashes as underscores. */
function header(name: string, rule: Rule): Record<string, Rule> {
  return { [`http.request.header.${name}`]: rule, [`http.request.header.${name.replaceAll('-', '_')}`]: rule };
}

/**
 * What HTTP, RPC, database and messaging instrumentations write. Nearly all of it is metadata
 * under its own name; only what tells who is calling, and what must stay here, needs a rule.
 *
 * Source: open-telemetry/semantic-conventions v1.44 and the names before 1.21
 * (`http.client_ip`, `net.*`), which instrumentations before 0.221 write.
 */
export const transport: Convention = {
  name: 'transport',
  attributes: {
    ...header('x-session-id', { to: 'conversation_id', id: true, hint: true }),
    ...header('x-user-id', { to: 'user_properties.user_id', id: true, hint: true }),

    // Client addresses, user agents, network peers and hosts are never sent.
    'client.address': { to: 'nothing' },
    'client.port': { to: 'nothing' },
    'client.socket.*': { to: 'nothing' },
    'server.address': { to: 'nothing' },
    'server.port': { to: 'nothing' },
    'server.socket.*': { to: 'nothing' },
    'source.address': { to: 'nothing' },
    'source.port': { to: 'nothing' },
    'destination.address': { to: 'nothing' },
    'destination.port': { to: 'nothing' },
    'network.peer.*': { to: 'nothing' },
    'network.local.*': { to: 'nothing' },
    'net.*': { to: 'nothing' },
    'host.*': { to: 'nothing' },
    'user_agent.*': { to: 'nothing' },
    'http.user_agent': { to: 'nothing' },
    'http.client_ip': { to: 'nothing' },
    'http.host': { to: 'nothing' },
    'http.server_name': { to: 'nothing' },
    'http.flavor': { to: 'nothing' },
    ...Object.assign({}, ...PRIVATE_HEADERS.map((name) => header(name, { to: 'nothing' }))),
    'process.command': { to: 'nothing' },
    'process.command_args': { to: 'nothing' },
    'process.command_line': { to: 'nothing' },
    'process.owner': { to: 'nothing' },
  },
};
