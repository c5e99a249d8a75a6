import { diag, type DiagLogger } from '@opentelemetry/api';

const REPEAT_AFTER_MILLIS = 60_000;
const MOST_KEYS = 200;

/** Process warnings that were given: other exporters of the process, also of another copy of this package, share it. */
const GIVEN: unique symbol = Symbol.for('opentelemetry-exporter-honeyhive.warnings') as never;

/** Says what has to be said, and not again and again: what a user must know, and what helps when looking closer. */
export class Diagnostics {
  readonly #logger: DiagLogger = diag.createComponentLogger({ namespace: 'opentelemetry-exporter-honeyhive' });
  readonly #codesSaid = new Set<string>();
  readonly #lastSaid = new Map<string, number>();
  readonly #now: () => number;

  /** @param now Milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get hasWarnedUser(): boolean {
    return this.#codesSaid.size > 0;
  }

  /** A process warning, once per code, and in the whole process once per message: for what a user must know and would otherwise never see. */
  warnUser(code: string, message: string): void {
    if (this.#codesSaid.has(code)) return;
    this.#codesSaid.add(code);
    const holder = globalThis as { [GIVEN]?: Set<string> };
    const given = (holder[GIVEN] ??= new Set());
    if (given.has(`${code} ${message}`)) return;
    given.add(`${code} ${message}`);
    process.emitWarning(message, { type: 'HoneyHiveWarning', code });
  }

  /** A warning to the OpenTelemetry API's logger, at most once a minute per key. */
  warn(key: string, message: string, ...details: unknown[]): void {
    if (this.#mayRepeat(key)) quietly(() => this.#logger.warn(message, ...details));
  }

  /** As `warn`, for what only a developer who asked for it should see. */
  debug(key: string, message: string): void {
    if (this.#mayRepeat(`debug ${key}`)) quietly(() => this.#logger.debug(message));
  }

  #mayRepeat(key: string): boolean {
    const now = this.#now();
    const last = this.#lastSaid.get(key);
    if (last !== undefined && now - last < REPEAT_AFTER_MILLIS) return false;
    if (this.#lastSaid.size >= MOST_KEYS) this.#lastSaid.clear();
    this.#lastSaid.set(key, now);
    return true;
  }
}

/** The logger is the application's, and one that throws must not cost it sessions. */
function quietly(log: () => void): void {
  try {
    log();
  } catch {
    // There is nowhere left to say it.
  }
}
