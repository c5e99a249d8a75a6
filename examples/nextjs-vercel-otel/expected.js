// What arrives at HoneyHive, in the order of the requests; the health check is none. Usage counts
// words, as the stand-in for OpenAI does.

const chat = { name: 'POST /api/chat', model: 'gpt-4o-mini' };
const asked = (content) => [{ role: 'user', content }];

exports.expectedSessions = [
  {
    ...chat,
    user: 'grace',
    conversation: 'chat-refunds',
    input: asked('How long do refunds take?'),
    output: 'Refunds take 5 business days.',
    usage: { input_tokens: 5, output_tokens: 5 },
  },
  {
    ...chat,
    user: 'ada',
    conversation: 'chat-ada',
    input: asked('Hello, my name is Ada.'),
    output: 'Nice to meet you, Ada.',
    usage: { input_tokens: 5, output_tokens: 5 },
  },
  {
    ...chat,
    user: 'edsger',
    conversation: 'chat-reviews',
    input: asked('Summarise all 5000 reviews.'),
    error: 'Rate limit reached on tokens per min (TPM): Limit 200000, Used 199500, Requested 12000.',
  },
  // Answered by the middleware.
  { name: 'POST /api/chat' },
];
