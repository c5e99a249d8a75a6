// A service with an HTTP handler, 500 roots a second beside it; it measures its own event loop.
import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { HoneyHiveSessionProcessor } from '../../../dist/esm/index.js';
import { endRoot } from './spans.mjs';

const ROOTS_PER_TICK = 5;
const TICK_MILLIS = 10;

const processor = process.env.EXPORTS === 'no' ? undefined : new HoneyHiveSessionProcessor({ shutdownTimeoutMillis: 1 });
const tracer = new BasicTracerProvider({ spanProcessors: processor ? [processor] : [] }).getTracer('service');
let made = 0;
const make = (count) => {
  for (let k = 0; k < count; k += 1) endRoot(tracer, 'chat of 4 KB, Latin', (made += 1), { children: 2 });
};

const server = createServer((_request, response) => {
  make(1);
  response.end('ok');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

// An outage that has lasted: the queue is full, and each root pushes out another.
for (let k = 0; k < Number(process.env.QUEUED_BEFORE); k += 100) {
  make(100);
  await new Promise((resolve) => setImmediate(resolve));
}

const ticks = setInterval(() => make(ROOTS_PER_TICK), TICK_MILLIS);
const delay = monitorEventLoopDelay({ resolution: 1 });
process.send({ kind: 'listening', port: server.address().port });
process.on('message', (message) => {
  if (message === 'measure') {
    delay.reset();
    delay.enable();
    return;
  }
  process.send({ kind: 'measured', stats: processor?.stats(), delay: { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 } });
  clearInterval(ticks);
  server.close();
  server.closeAllConnections();
  void processor?.shutdown();
  process.disconnect();
});
