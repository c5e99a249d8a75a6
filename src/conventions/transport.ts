import type { Convention } from './convention.js';

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
    'http.request.header.x-session-id': { to: 'conversation_id', id: true, hint: true },
    'http.request.header.x-user-id': { to: 'user_properties.user_id', id: true, hint: true },

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
    'http.request.header.user-agent': { to: 'nothing' },
    'http.request.header.x-forwarded-for': { to: 'nothing' },
    'http.request.header.forwarded': { to: 'nothing' },
    'http.request.header.x-real-ip': { to: 'nothing' },
    'process.command': { to: 'nothing' },
    'process.command_args': { to: 'nothing' },
    'process.command_line': { to: 'nothing' },
    'process.owner': { to: 'nothing' },
  },
};
