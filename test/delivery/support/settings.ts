import type { PendingSession } from '../../../src/delivery/pending-session.js';
import type { DeliverySettings } from '../../../src/delivery/settings.js';

/** Settings for a test, and what the test wants different. */
export function settingsWith(changes: Partial<DeliverySettings> = {}): DeliverySettings {
  return {
    url: 'http://127.0.0.1:1',
    apiKey: 'hh_secret',
    headers: {},
    api: 'auto',
    timeoutMillis: 5_000,
    exportTimeoutMillis: 25_000,
    maxConcurrency: 4,
    maxPendingBytes: 1_000_000,
    maxPendingSessions: 1_000,
    outboxMaxBytes: 1_000_000,
    outboxMaxAgeMillis: 7 * 24 * 3_600_000,
    version: '1.2.3',
    env: {},
    ...changes,
  };
}

/** A session that is the JSON text `"name"`. */
export function pending(name: string, bytes = 100): PendingSession {
  return { bytes, serialize: () => JSON.stringify(name) };
}

/** Sessions `"prefix0"`, `"prefix1"`, ... */
export function manyPending(count: number, prefix = 's', bytes = 100): PendingSession[] {
  return Array.from({ length: count }, (_, index) => pending(`${prefix}${index}`, bytes));
}

/** Process warnings are given once in a process: to a test that provokes some, it is a new one. */
export function forgetWarnings(): void {
  delete (globalThis as { [key: symbol]: unknown })[Symbol.for('opentelemetry-exporter-honeyhive.warnings')];
}
