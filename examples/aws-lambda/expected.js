// What arrives at HoneyHive, in the order of the invocations, those before it could be reached
// included.

const support = { name: 'support', model: 'gpt-4o-mini' };

exports.expectedSessions = [
  {
    ...support,
    title: 'while HoneyHive is silent',
    user: 'grace',
    input: { question: 'How long do refunds take?' },
    output: { answer: 'Refunds take 5 business days.' },
  },
  {
    ...support,
    title: 'while HoneyHive is down',
    user: 'ada',
    input: { question: 'Hello, my name is Ada.' },
    output: { answer: 'Nice to meet you, Ada.' },
  },
  {
    ...support,
    user: 'linus',
    input: { question: 'What can you do for me?' },
    output: { answer: 'I can help with orders and refunds.' },
  },
  {
    ...support,
    user: 'edsger',
    input: { question: 'Summarise all 5000 reviews.' },
    error: 'Rate limit reached on tokens per min (TPM): Limit 200000, Used 199500, Requested 12000.',
  },
];
