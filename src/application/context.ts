import { type Context, createContextKey } from '@opentelemetry/api';
import type { Said } from './said.js';

// The API makes context keys with Symbol.for, so both copies of this package read the same one.
const SAID: symbol = createContextKey('opentelemetry-exporter-honeyhive.session');

/** What `withSession` has said around the code that runs in this context. */
export function saidIn(context: Context): Said | undefined {
  return context.getValue(SAID) as Said | undefined;
}

/** A context that says this too, and first. */
export function contextSaying(context: Context, said: Said): Context {
  return context.setValue(SAID, new Map([...(saidIn(context) ?? []), ...said]));
}
