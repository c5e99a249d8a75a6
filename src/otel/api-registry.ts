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
