// The function. HoneyHive's own attributes on the invocation's span say what it was about.

const { trace } = require('@opentelemetry/api');

const model = 'gpt-4o-mini';

exports.handler = async ({ question, user }) => {
  const span = trace.getActiveSpan();
  span?.setAttributes({
    'honeyhive_inputs.question': question,
    'honeyhive_user_properties.user_id': user,
    'honeyhive_config.model': model,
  });
  const response = await fetch(`${process.env.OPENAI_BASE_URL}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model, messages: [{ role: 'user', content: question }] }),
  });
  const { choices, error } = await response.json();
  if (error) throw new Error(error.message);
  const answer = choices[0].message.content;
  span?.setAttribute('honeyhive_outputs.answer', answer);
  return { answer };
};
