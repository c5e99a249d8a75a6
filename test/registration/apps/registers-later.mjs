// An application that sets up tracing itself, after us. It prints what its own processor sees,
// what the API complains of, and whether its own propagator is the one in use.
import { diag, DiagLogLevel, propagation, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';

const complaints = [];
const note = (text) => complaints.push(text);
diag.setLogger({ error: note, warn: note, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
const early = trace.getTracer('taken early');
early.startSpan('before').end();

const seen = [];
const onEnd = (span) => seen.push(span.parentSpanContext === undefined ? `${span.name} (root)` : span.name);
const nothing = async () => {};
const propagator = { inject: (_context, carrier) => void (carrier.mine = true), extract: (context) => context, fields: () => [] };
new NodeSDK({ textMapPropagator: propagator, logRecordProcessors: [], metricReaders: [], spanProcessors: [{ onStart() {}, onEnd, forceFlush: nothing, shutdown: nothing }] }).start();

early.startActiveSpan('after', (span) => {
  trace.getTracer('taken late').startSpan('step').end();
  span.end();
});
const carrier = {};
propagation.inject(await import('@opentelemetry/api').then(({ context }) => context.active()), carrier);
console.log(JSON.stringify({ seen, complaints, mine: carrier.mine === true }));
