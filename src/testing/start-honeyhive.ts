import type { Arrival, RefusedArrival } from '../local/arrival.js';
import type { Fault } from '../local/fault.js';
import { startLocalHoneyHive } from '../local/shipped.js';
import type { StoredEvent } from '../local/stored-event.js';
import { noSuchSessions } from './no-such-sessions.js';

/**
 * A session as HoneyHive keeps it, or one of the events in it: what the exporter sent, with HoneyHive's
 * own fields. Times are Unix milliseconds, `duration` is milliseconds.
 */
export type ReceivedSession = StoredEvent;

/** Options of {@link startHoneyHive}; all may be left out. */
export interface StartOptions {
  /** The only key that is taken. Default: `hh_test`. */
  readonly apiKey?: string;
  /** Port on 127.0.0.1. Default: any free one. */
  readonly port?: number;
}

/** What {@link TestHoneyHive.sessions} waits for. */
export interface WaitOptions {
  /** How many sessions there must be, at least. Default 1; with 0 it does not wait. */
  readonly count?: number;
  /** How long it waits for them, in milliseconds. Default 3,000, so that it says why before Jest and others give up after 5,000. */
  readonly timeout?: number;
}

/** A HoneyHive that runs inside a test. */
export interface TestHoneyHive {
  /** For the exporter's option `url`. */
  readonly url: string;
  /** For the exporter's option `apiKey`. */
  readonly apiKey: string;
  /** The same as variables, for a process of its own. Spread it over its environment. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * All sessions that have arrived since the start or the last `clear`, oldest first, once there are
   * enough of them.
   *
   * @throws Error when there are too few in time; it says what arrived instead.
   */
  sessions(options?: WaitOptions): Promise<ReceivedSession[]>;
  /** The events that were sent for a session, oldest first: those of services that joined it. */
  eventsIn(sessionId: string): ReceivedSession[];
  /** Requests that were refused since then, with the reason. */
  refused(): RefusedArrival[];
  /**
   * Has requests fail from now on, in place of all faults before; without arguments none does.
   *
   * @throws RangeError for what is no fault.
   */
  fail(...faults: Fault[]): void;
  /** Forgets what has arrived; faults stay. */
  clear(): void;
  /** Stops it. Requests under way get half a second. */
  close(): Promise<void>;
}

/**
 * Starts a HoneyHive on 127.0.0.1, in this process and in memory, which takes and refuses what
 * HoneyHive does.
 *
 * @throws Error when the port cannot be used.
 */
export async function startHoneyHive({ apiKey = 'hh_test', port = 0 }: StartOptions = {}): Promise<TestHoneyHive> {
  const arrivals: Arrival[] = [];
  const waiting = new Set<() => void>();
  const hive = await startLocalHoneyHive({
    port,
    key: apiKey,
    onArrival: (arrival) => {
      arrivals.push(arrival);
      for (const check of waiting) check();
    },
  });

  return {
    url: hive.url,
    apiKey,
    // A proxy has no way back to this machine.
    env: { HH_API_URL: hive.url, HH_DATA_PLANE_URL: '', HH_API_KEY: apiKey, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' },
    sessions({ count = 1, timeout = 3_000 } = {}) {
      // The stack of a timer would not lead to the test.
      const calledFrom = new Error().stack?.replace(/^.*\n/, '');
      return new Promise((resolve, reject) => {
        const settle = (): void => {
          clearTimeout(timer);
          waiting.delete(check);
        };
        const check = (): void => {
          if (hive.sessions().length < count) return;
          settle();
          resolve(hive.sessions());
        };
        const timer = setTimeout(() => {
          settle();
          const error = new Error(noSuchSessions({ count, timeout, url: hive.url, found: hive.sessions().length, arrivals }));
          error.stack = `${String(error)}\n${calledFrom}`;
          reject(error);
        }, timeout);
        waiting.add(check);
        check();
      });
    },
    eventsIn: (sessionId) => hive.eventsIn(sessionId),
    refused: () => arrivals.filter((arrival) => arrival.verb === 'refused'),
    fail: (...faults) => hive.fail(faults),
    clear() {
      hive.clear();
      arrivals.length = 0;
    },
    close: () => hive.close(),
  };
}
