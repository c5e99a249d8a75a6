import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { definitions, SWITCHES } from '../../config/definitions.js';
import type { Resolved } from '../../config/resolve.js';
import { isUsable, UNUSABLE_KEY } from '../../delivery/api-key.js';
import { isLoopback, isOldHost } from './hosts.js';
import type { Check, ConfigurationRow } from './report.js';
import { maskedKey } from './secrets.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** All options that the environment can set, with their values and where these are from. */
export function configurationRows({ config, sources }: Resolved): ConfigurationRow[] {
  const names = (Object.keys(definitions) as (keyof typeof definitions)[]).filter((name) => definitions[name].environment.length > 0);
  return names.map((option) => {
    const source = sources[option];
    return { option, value: shown(config[option], definitions[option].secret === true), variable: typeof source === 'object' ? source.variable : null };
  });
}

function shown(value: unknown, isSecret: boolean): string | null {
  if (typeof value === 'string') return isSecret ? maskedKey(value) : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  // Of headers the names alone.
  const names = Object.keys(Object(value) as object);
  return names.length === 0 ? null : names.map((name) => `${name}: ***`).join(', ');
}

/** What the environment says that cannot be, or is perhaps not meant. */
export function checkConfiguration({ config, warnings }: Resolved, environment: Environment, folder: string): Check[] {
  const checks: Check[] = [...checkKey(config.apiKey, environment, folder)];
  for (const warning of warnings) {
    const stopsAll = config.url === undefined && definitions.url.environment.some((name) => warning.startsWith(name));
    checks.push({ id: 'setting', status: stopsAll ? 'fail' : 'warn', message: warning, remedy: 'correct or unset it' });
  }
  if (config.disabled) {
    const names = SWITCHES.filter((name) => environment[name]?.trim().toLowerCase() === 'true');
    checks.push({ id: 'switch', status: 'warn', message: `${names.join(' and ')} is true: the exporter does nothing`, remedy: 'unset it where there are to be sessions' });
  }
  if (config.url?.startsWith('http:') && !isLoopback(config.url)) {
    checks.push({ id: 'plain-http', status: 'warn', message: 'sessions and the key travel unencrypted', remedy: 'use an https URL in HH_API_URL' });
  }
  checks.push(...checkDifferent('two-keys', 'keys', definitions.apiKey.environment, environment));
  checks.push(...checkDifferent('two-urls', 'addresses', definitions.url.environment, environment));
  checks.push(...checkOldHost(environment));
  return checks.some(({ status }) => status !== 'ok') ? checks : [...checks, { id: 'configuration', status: 'ok', message: 'nothing wrong with the environment' }];
}

function checkKey(key: unknown, environment: Environment, folder: string): Check[] {
  if (typeof key === 'string') return isUsable(key) ? [] : [{ id: 'key-set', status: 'fail', message: UNUSABLE_KEY, remedy: 'set HH_API_KEY anew' }];
  if (definitions.apiKey.environment.some((name) => environment[name]?.trim())) return [{ id: 'key-set', status: 'fail', message: 'there is no key that can be used', remedy: 'set HH_API_KEY anew' }];
  const remedy = isInEnvFile(folder)
    ? 'the file .env here has one: have your service load it (node --env-file=.env), and try doctor --env .env'
    : 'set HH_API_KEY to a key of your HoneyHive project';
  return [{ id: 'key-set', status: 'fail', message: 'there is no key, so nothing is sent', remedy }];
}

function isInEnvFile(folder: string): boolean {
  const file = join(folder, '.env');
  try {
    return existsSync(file) && /^\s*(export\s+)?HH_(PROJECT_)?API_KEY\s*=/m.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}

/** Of two variables for one thing the first counts: the other may be what somebody meant. */
function checkDifferent(id: string, things: string, names: readonly string[], environment: Environment): Check[] {
  const set = names.filter((name) => environment[name]?.trim());
  if (new Set(set.map((name) => environment[name]?.trim().replace(/\/+$/, ''))).size < 2) return [];
  return [{ id, status: 'warn', message: `${set.join(' and ')} hold different ${things}; ${set[0]} counts`, remedy: 'unset the one that is not meant' }];
}

function checkOldHost(environment: Environment): Check[] {
  const names = ['HH_DATA_PLANE_URL', 'HH_API_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const old = names.filter((name) => isOldHost(environment[name] ?? ''));
  if (old.length === 0) return [];
  return [
    {
      id: 'old-host',
      status: 'warn',
      message: `${old.join(' and ')} names api.honeyhive.ai, the default of old clients; it is not where sessions go today`,
      remedy: `use ${definitions.url.fallback}, or the data plane of your own deployment`,
    },
  ];
}
