// What arrives at HoneyHive, in the order of the work. Usage counts words, as the stand-in for
// OpenAI does.

const asked = (content) => [{ role: 'user', content }];
const agent = { name: 'support-agent', model: 'gpt-4o-mini' };

export const expectedSessions = [
  {
    ...agent,
    user: 'linus',
    conversation: 'thread-order',
    input: asked('Where is my order 1042?'),
    output: 'Your order has been shipped with DHL and arrives on Friday.',
    tools: ['lookup_order'],
    // Both calls of the model.
    usage: { input_tokens: 42, output_tokens: 21 },
  },
  {
    ...agent,
    title: 'a streamed answer',
    user: 'margaret',
    conversation: 'thread-refunds',
    input: asked('How long do refunds take?'),
    output: 'Refunds take 5 business days.',
    usage: { input_tokens: 18, output_tokens: 5 },
  },
  {
    ...agent,
    user: 'ada',
    conversation: 'thread-ada',
    input: asked('Hello, my name is Ada.'),
    output: 'Nice to meet you, Ada.',
    usage: { input_tokens: 18, output_tokens: 5 },
  },
  {
    ...agent,
    user: 'ada',
    conversation: 'thread-ada',
    input: asked('What is my name?'),
    output: 'Your name is Ada.',
    usage: { input_tokens: 27, output_tokens: 4 },
  },
  {
    ...agent,
    user: 'edsger',
    conversation: 'thread-reviews',
    input: asked('Summarise all 5000 reviews.'),
    error: `429 Rate limit reached on tokens per min (TPM): Limit 200000, Used 199500, Requested 12000.

Troubleshooting URL: https://docs.langchain.com/oss/javascript/langchain/errors/MODEL_RATE_LIMIT/`,
  },
];
