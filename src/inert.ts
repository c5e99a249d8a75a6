import { NOTHING_DELIVERED } from './delivery/delivery-stats.js';
import type { HoneyHiveRegistration } from './register-honeyhive.js';
import type { ProcessorStats } from './session-processor.js';

/**
 * The package where there is no Node: edge runtimes and browsers get this by their export
 * conditions. An instrumentation file that is compiled for both stays as it is; nothing is sent.
 */

const NOTHING: ProcessorStats = Object.freeze({
  ...NOTHING_DELIVERED,
  openTraces: 0,
  digestBytes: 0,
  lateSpans: 0,
  evictedTraces: 0,
  idleTraces: 0,
  contentDropped: 0,
  filtered: {},
  unreadableSpans: 0,
  heldRoots: 0,
  startedTraces: 0,
});

class Inert {
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  stats(): ProcessorStats {
    return NOTHING;
  }
}

/** Answers SUCCESS and sends nothing. */
export class HoneyHiveSessionExporter extends Inert {
  export(_spans: readonly unknown[], done: (result: { code: 0 | 1 }) => void): void {
    done({ code: 0 });
  }
}

/** Does nothing. */
export class HoneyHiveSessionProcessor extends Inert {
  onStart(): void {}

  onEnd(): void {}
}

/** Attaches to nothing. */
export function registerHoneyHive(): HoneyHiveRegistration {
  return Object.assign(new Inert(), { attached: false });
}

/** Calls the function. */
export function withSession<T>(_fields: object, fn: () => T): T {
  return fn();
}

/** Does nothing. */
export function enrichSession(): void {}

/** There is no session. */
export function currentSessionId(): undefined {
  return undefined;
}
