// What arrives at HoneyHive, in the order of the work. Usage counts words, as the stand-in for
// OpenAI does.

const workflow = { name: 'support_workflow', model: 'gpt-4o-mini', tools: ['find_policy'] };

export const expectedSessions = [
  {
    ...workflow,
    user: 'grace',
    conversation: 'chat-refunds',
    input: { question: 'How long do refunds take?' },
    output: { answer: 'Refunds take 5 business days.', sources: ['policy on refunds'] },
    usage: { input_tokens: 11, output_tokens: 5 },
  },
  {
    ...workflow,
    user: 'ada',
    conversation: 'chat-ada',
    input: { question: 'Hello, my name is Ada.' },
    output: { answer: 'Nice to meet you, Ada.', sources: ['policy on orders'] },
    usage: { input_tokens: 11, output_tokens: 5 },
  },
  {
    name: 'nightly reviews',
    user: 'edsger',
    conversation: 'chat-reviews',
    tools: ['find_policy'],
    // The workflow's span and that of the failed call never end: what is left is the tool's word.
    input: { value: 'Summarise all 5000 reviews.' },
    output: { value: 'policy on orders' },
    error: '429 Rate limit reached on tokens per min (TPM): Limit 200000, Used 199500, Requested 12000.',
  },
];
