import { unnamedModelCall, unspecifiedWork, workNamed } from '../../src/conventions/work.js';

describe('a kind of work', () => {
  it.each<[string, object]>([
    ['chat', { tier: 'conversation', model: true }],
    ['generate_content', { tier: 'conversation', model: true }],
    ['text_completion', { tier: 'conversation', model: true }],
    ['embeddings', { tier: 'auxiliary', model: true }],
    ['invoke_agent', { tier: 'conversation', agent: true }],
    ['invoke_workflow', { tier: 'conversation' }],
    ['create_agent', { tier: 'auxiliary' }],
    ['plan', { tier: 'auxiliary' }],
    ['execute_tool', { tier: 'auxiliary', tool: true }],
    ['retrieval', { tier: 'auxiliary' }],
    ['search_memory', { tier: 'auxiliary' }],
    ['LLM', { tier: 'conversation', model: true }],
    ['CHAIN', { tier: 'conversation' }],
    ['AGENT', { tier: 'conversation', agent: true }],
    ['TOOL', { tier: 'auxiliary', tool: true }],
    ['RETRIEVER', { tier: 'auxiliary' }],
    ['EMBEDDING', { tier: 'auxiliary', model: true }],
    ['RERANKER', { tier: 'auxiliary' }],
    ['GUARDRAIL', { tier: 'auxiliary' }],
    ['EVALUATOR', { tier: 'auxiliary' }],
    ['PROMPT', { tier: 'auxiliary' }],
    ['model', { tier: 'conversation', model: true }],
    ['session', { tier: 'conversation' }],
  ])('%s', (name, work) => {
    expect(workNamed(name)).toEqual(work);
    expect(workNamed(name.toUpperCase())).toEqual(workNamed(name.toLowerCase()));
  });

  it.each(['something_new', '', 'constructor', '__proto__'])('%j is a step of the whole, as far as one knows', (name) => {
    expect(workNamed(name)).toEqual(unspecifiedWork);
    expect(unspecifiedWork).toEqual({ tier: 'conversation' });
  });

  it('is a model call when a model is named and nothing else', () => expect(unnamedModelCall).toEqual({ tier: 'conversation', model: true }));
});
