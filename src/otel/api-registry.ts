/** What all copies of the API share, under this symbol (`internal/global-utils` of `@opentelemetry/api` 1.x). */
export interface ApiRegistry {
  trace?: unknown;
  context?: unknown;
  propagation?: unknown;
}

const REGISTRY: unique symbol = Symbol.for('opentelemetry.js.api.1') as never;

/** What is registered with the API in this process, by whichever copy of it. */
export function apiRegistry(): ApiRegistry {
  return (globalThis as { [REGISTRY]?: ApiRegistry })[REGISTRY] ?? {};
}

/** Under this a propagator of ours, also of the other copy of this package, has the one that it stands around. */
export const PROPAGATOR_INSIDE: unique symbol = Symbol.for('opentelemetry-exporter-honeyhive.propagator') as never;

/** The registered propagator, without what we have put around it. */
export function registeredPropagator(): unknown {
  const { propagation } = apiRegistry();
  return (propagation as { [PROPAGATOR_INSIDE]?: unknown } | undefined)?.[PROPAGATOR_INSIDE] ?? propagation;
}
