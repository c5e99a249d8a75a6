// The application: it answers questions, and traces what it does. It knows nothing of HoneyHive.
const { SpanStatusCode, trace } = require('@opentelemetry/api');

const ANSWERS = new Map([['Where is my order 1042?', 'It has been shipped.']]);

/** Answers a customer. @throws Error when there is no answer. */
exports.answer = (user, question) =>
  trace.getTracer('support').startActiveSpan('answer', { attributes: { 'user.id': user } }, async (span) => {
    try {
      return await askModel(question);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });

/** Stands for the call of a model that an instrumentation traces. */
function askModel(question) {
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'stand-in', 'gen_ai.input.messages': messages('user', question) };
  return trace.getTracer('model').startActiveSpan('chat stand-in', { attributes }, async (span) => {
    try {
      const text = ANSWERS.get(question);
      if (text === undefined) throw new Error('the model has no answer');
      span.setAttribute('gen_ai.output.messages', messages('assistant', text));
      return text;
    } finally {
      span.end();
    }
  });
}

function messages(role, content) {
  return JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);
}
