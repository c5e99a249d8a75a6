// What arrives at HoneyHive, in the order of the work. Usage counts words, as the stand-in for
// OpenAI does.

const ticket = { name: 'answer ticket', model: 'gpt-4o-mini' };
const asked = (content) => [{ role: 'user', content }];

export const expectedSessions = [
  {
    ...ticket,
    user: 'grace',
    conversation: 'ticket-7',
    input: asked('How long do refunds take?'),
    output: 'Refunds take 5 business days.',
    usage: { input_tokens: 5, output_tokens: 5 },
  },
  {
    ...ticket,
    user: 'linus',
    conversation: 'ticket-8',
    input: asked('Summarise all 5000 reviews.'),
    error: 'Rate limit reached on tokens per min (TPM): Limit 200000, Used 199500, Requested 12000.',
  },
  {
    ...ticket,
    user: 'ada',
    conversation: 'ticket-9',
    input: asked('What can you do for me?'),
    output: 'I can help with orders and refunds.',
    usage: { input_tokens: 6, output_tokens: 7 },
  },
];
