import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { Arrival, RawBody } from '../../src/local/arrival.js';
import { startLocalHoneyHive, type LocalHoneyHive, type LocalHoneyHiveOptions } from '../../src/local/start.js';
import type { StoredEvent } from '../../src/local/stored-event.js';

/** A local HoneyHive that holds the exporter to its contract (`session.schema.json`). */
export interface Hive extends LocalHoneyHive {
  /** What became of each write request, in order. */
  readonly arrivals: readonly Arrival[];
  /** Every breach of the contract so far, one readable line each. */
  readonly violations: readonly string[];
  /** Resolves with all sessions once there are at least so many. @throws Error after `timeoutMillis` (default 5,000). */
  waitForSessions(count: number, timeoutMillis?: number): Promise<StoredEvent[]>;
  /** Gives the violations and forgets them: for a test that provokes some. */
  takeViolations(): string[];
  /** @throws Error listing the violations, if there are any. */
  assertContract(): void;
  /** Stops the server. @throws Error as `assertContract` does. */
  close(): Promise<void>;
}

const STARTS = new Set(['/session/start', '/v1/sessions']);

// What an update can change; the server ignores everything else without a word.
const UPDATE_FIELDS = new Set('metadata feedback metrics config user_properties outputs duration end_time'.split(' '));

// Jest runs the tests as CommonJS, so there is a __dirname and no import.meta.
const schema = JSON.parse(readFileSync(join(__dirname, 'session.schema.json'), 'utf8')) as object;
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

/** Starts a local HoneyHive on a free port which checks every session that is posted to it. */
export async function startHive(options: LocalHoneyHiveOptions = {}): Promise<Hive> {
  const arrivals: Arrival[] = [];
  const violations: string[] = [];
  const waiting = new Set<() => void>();

  const local = await startLocalHoneyHive({
    ...options,
    onArrival(arrival) {
      arrivals.push(arrival);
      options.onArrival?.(arrival);
      for (const check of waiting) check();
    },
    onBody(body) {
      options.onBody?.(body);
      violations.push(...violationsOf(body));
    },
  });

  const assertContract = (): void => {
    if (violations.length > 0) throw new Error(`sessions that break the contract:\n  ${violations.join('\n  ')}`);
  };

  return {
    url: local.url,
    port: local.port,
    journal: local.journal,
    get requests() {
      return local.requests;
    },
    sessions: () => local.sessions(),
    session: (id) => local.session(id),
    eventsIn: (sessionId) => local.eventsIn(sessionId),
    clear: () => local.clear(),
    fail: (faults) => local.fail(faults),
    arrivals,
    violations,
    takeViolations: () => violations.splice(0),
    assertContract,
    async close() {
      await local.close();
      assertContract();
    },
    waitForSessions: (count, timeoutMillis = 5_000) =>
      new Promise((resolve, reject) => {
        const settle = (): void => {
          waiting.delete(check);
          clearTimeout(timer);
        };
        const check = (): void => {
          if (local.sessions().length < count) return;
          settle();
          resolve(local.sessions());
        };
        const timer = setTimeout(() => {
          settle();
          reject(new Error(`${count} sessions did not arrive within ${timeoutMillis} ms; ${soFar(local, arrivals)}`));
        }, timeoutMillis);
        waiting.add(check);
        check();
      }),
  };
}

/** What breaks the contract in a body posted to one of the routes that start a session, or put to update one. */
export function violationsOf({ method, path, bytes }: RawBody): string[] {
  const where = `${method} ${path}`;
  if (method === 'PUT') {
    const update = Object(JSON.parse(Buffer.from(bytes ?? []).toString() || 'null')) as object;
    return Object.keys(update).filter((name) => !UPDATE_FIELDS.has(name) && name !== 'event_id').map((name) => `${where}: ${name} cannot be updated`);
  }
  if (method !== 'POST' || !STARTS.has(path)) return [];
  if (!bytes) return [`${where}: larger than the server takes`];
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    return [`${where}: ${(error as Error).message}`];
  }
  if (path === '/session/start') {
    const keys = Object.keys(Object(body) as object);
    if (keys.join() !== 'session') return [`${where}: {"session": ...} expected, found the keys [${keys.join(', ')}]`];
    body = (body as { session: unknown }).session;
  }
  const named = `${where} ${nameOf(body)}`;
  const broken = validate(body) ? [] : (validate.errors ?? []).map((error) => `${named}: ${inWords(error)}`);
  const { session_name, event_name } = Object(body) as Record<string, unknown>;
  if (session_name !== event_name) broken.push(`${named}: event_name is not session_name`);
  return broken;
}

function nameOf(body: unknown): string {
  const { session_name, session_id } = Object(body) as Record<string, unknown>;
  return JSON.stringify(session_name ?? session_id ?? null);
}

function inWords({ instancePath, message, params }: ErrorObject): string {
  const field = instancePath.slice(1).replaceAll('/', '.') || 'session';
  const detail = 'additionalProperty' in params ? ` (${String(params['additionalProperty'])})` : '';
  return `${field} ${message}${detail}`;
}

function soFar(local: LocalHoneyHive, arrivals: readonly Arrival[]): string {
  const names = local.sessions().map((event) => event.event_name);
  const refused = arrivals.filter((arrival) => arrival.verb === 'refused');
  const reasons = refused.map(({ status, reason }) => `${status} ${reason}`);
  return `there are ${names.length} [${names.join(', ')}], ${local.requests} requests, refused [${reasons.join('; ')}]`;
}
