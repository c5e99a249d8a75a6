import type { Convention } from './convention.js';

/**
 * OpenInference (Arize): flattened chat messages beside the whole request and response.
 *
 * Source: Arize-ai/openinference `spec/semantic_conventions.md`.
 */
export const openInference: Convention = {
  name: 'openinference',
  namespaces: ['llm.', 'openinference.', 'input.', 'output.', 'embedding.', 'retrieval.', 'reranker.'],
  attributes: {
    'llm.input_messages.*': { to: 'inputs', as: 'indexed' },
    'llm.output_messages.*': { to: 'outputs', as: 'indexed' },
    'input.value': { to: 'inputs', as: 'value' },
    'output.value': { to: 'outputs', as: 'value' },
    'input.mime_type': { to: 'nothing' },
    'output.mime_type': { to: 'nothing' },
    // The model that was asked for stands among these; `llm.model_name` is the one that answered.
    'llm.invocation_parameters': { to: 'config', as: 'parameters' },
    'embedding.invocation_parameters': { to: 'config', as: 'parameters' },
    'llm.model_name': { to: 'config.model' },
    'embedding.model_name': { to: 'config.model' },
    'reranker.model_name': { to: 'config.model' },
    'llm.provider': { to: 'config.provider' },
    'llm.system': { to: 'config.provider' },
    'llm.tools.*': { to: 'config.tools', as: 'indexed', group: 'tools' },
    'llm.prompt_template.template': { to: 'config.template' },
    'llm.prompt_template.version': { to: 'config.template_version' },
    'llm.prompt_template.variables': { to: 'config.template_variables', as: 'json' },
    'llm.finish_reason': { to: 'metadata.finish_reasons', as: 'list' },

    'openinference.span.kind': { to: 'work', as: 'work' },
    'agent.name': { to: 'agent_name' },
    'tool.name': { to: 'tool_name' },
    'tool.description': { to: 'nothing' },
    'tool.parameters': { to: 'nothing' },
    'tool.json_schema': { to: 'nothing' },
    metadata: { to: 'metadata', as: 'fields' },
    'tag.tags': { to: 'metadata.tags', as: 'list' },

    'llm.token_count.prompt': { to: 'usage.input_tokens' },
    'llm.token_count.completion': { to: 'usage.output_tokens' },
    'llm.token_count.total': { to: 'usage.total_tokens' },
    'llm.token_count.prompt_details.cache_read': { to: 'usage.cache_read_input_tokens' },
    'llm.token_count.prompt_details.cache_write': { to: 'usage.cache_creation_input_tokens' },
    'llm.token_count.prompt_details.audio': { to: 'usage.audio_input_tokens' },
    'llm.token_count.completion_details.reasoning': { to: 'usage.reasoning_tokens' },
    'llm.token_count.completion_details.audio': { to: 'usage.audio_output_tokens' },
    'llm.cost.total': { to: 'usage.cost' },
    'llm.cost.*': { to: 'nothing' },
    // What a retriever or an embedder handled: its session-level meaning is in input and output.
    'retrieval.documents.*': { to: 'nothing' },
    'reranker.input_documents.*': { to: 'nothing' },
    'reranker.output_documents.*': { to: 'nothing' },
    'embedding.embeddings.*': { to: 'nothing' },
  },
};
