import type { Convention } from './convention.js';

/**
 * Langfuse: what an observation was given and gave back, and what any observation may say of the
 * whole trace.
 *
 * Source: langfuse/langfuse-js `packages/core/src/constants.ts`, `@langfuse/core` 5.11.1.
 */
export const langfuse: Convention = {
  name: 'langfuse',
  namespaces: ['langfuse.'],
  attributes: {
    'langfuse.observation.input': { to: 'inputs', as: 'value' },
    'langfuse.observation.output': { to: 'outputs', as: 'value' },
    'langfuse.trace.input': { to: 'trace_inputs', as: 'value' },
    'langfuse.trace.output': { to: 'trace_outputs', as: 'value' },
    'langfuse.trace.name': { to: 'session_name' },
    'langfuse.session.id': { to: 'conversation_id', id: true },
    'langfuse.user.id': { to: 'user_properties.user_id', id: true },
    'langfuse.environment': { to: 'source' },
    'langfuse.observation.type': { to: 'work', as: 'work' },
    'langfuse.observation.model.name': { to: 'config.model' },
    'langfuse.observation.model.parameters': { to: 'config', as: 'parameters' },
    'langfuse.observation.prompt.name': { to: 'config.prompt_name' },
    'langfuse.observation.prompt.version': { to: 'config.template_version', as: 'json' },
    'langfuse.observation.usage_details': { to: 'usage' },
    'langfuse.observation.cost_details': { to: 'usage.cost' },
    'langfuse.trace.tags': { to: 'metadata.tags', as: 'list' },
    'langfuse.trace.metadata': { to: 'metadata', as: 'fields' },
    'langfuse.trace.metadata.*': { to: 'metadata.*', as: 'json' },
    'langfuse.observation.metadata': { to: 'metadata', as: 'fields' },
    'langfuse.observation.metadata.*': { to: 'metadata.*', as: 'json' },
    'langfuse.release': { to: 'metadata.release' },
    'langfuse.version': { to: 'metadata.version' },
    'langfuse.experiment.*': { to: 'metadata.langfuse_experiment.*', as: 'json' },
    // Part of the span's error, read with its status.
    'langfuse.observation.level': { to: 'nothing', fails: true },
    'langfuse.observation.status_message': { to: 'nothing' },
    'langfuse.observation.completion_start_time': { to: 'nothing' },
    'langfuse.trace.public': { to: 'nothing' },
    'langfuse.internal.*': { to: 'nothing' },
  },
};
