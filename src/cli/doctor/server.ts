import type { Config } from '../../config/resolve.js';
import { isUsable } from '../../delivery/api-key.js';
import { openClient } from './client.js';
import { checkKey } from './key.js';
import { checkConnection, checkDns, firstHost } from './reach.js';
import type { Check } from './report.js';
import { checkSending } from './send.js';

/** What the server is asked with. */
export interface ServerSettings {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Send a session, too. */
  readonly send: boolean;
}

/** Goes the way of a session step by step; after one that failed the others are not tried. Each step has `timeoutMillis`. */
export async function* checkServer({ config, environment, version, send }: ServerSettings): AsyncGenerator<Check> {
  const { url, apiKey, timeoutMillis } = config;
  const left = ['dns', 'connect', 'key', ...(send ? ['send', 'read-back'] : [])];
  const done = (check: Check): boolean => {
    left.splice(0, left.indexOf(check.id) + 1);
    return check.status !== 'fail';
  };

  const first = url === undefined ? undefined : firstHost(new URL(url), environment);
  if (first === undefined || url === undefined) return yield* skipped(left, 'since there is no address');
  if ('status' in first) {
    yield first;
    return yield* skipped(left);
  }
  for (const step of [checkDns, checkConnection]) {
    const check = await step(first, timeoutMillis);
    yield check;
    if (!done(check)) return yield* skipped(left);
  }

  // The environment has no functions.
  if (typeof apiKey !== 'string' || !isUsable(apiKey)) return yield* skipped(left, 'since there is no key');
  const client = await openClient({ config: { ...config, url, apiKey }, environment, version });
  if ('status' in client) {
    yield client;
    return yield* skipped(left.slice(1));
  }
  try {
    const { host } = new URL(url);
    const key = await checkKey(client, host, send);
    yield key;
    if (!done(key)) return yield* skipped(left);
    if (send) yield* await checkSending(client, host, config, version);
  } finally {
    client.close();
  }
}

const STEPS: Readonly<Record<string, string>> = { dns: 'resolving', connect: 'connecting', key: 'checking the key', send: 'sending', 'read-back': 'reading back' };

function* skipped(ids: readonly string[], why = 'since a step before it failed'): Generator<Check> {
  for (const id of ids) yield { id, status: 'skip', message: `${STEPS[id]}: not tried, ${why}` };
}
