import type { Convention } from './convention.js';

/**
 * OpenLLMetry (Traceloop): workflows and tasks around GenAI spans, and properties that belong to
 * the whole trace.
 *
 * Source: traceloop/openllmetry `semconv_ai`, `@traceloop/ai-semantic-conventions` 0.27.
 */
export const traceloop: Convention = {
  name: 'traceloop',
  namespaces: ['traceloop.'],
  attributes: {
    'traceloop.entity.input': { to: 'inputs', as: 'call' },
    'traceloop.entity.output': { to: 'outputs', as: 'value' },
    'traceloop.association.properties.session_id': { to: 'conversation_id', id: true },
    'traceloop.association.properties.sessionId': { to: 'conversation_id', id: true },
    'traceloop.association.properties.conversation_id': { to: 'conversation_id', id: true },
    'traceloop.association.properties.thread_id': { to: 'conversation_id', id: true },
    'traceloop.association.properties.chat_id': { to: 'conversation_id', id: true },
    'traceloop.association.properties.user_id': { to: 'user_properties.user_id', id: true },
    'traceloop.association.properties.userId': { to: 'user_properties.user_id', id: true },
    'traceloop.association.properties.customer_id': { to: 'user_properties.customer_id' },
    'traceloop.association.properties.*': { to: 'metadata.*', as: 'json' },
    'traceloop.span.kind': { to: 'work', as: 'work' },
    'traceloop.entity.name': { to: 'name' },
    'traceloop.workflow.name': { to: 'name' },
    'traceloop.agent.name': { to: 'agent_name' },
    'traceloop.prompt.template': { to: 'config.template' },
    'traceloop.prompt.template_variables': { to: 'config.template_variables', as: 'json' },
    'traceloop.prompt.key': { to: 'config.prompt_name' },
    'traceloop.prompt.version': { to: 'config.template_version' },
    'traceloop.prompt.*': { to: 'nothing' },
    'traceloop.entity.version': { to: 'metadata.version', as: 'json' },
    'traceloop.correlation.id': { to: 'metadata.correlation_id' },
    'traceloop.entity.path': { to: 'nothing' },
  },
};
