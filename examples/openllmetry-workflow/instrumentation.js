// Imported before anything else of the application.

import * as traceloop from '@traceloop/node-server-sdk';
import OpenAI from 'openai';
import { HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';

const honeyhive = new HoneyHiveSessionProcessor(); // reads HH_API_KEY and HH_API_URL

traceloop.initialize({
  appName: 'support-workflow',
  processor: honeyhive,
  // OpenLLMetry's own export goes on as before: to TRACELOOP_BASE_URL, with TRACELOOP_API_KEY.
  traceloopSyncEnabled: false,
  silenceInitializationMessage: true,
  // With `import` there is nothing to patch by itself: the client is handed over.
  instrumentModules: { openAI: OpenAI },
});

/** The application calls this last: OpenLLMetry's forceFlush knows only its own processor. */
export const flushTracing = () => Promise.all([traceloop.forceFlush(), honeyhive.forceFlush()]);
