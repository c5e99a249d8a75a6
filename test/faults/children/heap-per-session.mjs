// node --expose-gc: what a waiting session really holds, beside what is reckoned for it.
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { HoneyHiveSessionProcessor } from '../../../dist/esm/index.js';
import { endRoot, SHAPES } from './spans.mjs';

const COUNT = 3_000;

const cases = [
  // Not measured: undici is loaded meanwhile, which takes megabytes, and on a busy machine its time.
  ['nothing', {}],
  ...SHAPES.map((shape) => [shape, {}]),
  ['nothing', { children: 5 }],
  ['nothing', { fails: true }],
  ['nothing', { beforeSend: true }],
  ['chat of 4 KB, Latin', { children: 5 }],
  ['chat of 4 KB, Latin', { beforeSend: true }],
  ['chat of 4 KB, Latin', { beforeSend: true, captureContent: false }],
];

// What the first attempt loads: here at once, so that no measurement meets it half way.
await import('undici');
const rows = [];
for (const [shape, { children, fails, beforeSend, captureContent = true }] of cases) {
  const processor = new HoneyHiveSessionProcessor({
    maxPendingSessions: 1_000_000,
    maxPendingBytes: 4_000_000_000,
    shutdownTimeoutMillis: 1,
    captureContent,
    ...(beforeSend ? { beforeSend: (session) => session } : {}),
  });
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('heap');
  const end = async (from, count) => {
    for (let i = from; i < from + count; i += 1) endRoot(tracer, shape, i, { children, fails });
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await end(0, 200);
  const before = { heap: heapUsed(), bytes: processor.stats().pendingBytes };
  await end(1_000, COUNT);
  const held = (heapUsed() - before.heap) / COUNT;
  const reckoned = (processor.stats().pendingBytes - before.bytes) / COUNT;
  const more = [children && `${children} children`, fails && 'an exception', beforeSend && 'beforeSend', !captureContent && 'no content'].filter(Boolean);
  rows.push({ session: [shape, ...more].join(', '), held, reckoned });
  await processor.shutdown();
}
process.send(rows.slice(1));
process.disconnect();

function heapUsed() {
  for (let times = 0; times < 4; times += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
}
