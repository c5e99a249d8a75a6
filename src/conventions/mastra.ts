import type { Convention, Rule } from './convention.js';

/** Kinds of Mastra spans that keep their input and output under their own name. */
const CHAT_SPANS: readonly string[] = ['agent_run', 'model_generation', 'model_step', 'model_inference', 'model_chunk'];
const TOOL_SPANS: readonly string[] = ['tool_call', 'mcp_tool_call', 'client_tool_call', 'provider_tool_call'];
const OTHER_SPANS: readonly string[] = [
  'workflow_run',
  'workflow_step',
  'workflow_conditional',
  'workflow_conditional_eval',
  'workflow_parallel',
  'workflow_loop',
  'workflow_sleep',
  'workflow_wait_event',
  'scorer_run',
  'scorer_step',
  'classifier_evaluation',
  'processor_run',
  'mcp_server_request',
  'memory_operation',
  'workspace_action',
  'rag_ingestion',
  'rag_embedding',
  'rag_vector_operation',
  'rag_action',
  'graph_action',
  'mapping',
  'skill_resolution',
  'skill_action',
  'agent_signal',
  'generic',
];

function content(spans: readonly string[], as: Rule['as']): Record<string, Rule> {
  return Object.assign(
    {},
    ...spans.map((span): Record<string, Rule> => ({ [`mastra.${span}.input`]: { to: 'inputs', as: as! }, [`mastra.${span}.output`]: { to: 'outputs', as: as! } })),
  ) as Record<string, Rule>;
}

/**
 * Mastra's own spans; model calls among them are written as GenAI.
 *
 * Source: `@mastra/otel-exporter` 1.4.0, span types of `@mastra/core` 1.71.0.
 */
export const mastra: Convention = {
  name: 'mastra',
  namespaces: ['mastra.'],
  attributes: {
    ...content(CHAT_SPANS, 'value'),
    ...content(TOOL_SPANS, 'tool'),
    ...content(OTHER_SPANS, 'value'),
    'mastra.span.type': { to: 'work', as: 'work' },
    'mastra.metadata.sessionId': { to: 'conversation_id', id: true },
    'mastra.metadata.session_id': { to: 'conversation_id', id: true },
    'mastra.metadata.threadId': { to: 'conversation_id', id: true },
    'mastra.metadata.userId': { to: 'user_properties.user_id', id: true },
    'mastra.metadata.user_id': { to: 'user_properties.user_id', id: true },
    'mastra.metadata.resourceId': { to: 'user_properties.user_id', id: true },
    'mastra.tags': { to: 'metadata.tags', as: 'list' },
    'mastra.metadata.modelMetadata': { to: 'nothing' },
    'mastra.metadata.*': { to: 'metadata.*', as: 'json' },
    'mastra.*': { to: 'nothing' },
  },
};
