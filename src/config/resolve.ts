import { definitions, type Definition, isFunctionRuntime, SWITCHES } from './definitions.js';
import { isHeaderValue } from './kinds.js';
import type { HoneyHiveOptions } from './options.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What may be missing: there is no default for it. */
type Optional = 'apiKey' | 'source' | 'sessionName' | 'project' | 'dispatcher' | 'url';

/** The options of one exporter, all decided. */
export type Config = Readonly<
  { [K in Exclude<keyof HoneyHiveOptions, Optional>]-?: NonNullable<HoneyHiveOptions[K]> } & { [K in Optional]: HoneyHiveOptions[K] | undefined }
> & {
  /** A switch in the environment says: do nothing. */
  readonly disabled: boolean;
  readonly nodeEnvironment: string | undefined;
};

/** A configuration, and what the environment had wrong: one sentence each. */
export interface Resolved {
  config: Config;
  warnings: string[];
}

/**
 * Puts options and environment together: an option wins over its variable, a variable over the
 * default. Empty counts as unset, as OpenTelemetry's specification says.
 *
 * @throws TypeError for an option in code with a wrong name or value. A wrong environment value
 *   is a warning: nobody who deploys a service can catch an error for it.
 */
export function resolveConfig(options: HoneyHiveOptions = {}, environment: Environment = process.env): Resolved {
  checkNames(options);
  const warnings: string[] = [];
  const values = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [
      name,
      valueOf(name, definition as Definition<unknown>, (options as Record<string, unknown>)[name], environment, warnings),
    ]),
  );
  const config = {
    ...values,
    flushTimeoutMillis: values['flushTimeoutMillis'] ?? (isFunctionRuntime(environment) ? 2_000 : 10_000),
    disabled: SWITCHES.some((name) => environment[name]?.trim().toLowerCase() === 'true'),
    nodeEnvironment: environment['NODE_ENV']?.trim() || undefined,
  };
  return { config: Object.freeze(config) as unknown as Config, warnings };
}

function checkNames(options: HoneyHiveOptions): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`HoneyHive options must be an object, not ${show(options)}`);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(definitions, name)) continue;
    throw new TypeError(`HoneyHive option '${name}' is not known. Known options: ${Object.keys(definitions).join(', ')}`);
  }
}

function valueOf(name: string, definition: Definition<unknown>, option: unknown, environment: Environment, warnings: string[]): unknown {
  if (option !== undefined) {
    const value = definition.kind.fromOption(option);
    const shown = definition.secret ? 'the value given' : show(option);
    if (value === undefined) throw new TypeError(`HoneyHive option '${name}' must be ${definition.kind.accepts}, not ${shown}`);
    if (definition.secret && typeof value === 'string' && !isHeaderValue(value)) {
      throw new TypeError(`HoneyHive option '${name}' has a line break or another character that no HTTP header may hold`);
    }
    return value;
  }
  const variable = definition.environment.find((candidate) => (environment[candidate] ?? '').trim() !== '');
  if (variable === undefined) return definition.fallback;
  const text = environment[variable]!;
  const value = definition.kind.fromEnvironment(text);
  const broken = definition.secret === true && typeof value === 'string' && !isHeaderValue(value);
  if (value !== undefined && !broken) return value;
  warnings.push(
    `${variable} ${definition.secret ? '' : `is ${show(text)} but `}must be ${broken ? 'one line of plain text' : definition.kind.accepts}; ${consequence(definition, broken)}`,
  );
  return definition.onInvalid === undefined && !broken ? definition.fallback : undefined;
}

function consequence(definition: Definition<unknown>, broken: boolean): string {
  if (definition.onInvalid !== undefined) return `${definition.onInvalid} until it is mended`;
  if (broken || definition.fallback === undefined) return 'it is ignored';
  return `using ${show(definition.fallback)}`;
}

function show(value: unknown): string {
  if (typeof value === 'string') {
    const shown = value.replace(/\/\/[^/@\s]*@/, '//***@'); // a password in a URL
    return `'${shown.length > 200 ? `${shown.slice(0, 200)}…` : shown}'`;
  }
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : Object.keys(value).length === 0 ? 'none' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
