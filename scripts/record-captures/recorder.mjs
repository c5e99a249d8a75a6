import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

const memory = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/** The provider whose spans are recorded. */
export const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'recorded-app', 'deployment.environment.name': 'staging' }),
  spanProcessors: [new SimpleSpanProcessor(memory)],
});
trace.setGlobalTracerProvider(provider);
export const tracer = provider.getTracer('app');

/** Runs a function in a span that is ended after it. */
export async function inSpan(name, options, run) {
  const span = tracer.startSpan(name, options);
  try {
    return await context.with(trace.setSpan(context.active(), span), () => run(span));
  } finally {
    span.end();
  }
}

/** Writes what one scenario recorded, and what a reader expects of its session. */
export async function record(name, run, assert) {
  memory.reset();
  await run();
  const spans = memory.getFinishedSpans().map(plain);
  const root = spans.find(({ parentSpanContext }) => parentSpanContext === null);
  const sessions = spans.filter(({ parentSpanContext }) => parentSpanContext === null).length;
  const fixture = { name, expected: { sessions, rootSpanId: root.spanContext.spanId }, assert, spans };
  writeFileSync(new URL(`../../test/fixtures/captures/${name}.json`, import.meta.url), `${JSON.stringify(fixture, null, 1)}\n`);
  console.log(name, spans.map((span) => span.name).join(' | '));
}

function plain({ name, kind, parentSpanContext, startTime, endTime, duration, status, attributes, events, links, resource, instrumentationScope, droppedAttributesCount, droppedEventsCount, droppedLinksCount, ...span }) {
  const { traceId, spanId, traceFlags } = Object.getPrototypeOf(span) === Object.prototype ? arguments[0].spanContext() : span.spanContext();
  const parent = parentSpanContext === undefined ? null : { traceId: parentSpanContext.traceId, spanId: parentSpanContext.spanId, traceFlags: parentSpanContext.traceFlags };
  return {
    name, kind, spanContext: { traceId, spanId, traceFlags }, parentSpanContext: parent, startTime, endTime, duration, status, attributes,
    events, links: links ?? [], resource: { attributes: resource.attributes }, instrumentationScope: { name: instrumentationScope.name }, droppedAttributesCount, droppedEventsCount, droppedLinksCount,
  };
}

/** A model server that answers every chat completion with these, in turn. */
export async function modelServer(answers) {
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const message = answers[Math.min(asked++, answers.length - 1)];
      const finish = message.tool_calls === undefined ? 'stop' : 'tool_calls';
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          id: 'chatcmpl-1',
          object: 'chat.completion',
          created: 1,
          model: 'gpt-4o-2024-11-20',
          choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason: finish, logprobs: null }],
          usage: { prompt_tokens: 27, completion_tokens: 14, total_tokens: 41 },
        }),
      );
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/v1`, close: () => server.close() };
}
