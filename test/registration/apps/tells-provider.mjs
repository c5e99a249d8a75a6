import { ProxyTracerProvider, trace } from '@opentelemetry/api';

console.log(trace.getTracerProvider().getDelegate() === new ProxyTracerProvider().getDelegate() ? 'none' : 'a provider');
