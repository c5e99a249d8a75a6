import type { Convention } from './convention.js';

/**
 * Logfire and pydantic-ai.
 *
 * Source: pydantic/logfire `constants.py`, `llm_providers`; pydantic-ai's OpenTelemetry
 * instrumentation (`all_messages_events` up to version 1, `pydantic_ai.all_messages` after it).
 */
export const logfire: Convention = {
  name: 'logfire',
  // What Logfire writes of a model call, and of nothing else.
  namespaces: ['pydantic_ai.', 'all_messages_events', 'response_data'],
  attributes: {
    'pydantic_ai.all_messages': { to: 'inputs', as: 'transcript' },
    all_messages_events: { to: 'inputs', as: 'transcript' },
    request_data: { to: 'inputs', as: 'value' },
    final_result: { to: 'outputs', as: 'value' },
    response_data: { to: 'outputs', as: 'value' },
    tool_arguments: { to: 'inputs', as: 'tool' },
    tool_response: { to: 'outputs', as: 'tool' },
    agent_name: { to: 'agent_name' },
    model_name: { to: 'config.model' },
    model_request_parameters: { to: 'config.model_request_parameters', as: 'json' },
    'logfire.tags': { to: 'metadata.tags', as: 'list' },
    // The span's name with values of its arguments filled in.
    'logfire.msg': { to: 'name', content: true },
    'logfire.msg_template': { to: 'nothing' },
    'logfire.json_schema': { to: 'nothing' },
    'logfire.*': { to: 'nothing' },
  },
};
