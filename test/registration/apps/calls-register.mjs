// An application that registers in code, with both copies of the package.
import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';
import { registerHoneyHive } from 'opentelemetry-exporter-honeyhive';

const first = registerHoneyHive({ sessionName: 'named in code' });
const second = createRequire(import.meta.url)('opentelemetry-exporter-honeyhive').registerHoneyHive();
trace.getTracer('app').startSpan('work').end();
await second.forceFlush();
console.log(JSON.stringify({ same: first === second, attached: first.attached, delivered: first.stats().delivered }));
await first.shutdown();
console.log(registerHoneyHive() === first);
