// POST /summaries: asks the model, says who asked. HTTP server and fetch are instrumented, the
// call of the model is a span of its own.

import { createServer } from 'node:http';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { shutdownTracing } from './instrumentation.js';

const tracer = trace.getTracer('summaries');
const model = 'gpt-4o-mini';

const asMessages = (role, content) => JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);

function askModel(question) {
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': model,
    'gen_ai.input.messages': asMessages('user', question),
  };
  return tracer.startActiveSpan(`chat ${model}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      const response = await fetch(`${process.env.OPENAI_BASE_URL}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ model, messages: [{ role: 'user', content: question }] }),
      });
      const { choices, usage, error } = await response.json();
      if (error) throw new Error(error.message);
      const answer = choices[0].message.content;
      span.setAttributes({
        'gen_ai.output.messages': asMessages('assistant', answer),
        'gen_ai.usage.input_tokens': usage.prompt_tokens,
        'gen_ai.usage.output_tokens': usage.completion_tokens,
      });
      return answer;
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });
}

async function handle(req, res) {
  trace.getActiveSpan()?.setAttribute('user.id', req.headers['x-user-id'] ?? 'nobody');
  const question = Buffer.concat(await req.toArray()).toString();
  try {
    res.end(await askModel(question));
  } catch (error) {
    res.writeHead(502).end(error.message);
  }
}

const server = createServer((req, res) => {
  handle(req, res).catch((error) => res.destroy(error));
}).listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});

process.once('SIGTERM', () =>
  server.close(() => shutdownTracing().catch((error) => console.error(`${error}`))),
);
