// What arrives at HoneyHive, in the order of the work. Usage counts words, as the stand-in for
// OpenAI does.

const asked = (content) => [{ role: 'user', content }];
const support = { name: 'support', agent: 'support', model: 'gpt-4o-mini' };

export const expectedSessions = [
  {
    ...support,
    user: 'linus',
    conversation: 'chat-order',
    input: asked('Where is my order 1042?'),
    output: 'Your order has been shipped with DHL and arrives on Friday.',
    tools: ['lookup_order'],
    // Both calls of the model.
    usage: { input_tokens: 46, output_tokens: 21 },
  },
  {
    ...support,
    title: 'a streamed answer',
    user: 'margaret',
    conversation: 'chat-refunds',
    input: asked('How long do refunds take?'),
    output: 'Refunds take 5 business days.',
    usage: { input_tokens: 15, output_tokens: 5 },
  },
  {
    ...support,
    user: 'edsger',
    conversation: 'chat-reviews',
    input: asked('Summarise all 5000 reviews.'),
    error: 'Rate limit reached on tokens per min (TPM): Limit 200000, Used 199500, Requested 12000.',
  },
  {
    name: 'classify',
    user: 'ada',
    conversation: 'chat-ada',
    input: { text: 'Where does my refund stay?', labels: ['refund', 'order'] },
    output: { label: 'refund', scores: { refund: 1 } },
  },
];
