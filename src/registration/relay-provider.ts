import type { Tracer, TracerProvider } from '@opentelemetry/api';

/**
 * Hands out tracers that follow when their provider is replaced. The API's own proxies do not:
 * a tracer that has been used once stays with the provider of that time.
 */
export class RelayProvider implements TracerProvider {
  #target: TracerProvider;

  constructor(target: TracerProvider) {
    this.#target = target;
  }

  /** As the API's proxies have it, for whoever looks for the real provider. */
  getDelegate(): TracerProvider {
    return this.#target;
  }

  setDelegate(target: TracerProvider): void {
    this.#target = target;
  }

  getTracer(...named: Parameters<TracerProvider['getTracer']>): Tracer {
    let provider = this.#target;
    let tracer = provider.getTracer(...named);
    const current = (): Tracer => {
      if (provider !== this.#target) {
        provider = this.#target;
        tracer = provider.getTracer(...named);
      }
      return tracer;
    };
    return {
      startSpan: (...args) => current().startSpan(...args),
      startActiveSpan: (...args: unknown[]) => {
        const to = current() as unknown as { startActiveSpan(...args: unknown[]): never };
        return to.startActiveSpan(...args);
      },
    };
  }
}
