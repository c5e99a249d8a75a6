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
 * `honeyhive_event_type`.
 */
const KINDS: ReadonlyMap<string, Work> = new Map([
  // GenAI operations
  ['chat', model],
  ['generate_content', model],
  ['text_completion', model],
  ['embeddings', embedding],
  ['invoke_agent', agent],
  ['invoke_workflow', conversation],
  ['create_agent', auxiliary],
  ['plan', auxiliary],
  ['execute_tool', tool],
  ['retrieval', auxiliary],
  ['create_memory', auxiliary],
  ['update_memory', auxiliary],
  ['delete_memory', auxiliary],
  ['search_memory', auxiliary],
  // OpenInference span kinds
  ['llm', model],
  ['chain', conversation],
  ['agent', agent],
  ['tool', tool],
  ['retriever', auxiliary],
  ['embedding', embedding],
  ['reranker', auxiliary],
  ['guardrail', auxiliary],
  ['evaluator', auxiliary],
  ['prompt', auxiliary],
  // HoneyHive event types (`tool` and `chain` as above)
  ['model', model],
  ['session', conversation],
]);

/** The kind of work behind a name; an unknown name is still AI work. */
export function workNamed(name: string): Work {
  return KINDS.get(name.toLowerCase()) ?? unspecifiedWork;
}
