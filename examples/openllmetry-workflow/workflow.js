// A support workflow of two tasks. Association properties say whose it is.

import { flushTracing } from './instrumentation.js';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { withAssociationProperties, withTask, withTool, withWorkflow } from '@traceloop/node-server-sdk';
import OpenAI from 'openai';

// Reads OPENAI_API_KEY and OPENAI_BASE_URL.
const openai = new OpenAI({ maxRetries: 0 });

const findPolicy = (question) =>
  withTool({ name: 'find_policy' }, (query) => `policy on ${query.includes('refund') ? 'refunds' : 'orders'}`, question);

const answer = (question, policy) =>
  withTask(
    { name: 'answer' },
    async (asked, found) => {
      const completion = await openai.chat.completions.create({
        model: 'gpt-4o-mini',
        messages: [
          { role: 'system', content: `Answer by the ${found}.` },
          { role: 'user', content: asked },
        ],
      });
      return completion.choices[0].message.content;
    },
    question,
    policy,
  );

const support = (user_id, session_id, question) =>
  withAssociationProperties({ user_id, session_id }, () =>
    withWorkflow(
      { name: 'support_workflow' },
      async ({ question: asked }) => {
        const policy = await findPolicy(asked);
        return { answer: await answer(asked, policy), sources: [policy] };
      },
      { question },
    ),
  );

console.log(await support('grace', 'chat-refunds', 'How long do refunds take?'));
console.log(await support('ada', 'chat-ada', 'Hello, my name is Ada.'));

// OpenLLMetry never ends the spans of a workflow that throws. A span of one's own around it does.
await trace.getTracer('support').startActiveSpan('nightly reviews', async (span) => {
  try {
    await support('edsger', 'chat-reviews', 'Summarise all 5000 reviews.');
  } catch (error) {
    span.recordException(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    console.log(error.message);
  } finally {
    span.end();
  }
});

await flushTracing();
