/** Process warnings that were given. Two copies of this package (ESM and CommonJS) share it. */
const GIVEN: unique symbol = Symbol.for('opentelemetry-exporter-honeyhive.warnings') as never;

/**
 * Tells the user, once in a process, what would otherwise never be seen.
 *
 * @param code for `process.on('warning')` and for searching: `HONEYHIVE_...`
 */
export function warnOnce(code: string, message: string): void {
  const holder = globalThis as { [GIVEN]?: Set<string> };
  const given = (holder[GIVEN] ??= new Set());
  const warning = `${code} ${message}`;
  if (given.has(warning)) return;
  given.add(warning);
  process.emitWarning(`opentelemetry-exporter-honeyhive: ${message}`, { code });
}
