// Next.js calls this once in the server, and once more where it runs the middleware: there the
// package is an entry that does nothing.

import { registerOTel } from '@vercel/otel';
import { HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';

export function register() {
  registerOTel({
    serviceName: 'next-chat',
    // 'auto' is the export that @vercel/otel sets up by itself; ours reads HH_API_KEY and HH_API_URL.
    spanProcessors: ['auto', new HoneyHiveSessionProcessor()],
  });
}
