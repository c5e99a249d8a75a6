import { createRequire } from 'node:module';
import { context, propagation, trace } from '@opentelemetry/api';
import type { Application } from './application.js';

/** What one copy of `@opentelemetry/api` registers with. */
export interface ApiCopy {
  readonly trace: typeof trace;
  readonly context: typeof context;
  readonly propagation: typeof propagation;
}

/**
 * The copies of the API that this process may use: ours and the application's, and of API 1.10,
 * which comes as ESM and as CommonJS, both. Each hands out tracers of its own until a provider is
 * registered with one of them.
 */
export function apiCopies(application: Application): ApiCopy[] {
  const copies: ApiCopy[] = [{ trace, context, propagation }];
  const add = (copy: Partial<ApiCopy> | undefined): void => {
    if (copy?.trace === undefined || copy.context === undefined || copy.propagation === undefined) return;
    if (!copies.some((known) => known.trace === copy.trace)) copies.push(copy as ApiCopy);
  };
  for (const seenFrom of [undefined, '@opentelemetry/sdk-node', '@opentelemetry/auto-instrumentations-node']) {
    const path = application.resolve('@opentelemetry/api', seenFrom);
    if (path === undefined) continue;
    add(loadIfPossible(path));
    // Where Node cannot require ESM (before 22.12), no SDK runs that needs API 1.10.
    if (path.endsWith('.cjs')) add(loadIfPossible(path.replace(/\.cjs$/, '.mjs')));
  }
  return copies;
}

function loadIfPossible(path: string): Partial<ApiCopy> | undefined {
  try {
    return createRequire(path)(path) as Partial<ApiCopy>;
  } catch {
    return undefined;
  }
}
