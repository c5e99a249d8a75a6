import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const chat = (i, words, times) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.conversation.id': `c${i}`,
  'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: `${i} ${words} `.repeat(times) }] }]),
  'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: `the answer to ${i}` }] }]),
});

const attributes = {
  nothing: () => ({}),
  'web request': (i) => ({ 'http.request.method': 'GET', 'url.path': `/orders/${i}`, 'http.route': '/orders/:id', 'http.response.status_code': 200, 'server.address': 'a.example', 'user_agent.original': 'x/1' }),
  'chat of 4 KB, Latin': (i) => chat(i, 'a question', 300),
  'chat of 4 KB, Chinese': (i) => chat(i, '一个问题', 300),
  '100 short attributes': (i) => many(100, (k) => `value ${i} ${k}`),
  '100 numbers': (i) => many(100, (k) => i * 1.5 + k),
  '20 lists of 50 texts': (i) => many(20, (k) => Array.from({ length: 50 }, (_, n) => `t${i}-${k}-${n}`)),
};

/** Kinds of attributes that a root may have; each call makes texts of its own. */
export const SHAPES = Object.keys(attributes);

/** Starts and ends a root, and below it what is asked for. */
export function endRoot(tracer, shape, i, { children = 0, fails = false } = {}) {
  const root = tracer.startSpan('work', { root: true, kind: SpanKind.SERVER, attributes: attributes[shape](i) });
  const context = trace.setSpan(ROOT_CONTEXT, root);
  for (let k = 0; k < children; k += 1) tracer.startSpan('step', { attributes: { ...attributes[shape](i * children + k), 'gen_ai.tool.name': `tool ${i} ${k}` } }, context).end();
  if (fails) {
    const error = new Error(`failed ${i}`);
    error.stack = `Error: failed ${i}\n${`    at step${i} (/service/steps.js:1:2)\n`.repeat(40)}`;
    root.recordException(error);
    root.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  }
  root.end();
}

function many(count, valueOf) {
  return Object.fromEntries(Array.from({ length: count }, (_, k) => [`app.key${k}`, valueOf(k)]));
}
