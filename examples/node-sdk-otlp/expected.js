// What arrives at HoneyHive, in the order of the requests. Usage counts words, as the stand-in for
// OpenAI does.

const request = { name: 'POST /summaries', model: 'gpt-4o-mini' };
const asked = (content) => [{ role: 'user', content }];

export const expectedSessions = [
  {
    ...request,
    user: 'grace',
    input: asked('How long do refunds take?'),
    output: 'Refunds take 5 business days.',
    usage: { input_tokens: 5, output_tokens: 5 },
  },
  {
    ...request,
    user: 'linus',
    input: asked('Summarise all 5000 reviews.'),
    error: 'Rate limit reached on tokens per min (TPM): Limit 200000, Used 199500, Requested 12000.',
  },
  {
    ...request,
    user: 'ada',
    input: asked('Hello, my name is Ada.'),
    output: 'Nice to meet you, Ada.',
    usage: { input_tokens: 5, output_tokens: 5 },
  },
];
