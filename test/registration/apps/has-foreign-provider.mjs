// Preloaded before us: a provider that is nobody's SDK.
import { ProxyTracerProvider, trace } from '@opentelemetry/api';

const noop = new ProxyTracerProvider().getDelegate();
trace.setGlobalTracerProvider({ getTracer: (name) => noop.getTracer(name) });
