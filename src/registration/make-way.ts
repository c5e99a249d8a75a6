import { type ContextManager, context, propagation, type TextMapPropagator, type TracerProvider } from '@opentelemetry/api';
import { apiRegistry, registeredPropagator } from '../otel/api-registry.js';
import type { ApiCopy } from './api-copies.js';

/** What was registered with the API for an SDK that we started. */
export interface Placeholders {
  readonly context: unknown;
  readonly propagation: unknown;
}

/**
 * Lets the application register what it likes although an SDK of ours was there first: what we
 * registered gives way to what it registers, as if it had not been there, and `onProvider` hears of
 * its provider. The API itself would refuse a second registration.
 *
 * @returns how to stop that.
 */
export function makeWay(copies: readonly ApiCopy[], ours: Placeholders | undefined, onProvider: (provider: TracerProvider) => void): () => void {
  const stops = copies.flatMap((copy) => [
    around<'setGlobalContextManager', ContextManager>(copy.context, 'setGlobalContextManager', (register, manager) => {
      if (ours?.context !== undefined && apiRegistry().context === ours.context) context.disable();
      return register(manager);
    }),
    around<'setGlobalPropagator', TextMapPropagator>(copy.propagation, 'setGlobalPropagator', (register, propagator) => {
      if (ours?.propagation !== undefined && registeredPropagator() === ours.propagation) propagation.disable();
      return register(propagator);
    }),
    around<'setGlobalTracerProvider', TracerProvider>(copy.trace, 'setGlobalTracerProvider', (register, provider) => {
      const registered = register(provider);
      if (registered) onProvider(provider);
      return registered;
    }),
  ]);
  return () => {
    for (const stop of stops) stop();
  };
}

/** Puts a function around a method of one object, and answers how to take it away again. */
function around<Name extends string, Argument>(
  target: { [N in Name]: (argument: Argument) => boolean },
  name: Name,
  instead: (method: (argument: Argument) => boolean, argument: Argument) => boolean,
): () => void {
  const method = target[name];
  const wrapped = (argument: Argument): boolean => instead(method.bind(target), argument);
  target[name] = wrapped;
  return () => {
    // Somebody else's wrapper around ours stays, and finds the method through it.
    if (target[name] === wrapped) target[name] = method;
  };
}
