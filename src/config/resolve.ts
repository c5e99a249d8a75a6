import { definitions, type Definition, isFunctionRuntime, SWITCHES } from './definitions.js';
import { isHeaderValue } from './kinds.js';
import type { HoneyHiveOptions } from './options.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What may be missing: there is no default for it. */
type Optional = 'apiKey' | 'source' | 'sessionName' | 'project' | 'dispatcher' | 'meterProvider' | 'url' | 'beforeSend' | 'outboxDirectory';

/** The options of one exporter, all decided. */
export type Config = Readonly<
  { [K in Exclude<keyof HoneyHiveOptions, Optional>]-?: NonNullable<HoneyHiveOptions[K]> } & { [K in Optional]: HoneyHiveOptions[K] | undefined }
> & {
  /** A switch in the environment says: do nothing. */
  readonly disabled: boolean;
  readonly nodeEnvironment: string | undefined;
};

/** Where a value comes from: an option in code, the variable of that name, or neither. */
export type Source = 'option' | 'default' | { readonly variable: string };

/** A configuration, where each value is from, and what the environment had wrong: one sentence each. */
export interface Resolved {
  config: Config;
  sources: Readonly<Record<keyof HoneyHiveOptions, Source>>;
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
  const decided = Object.entries(definitions).map(
    ([name, definition]) =>
      [name, valueOf(name, definition as Definition<unknown>, (options as Record<string, unknown>)[name], environment, warnings)] as const,
  );
  const config = {
    ...Object.fromEntries(decided.map(([name, { value }]) => [name, value])),
    disabled: SWITCHES.map((name) => isOn(name, environment, warnings)).includes(true),
    nodeEnvironment: environment['NODE_ENV']?.trim() || undefined,
  };
  const sources = Object.fromEntries(decided.map(([name, { source }]) => [name, source])) as Resolved['sources'];
  return { config: Object.freeze(config) as unknown as Config, sources, warnings };
}

function checkNames(options: HoneyHiveOptions): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`HoneyHive options must be an object, not ${show(options)}`);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(definitions, name)) continue;
    throw new TypeError(`HoneyHive option '${name}' is not known. Known options: ${Object.keys(definitions).join(', ')}`);
  }
}

interface Decided {
  readonly value: unknown;
  /** A variable with a wrong value decides nothing. */
  readonly source: Source;
}

function valueOf(name: string, definition: Definition<unknown>, option: unknown, environment: Environment, warnings: string[]): Decided {
  if (option !== undefined) {
    const value = definition.kind.fromOption(option);
    const shown = definition.secret ? 'the value given' : show(option);
    if (value === undefined) throw new TypeError(`HoneyHive option '${name}' must be ${definition.kind.accepts}, not ${shown}`);
    if (definition.secret && typeof value === 'string' && !isHeaderValue(value)) {
      throw new TypeError(`HoneyHive option '${name}' has a line break or another character that no HTTP header may hold`);
    }
    return { value, source: 'option' };
  }
  const variable = definition.environment.find((candidate) => (environment[candidate] ?? '').trim() !== '');
  const fallback = (isFunctionRuntime(environment) ? definition.functionRuntimeFallback : undefined) ?? definition.fallback;
  if (variable === undefined) return { value: fallback, source: 'default' };
  const text = environment[variable]!;
  const value = definition.kind.fromEnvironment(text);
  const invalidFallback = definition.invalidFallback ?? fallback;
  const broken = definition.secret === true && typeof value === 'string' && !isHeaderValue(value);
  if (value !== undefined && !broken) return { value, source: { variable } };
  warnings.push(
    `${variable} ${definition.secret ? '' : `is ${show(text)} but `}must be ${broken ? 'one line of plain text' : definition.kind.accepts}; ${consequence(definition, broken ? undefined : invalidFallback)}`,
  );
  return { value: definition.onInvalid === undefined && !broken ? invalidFallback : undefined, source: 'default' };
}

function consequence({ onInvalid }: Definition<unknown>, fallback: unknown): string {
  if (onInvalid !== undefined) return `${onInvalid} until it is mended`;
  return fallback === undefined ? 'it is ignored' : `using ${show(fallback)}`;
}

/** A switch of the environment; only `true`, in any case, is on. */
function isOn(name: string, environment: Environment, warnings: string[]): boolean {
  const value = environment[name]?.trim() ?? '';
  if (!/^(true|false|)$/i.test(value)) warnings.push(`${name} is ${show(value)} but must be 'true' or 'false'; using false`);
  return value.toLowerCase() === 'true';
}

function show(value: unknown): string {
  if (typeof value === 'string') {
    // A password in a URL, and in what was meant to be one: all before the last @.
    // And a key that was put into the wrong variable: HoneyHive's, or anything as long as one.
    const shown = value.replace(/^([a-z]+:\/\/)?.*@/is, '$1***@').replace(/\bhh_\w+|[\w-]{24,}/g, '***');
    return `'${shown.length > 200 ? `${shown.slice(0, 200)}…` : shown}'`;
  }
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : Object.keys(value).length === 0 ? 'none' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
