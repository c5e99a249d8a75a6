// Spans of Logfire's own API.
import * as logfire from '@pydantic/logfire-api';
import { record, tracer } from './recorder.mjs';
import { context, trace } from '@opentelemetry/api';

await record(
  'own-logfire-span',
  async () => {
    await logfire.span('answer {question}', {
      // It scrubs what looks like a session id.
      attributes: { question: 'How long do refunds take?', 'user.id': 'user_42' },
      tags: ['vip'],
      callback: async (span) => {
        // Logfire's Python SDK announces each span as it starts; its JavaScript API does not, so this stands in for it.
        const announcement = tracer.startSpan('answer {question}', { attributes: { 'logfire.span_type': 'pending_span', question: 'How long do refunds take?' } }, trace.setSpan(context.active(), span));
        announcement.end();
        span.setAttribute('response_data', JSON.stringify({ message: { role: 'assistant', content: 'Refunds take 5 business days.' } }));
      },
    });
  },
  [
    { op: 'eq', f: 'session_name', v: 'answer How long do refunds take?' },
    { op: 'eq', f: 'user_properties.user_id', v: 'user_42' },
    { op: 'eq', f: 'outputs.content', v: 'Refunds take 5 business days.' },
    { op: 'eq', f: 'metadata.counts.spans', v: 1 },
    { op: 'has', f: 'metadata.tags', v: 'vip' },
    { op: 'absent', f: 'metadata.error' },
  ],
);
