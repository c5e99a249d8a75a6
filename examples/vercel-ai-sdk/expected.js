// What arrives at HoneyHive, in the order of the work. Usage counts words, as model.js does, over
// all steps of an answer.

const asked = (content) => [{ role: 'user', content }];
const model = 'gpt-4o-mini';
const shipped = 'Your order has been shipped with DHL and arrives on Friday.';

export const expectedSessions = [
  {
    name: 'answer',
    model,
    user: 'grace',
    conversation: 'chat-grace',
    input: asked('How long do refunds take?'),
    output: 'Refunds take 5 business days.',
    usage: { input_tokens: 24, output_tokens: 5 },
  },
  {
    name: 'answer',
    model,
    user: 'linus',
    conversation: 'chat-linus',
    input: asked('Where is my order 1042?'),
    output: shipped,
    tools: ['lookup_order'],
    usage: { input_tokens: 81, output_tokens: 18 },
  },
  {
    name: 'answer',
    model,
    user: 'edsger',
    input: asked('Summarise all 5000 reviews.'),
    error: 'Rate limit reached on tokens per min',
  },
  {
    title: 'a streamed answer',
    name: 'stream-answer',
    model,
    user: 'grace',
    conversation: 'chat-grace',
    usage: { input_tokens: 27, output_tokens: 5 },
    input: asked('And how long do they take on Sundays?'),
    output: 'Refunds take 5 business days.',
  },
  {
    title: 'a streamed answer after a tool call',
    name: 'stream-answer',
    model,
    user: 'margaret',
    input: asked('Has order 1042 left yet?'),
    output: shipped,
    tools: ['lookup_order'],
    usage: { input_tokens: 81, output_tokens: 18 },
  },
  {
    title: 'a streamed answer that breaks off',
    name: 'stream-answer',
    model,
    user: 'edsger',
    input: asked('Write me a poem.'),
    // The AI SDK says no more of it on its spans.
    output: 'Roses are red,',
    finishReasons: ['error'],
  },
  {
    name: 'classify',
    model,
    user: 'ada',
    input: asked('Please sort this: I want my money back today!'),
    output: '{"topic":"refund","urgent":true}',
    usage: { input_tokens: 15, output_tokens: 4 },
  },
];
