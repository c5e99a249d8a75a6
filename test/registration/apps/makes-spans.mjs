// An application that knows the API and nothing else.
import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';

trace.getTracer('app').startActiveSpan('esm work', (span) => {
  trace.getTracer('lib').startSpan('step').end();
  span.end();
});
createRequire(import.meta.url)('@opentelemetry/api').trace.getTracer('app').startSpan('cjs work').end();
console.log(['SIGTERM', 'SIGINT', 'SIGHUP'].map((signal) => process.listenerCount(signal)).join());
