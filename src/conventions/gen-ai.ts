import type { Convention } from './convention.js';

/**
 * OpenTelemetry's GenAI conventions, current and as older instrumentations still write them.
 *
 * Source: open-telemetry/semantic-conventions-genai (registry `gen-ai`, message schemas) for the
 * current names; semantic-conventions up to 1.36 for `gen_ai.system`, per-message events and
 * `gen_ai.usage.prompt_tokens`; traceloop/openllmetry `semconv_ai` for the indexed keys.
 */
export const genAi: Convention = {
  name: 'gen_ai',
  namespaces: ['gen_ai.'],
  attributes: {
    'gen_ai.input.messages': { to: 'inputs', as: 'chat' },
    'gen_ai.output.messages': { to: 'outputs', as: 'chat' },
    'gen_ai.prompt.*': { to: 'inputs', as: 'indexed' },
    'gen_ai.completion.*': { to: 'outputs', as: 'indexed' },
    'gen_ai.prompt': { to: 'inputs', as: 'value' },
    'gen_ai.completion': { to: 'outputs', as: 'value' },
    'gen_ai.tool.call.arguments': { to: 'inputs', as: 'tool' },
    'gen_ai.tool.call.result': { to: 'outputs', as: 'tool' },
    'gen_ai.system_instructions': { to: 'system_instructions', as: 'json' },
    'gen_ai.tool.definitions': { to: 'config.tools', as: 'json' },
    'gen_ai.prompt.name': { to: 'config.prompt_name' },

    'gen_ai.request.model': { to: 'config.model' },
    'gen_ai.provider.name': { to: 'config.provider' },
    'gen_ai.system': { to: 'config.provider' },
    'gen_ai.request.*': { to: 'config.*', as: 'json' },

    'gen_ai.operation.name': { to: 'work', as: 'work' },
    'gen_ai.agent.name': { to: 'agent_name' },
    'gen_ai.tool.name': { to: 'tool_name' },
    'gen_ai.conversation.id': { to: 'conversation_id', id: true },
    'gen_ai.response.model': { to: 'metadata.response_model' },
    'gen_ai.response.id': { to: 'metadata.response_id' },
    'gen_ai.response.finish_reasons': { to: 'metadata.finish_reasons', as: 'list' },

    'gen_ai.usage.input_tokens': { to: 'usage.input_tokens' },
    'gen_ai.usage.prompt_tokens': { to: 'usage.input_tokens' },
    'gen_ai.usage.output_tokens': { to: 'usage.output_tokens' },
    'gen_ai.usage.completion_tokens': { to: 'usage.output_tokens' },
    'gen_ai.usage.total_tokens': { to: 'usage.total_tokens' },
    'llm.usage.total_tokens': { to: 'usage.total_tokens' },
    'gen_ai.usage.cache_read.input_tokens': { to: 'usage.cache_read_input_tokens' },
    'gen_ai.usage.cache_read_input_tokens': { to: 'usage.cache_read_input_tokens' },
    'gen_ai.usage.cache_creation.input_tokens': { to: 'usage.cache_creation_input_tokens' },
    'gen_ai.usage.cache_creation_input_tokens': { to: 'usage.cache_creation_input_tokens' },
    'gen_ai.usage.reasoning.output_tokens': { to: 'usage.reasoning_tokens' },
    'gen_ai.usage.reasoning_tokens': { to: 'usage.reasoning_tokens' },
    'gen_ai.usage.cost': { to: 'usage.cost' },
    'gen_ai.usage.*': { to: 'usage.*' },
  },
  events: {
    'gen_ai.system.message': { to: 'inputs', role: 'system' },
    'gen_ai.user.message': { to: 'inputs', role: 'user' },
    'gen_ai.assistant.message': { to: 'inputs', role: 'assistant' },
    'gen_ai.tool.message': { to: 'inputs', role: 'tool' },
    'gen_ai.choice': { to: 'outputs', role: 'assistant' },
  },
};
