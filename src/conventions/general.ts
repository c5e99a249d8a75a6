import type { Convention } from './convention.js';

/**
 * Users and sessions as OpenTelemetry names them for every kind of span.
 *
 * Source: open-telemetry/semantic-conventions v1.44, registry `session`, `user`, `enduser`,
 * `error`.
 */
export const general: Convention = {
  name: 'general',
  attributes: {
    'session.id': { to: 'conversation_id', id: true },
    'user.id': { to: 'user_properties.user_id', id: true },
    'enduser.id': { to: 'user_properties.user_id', id: true },
    'enduser.pseudo.id': { to: 'user_properties.user_id', id: true },
    'user.name': { to: 'user_properties.name' },
    'user.full_name': { to: 'user_properties.full_name' },
    'user.email': { to: 'user_properties.email' },
    'user.hash': { to: 'user_properties.hash' },
    'user.roles': { to: 'user_properties.roles', as: 'list' },
    'enduser.role': { to: 'user_properties.role' },
    'enduser.scope': { to: 'user_properties.scope' },
    'error.type': { to: 'failure' },
    'error.message': { to: 'failure', content: true },
  },
};
