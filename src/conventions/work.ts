/** What a span says that it does, as far as sessions care. */
export interface Work {
  /**
   * `conversation`: its input and output may be a session's (chat, agent, chain).
   * `auxiliary`: it serves one (tool, retrieval, embedding, guardrail): only believed where
   * nothing of the first kind is there.
   */
  tier: 'conversation' | 'auxiliary';
  /** It calls a model. */
  model?: true;
  /** It runs a tool. */
  tool?: true;
  /** It is an agent at work; its span is named after it. */
  agent?: true;
}

const conversation: Work = { tier: 'conversation' };
const auxiliary: Work = { tier: 'auxiliary' };
const model: Work = { tier: 'conversation', model: true };
const embedding: Work = { tier: 'auxiliary', model: true };
const tool: Work = { tier: 'auxiliary', tool: true };
const agent: Work = { tier: 'conversation', agent: true };

/** What a span with AI attributes does when it does not say: it is taken for a step of the whole. */
export const unspecifiedWork: Work = conversation;

/** What a span does that names a model and nothing else. */
export const unnamedModelCall: Work = model;

/**
 * Kinds of work by the name that attributes give them, in lower case.
 *
 * Sources: GenAI `gen_ai.operation.name`, OpenInference `openinference.span.kind`, HoneyHive
 * `honeyhive_event_type`, AI SDK `ai.operationId` (`ai` 4 to 6), Langfuse
 * `langfuse.observation.type` (`@langfuse/core` 5), LangSmith `langsmith.span.kind`, Traceloop
 * `traceloop.span.kind`, Mastra `mastra.span.type` (`@mastra/core` 1).
 */
const KINDS: ReadonlyMap<string, Work> = new Map(
  (
    [
      // GenAI operations
      [model, 'chat generate_content text_completion completion'],
      [embedding, 'embeddings'],
      [agent, 'invoke_agent'],
      [conversation, 'invoke_workflow'],
      [tool, 'execute_tool'],
      [auxiliary, 'create_agent plan retrieval rerank moderation create_memory update_memory upsert_memory delete_memory search_memory'],
      // OpenInference span kinds
      [model, 'llm'],
      [conversation, 'chain'],
      [agent, 'agent'],
      [tool, 'tool'],
      [embedding, 'embedding'],
      [auxiliary, 'retriever reranker guardrail evaluator prompt'],
      // HoneyHive event types, beside `tool` and `chain`
      [model, 'model'],
      [conversation, 'session'],
      // Vercel AI SDK: a function that applications call, and the model call below it
      [model, 'ai.generatetext ai.generatetext.dogenerate ai.streamtext ai.streamtext.dostream'],
      [model, 'ai.generateobject ai.generateobject.dogenerate ai.streamobject ai.streamobject.dostream'],
      [embedding, 'ai.embed ai.embed.doembed ai.embedmany ai.embedmany.doembed ai.rerank ai.rerank.dorerank'],
      [tool, 'ai.toolcall'],
      [conversation, 'ai.workflowagent.stream'],
      // Langfuse observations, beside those named above
      [model, 'generation'],
      [conversation, 'span'],
      [auxiliary, 'event'],
      // Traceloop, beside `agent` and `tool`
      [conversation, 'workflow task'],
      // LangSmith runs, beside `llm`, `chain`, `tool`, `retriever`, `embedding` and `prompt`
      [auxiliary, 'parser'],
      // Mastra
      [agent, 'agent_run'],
      [conversation, 'workflow_run workflow_step workflow_conditional workflow_parallel workflow_loop generic'],
      [model, 'model_generation'],
      [conversation, 'model_step model_inference model_chunk'],
      [tool, 'tool_call mcp_tool_call client_tool_call provider_tool_call'],
      [embedding, 'rag_embedding'],
      [
        auxiliary,
        'scorer_run scorer_step classifier_evaluation processor_run workflow_conditional_eval workflow_sleep workflow_wait_event ' +
          'memory_operation workspace_action rag_ingestion rag_vector_operation rag_action graph_action mapping skill_resolution skill_action agent_signal',
      ],
    ] satisfies [Work, string][]
  ).flatMap(([work, names]) => names.split(' ').map((name): [string, Work] => [name, work])),
);

/** The kind of work behind a name; an unknown name is still AI work. */
export function workNamed(name: string): Work {
  return KINDS.get(name) ?? KINDS.get(name.toLowerCase()) ?? unspecifiedWork;
}
