import type { Convention } from './convention.js';

/**
 * LangSmith's OpenTelemetry mode. Content and usage are written as GenAI; `langsmith.trace.session_name`
 * is the name of the LangSmith project, not of a session.
 *
 * Source: langchain-ai/langsmith-sdk `js/src/experimental/otel/constants.ts`.
 */
export const langSmith: Convention = {
  name: 'langsmith',
  namespaces: ['langsmith.'],
  attributes: {
    'langsmith.trace.name': { to: 'name' },
    'langsmith.span.kind': { to: 'work', as: 'work' },
    'langsmith.metadata.session_id': { to: 'conversation_id', id: true },
    'langsmith.metadata.thread_id': { to: 'conversation_id', id: true },
    'langsmith.metadata.conversation_id': { to: 'conversation_id', id: true },
    'langsmith.trace.session_id': { to: 'nothing' },
    'langsmith.metadata.user_id': { to: 'user_properties.user_id', id: true },
    'langsmith.metadata.userId': { to: 'user_properties.user_id', id: true },
    'langsmith.metadata.ls_model_name': { to: 'config.model' },
    'langsmith.metadata.ls_provider': { to: 'config.provider' },
    'langsmith.metadata.ls_temperature': { to: 'config.temperature', as: 'json' },
    'langsmith.metadata.ls_max_tokens': { to: 'config.max_tokens', as: 'json' },
    'langsmith.metadata.ls_stop': { to: 'config.stop_sequences', as: 'json' },
    'langsmith.metadata.usage_metadata': { to: 'usage' },
    'langsmith.usage_metadata': { to: 'usage' },
    'langsmith.span.tags': { to: 'metadata.tags', as: 'list' },
    'langsmith.trace.session_name': { to: 'metadata.langsmith_project' },
    // Settings of the process that LangSmith copies into every run.
    'langsmith.metadata.LANGSMITH_TRACING': { to: 'nothing' },
    'langsmith.metadata.LANGSMITH_OTEL_ENABLED': { to: 'nothing' },
    'langsmith.metadata.LANGSMITH_TRACING_MODE': { to: 'nothing' },
    'langsmith.metadata.LANGSMITH_API_KEY': { to: 'nothing' },
    'langsmith.metadata.LANGSMITH_ENDPOINT': { to: 'nothing' },
    'langsmith.metadata.*': { to: 'metadata.*', as: 'json' },
    'langsmith.is_root': { to: 'nothing' },
    'langsmith.traceable': { to: 'nothing' },
    'langsmith.*': { to: 'nothing' },
  },
};
