// node --max-old-space-size=N: ten minutes of a service at 500 roots a second while HoneyHive is down.
// A second takes as long as it takes to make its roots; then HoneyHive is up again.
import { getHeapStatistics } from 'node:v8';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { HoneyHiveSessionProcessor } from '../../../dist/esm/index.js';
import { endRoot } from './spans.mjs';

const SECONDS = 600;
const ROOTS_PER_SECOND = 500;
const RECOVERY_MILLIS = 120_000;

const processor = new HoneyHiveSessionProcessor();
const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('outage');
const peak = { heap: 0, pendingBytes: 0, queued: 0 };
let unbalanced = 0;

const began = performance.now();
for (let second = 0; second < SECONDS; second += 1) {
  for (let k = 0; k < ROOTS_PER_SECOND; k += 1) endRoot(tracer, k % 2 === 0 ? 'chat of 4 KB, Latin' : 'chat of 4 KB, Chinese', second * ROOTS_PER_SECOND + k);
  await new Promise((resolve) => setImmediate(resolve));
  look();
}
const millis = performance.now() - began;
process.send({ kind: 'outage', stats: processor.stats(), peak, unbalanced, millis, heapLimit: getHeapStatistics().heap_size_limit, rss: process.memoryUsage.rss() });

process.once('message', () => {
  void (async () => {
    const end = performance.now() + RECOVERY_MILLIS;
    while (processor.stats().queued > 0 && performance.now() < end) {
      await processor.forceFlush();
      look();
    }
    process.send({ kind: 'recovered', stats: processor.stats(), peak, unbalanced });
    await processor.shutdown();
    process.disconnect();
  })();
});

function look() {
  const { accepted, delivered, dropped, queued, pendingBytes } = processor.stats();
  if (accepted !== delivered + queued + Object.values(dropped).reduce((sum, count) => sum + count, 0)) unbalanced += 1;
  peak.heap = Math.max(peak.heap, process.memoryUsage().heapUsed);
  peak.pendingBytes = Math.max(peak.pendingBytes, pendingBytes);
  peak.queued = Math.max(peak.queued, queued);
}
