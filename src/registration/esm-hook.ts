import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Application } from './application.js';

const HOOK = '@opentelemetry/instrumentation/hook.mjs';

/**
 * Lets instrumentations patch what an application loads with `import`. Without it an ESM
 * application records its outgoing fetches and none of its requests.
 */
export function registerEsmHook(application: Application): void {
  // Bun and Deno have no such hooks.
  if (typeof register !== 'function' || isPreloaded('instrumentation/hook.mjs')) return;
  const path =
    application.resolve(HOOK, '@opentelemetry/auto-instrumentations-node') ?? application.resolve(HOOK, '@opentelemetry/sdk-node');
  if (path !== undefined) register(pathToFileURL(path));
}

/** Whether Node was told on its command line, or by NODE_OPTIONS, to load something before the application. */
export function isPreloaded(name: string): boolean {
  return [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((option) => option.includes(name));
}
