import { ProxyTracerProvider, trace, type TracerProvider } from '@opentelemetry/api';
import { apiRegistry } from '../otel/api-registry.js';

/** The provider that makes the application's spans; undefined: there is none, and spans record nothing. */
export function runningProvider(): TracerProvider | undefined {
  // What the API has where nothing is registered is not exported, but stands behind every fresh proxy.
  const none = new ProxyTracerProvider().getDelegate();
  const provider = delegateOf((apiRegistry().trace as TracerProvider | undefined) ?? trace.getTracerProvider());
  return provider === none ? undefined : provider;
}

/** The provider behind a proxy, or behind several. */
export function delegateOf(provider: TracerProvider): TracerProvider {
  let real = provider;
  // Each copy of the API may have put one before it; a ring of them must not hold us for ever.
  for (let depth = 0; depth < 4; depth += 1) {
    const delegate = (real as { getDelegate?: () => TracerProvider }).getDelegate?.();
    if (delegate === undefined || delegate === real) break;
    real = delegate;
  }
  return real;
}

interface WithProcessors {
  /** SDK 1.30, and tracers of other makers that have kept it. */
  addSpanProcessor?: (processor: object) => void;
  /** Private in SDK 2 and 3, which have no public way to add a processor to a running provider. */
  _activeSpanProcessor?: { _spanProcessors?: unknown };
  /** SDK 1.30. */
  _registeredSpanProcessors?: unknown;
}

/** Adds a processor to a provider that runs already; false: this provider cannot take one. */
export function addProcessor(provider: TracerProvider, processor: object): boolean {
  const target = provider as TracerProvider & WithProcessors;
  try {
    if (typeof target.addSpanProcessor === 'function') {
      target.addSpanProcessor(processor);
      return true;
    }
    const active = target._activeSpanProcessor;
    if (!Array.isArray(active?._spanProcessors)) return false;
    // A new list: SDK 3 keeps the very array that the application gave it.
    active._spanProcessors = [...(active._spanProcessors as unknown[]), processor];
    return true;
  } catch {
    return false;
  }
}

/** The processors of a provider, as far as they can be seen. */
export function processorsOf(provider: TracerProvider): readonly unknown[] {
  const { _activeSpanProcessor, _registeredSpanProcessors } = provider as TracerProvider & WithProcessors;
  for (const list of [_activeSpanProcessor?._spanProcessors, _registeredSpanProcessors]) if (Array.isArray(list)) return list as unknown[];
  return [];
}
