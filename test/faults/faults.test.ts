import { Diagnostics } from '../../src/delivery/diagnostics.js';
import { HttpTransport } from '../../src/delivery/http-transport.js';
import type { AttemptOutcome } from '../../src/delivery/outcome.js';
import { settingsWith } from '../delivery/support/settings.js';
import { type Answered, type DriveOptions, type Driver, exporterDriver, processorDriver, until } from './support/drive.js';
import { FaultServer } from './support/fault-server.js';
import { pooled } from './support/pool.js';
import { report, table } from './support/report.js';
import { type Row, ROWS } from './support/rows.js';
import { total } from './support/stats-watch.js';

// Rows mostly wait: many at a time take no more of the machine than one.
const AT_A_TIME = 8;
/** Not a speed test: what is never to happen is that something hangs. */
const SLACK_MILLIS = 8_000;
const QUICK_MILLIS = 900;
const PATIENT_MILLIS = 10_000;

interface Driven {
  readonly answered: Answered;
  readonly stats: ReturnType<Driver['stats']>;
  readonly played: number;
  /** After the fault is over: a flush, and one more session. */
  readonly next: Answered;
  readonly atLast: ReturnType<Driver['stats']>;
  readonly stored: number;
  /** Times that the server was sent what it had. */
  readonly again: number;
  readonly breaches: readonly string[];
}

interface Seen {
  readonly outcome: AttemptOutcome;
  readonly once: Driven;
  readonly lasting: Driven;
  readonly processor: Driven;
}

const optionsFor = (row: Row, url: string, exportTimeoutMillis: number): DriveOptions => ({
  apiKey: 'hh_test',
  url,
  api: 'session-start',
  timeoutMillis: row.slow ? 1_000 : PATIENT_MILLIS,
  exportTimeoutMillis,
  flushTimeoutMillis: SLACK_MILLIS,
  shutdownTimeoutMillis: 100,
  maxConcurrency: 2,
  ...(row.questionLength === undefined ? {} : { questionLength: row.questionLength }),
});

async function attempt(row: Row): Promise<AttemptOutcome> {
  const server = await FaultServer.start();
  server.play(row.fault);
  const transport = new HttpTransport(settingsWith({ ...optionsFor(row, server.url, PATIENT_MILLIS), apiKey: 'hh_test' }), new Diagnostics());
  const outcome = await transport.send(JSON.stringify({ session_id: 'a', inputs: 'q'.repeat(row.questionLength ?? 10) }));
  transport.close();
  await server.close();
  return outcome;
}

async function drive(row: Row, times: number, exportTimeoutMillis: number, leastPlayed: number, make: (options: DriveOptions) => Driver): Promise<Driven> {
  const server = await FaultServer.start();
  server.play(row.fault, times);
  const driver = make(optionsFor(row, server.url, exportTimeoutMillis));
  const answered = await driver.send(1);
  const stats = driver.stats();
  // On a busy machine the time may have been too short even for a second try, or for its answer.
  await until(() => server.played >= leastPlayed && driver.stats().inFlight === 0, SLACK_MILLIS);
  const { played } = server;
  server.recover();
  await driver.flush();
  const next = await driver.send(1);
  await until(() => driver.stats().queued === 0, SLACK_MILLIS);
  const atLast = driver.stats();
  const breaches = await driver.end();
  await server.close();
  const again = [...server.stored.values()].reduce((sum, times) => sum + times - 1, 0);
  return { answered, stats, played, next, atLast, stored: server.stored.size, again, breaches };
}

function isOver({ kind }: Row): boolean {
  return kind === 'delivered' || kind === 'rejected';
}

/** It waits longer than any of our calls. */
function waitsLong({ kind, retryAfterMillis: [waits] = [0, 0] }: Row): boolean {
  return kind === 'unauthorised' || waits > PATIENT_MILLIS;
}

function leastPlayed(row: Row): number {
  if (isOver(row) || waitsLong(row)) return row.requests ?? 1;
  return row.retryAfterMillis !== undefined && row.retryAfterMillis[0] >= QUICK_MILLIS ? 1 : 2;
}

async function see(row: Row): Promise<Seen> {
  // What is not tried again is over when it is over.
  const lastingMillis = isOver(row) ? PATIENT_MILLIS : QUICK_MILLIS;
  const least = leastPlayed(row);
  const [outcome, once, lasting, processor] = await Promise.all([
    attempt(row),
    drive(row, 1, PATIENT_MILLIS, 1, exporterDriver),
    drive(row, Infinity, lastingMillis, least, exporterDriver),
    drive(row, Infinity, lastingMillis, least, (options) => processorDriver(options, lastingMillis)),
  ]);
  return { outcome, once, lasting, processor };
}

/** The table in docs/reliability.md. */
async function tell(seen: ReadonlyMap<Row, Promise<Seen>>): Promise<void> {
  const rows: string[][] = [];
  let [survived, lost, again] = [0, 0, 0];
  for (const [row, result] of seen) {
    const { outcome, once, lasting, processor } = await result;
    const ways = [once, lasting, processor];
    survived += ways.every(({ atLast }) => atLast.delivered + total(atLast.rejected) === 2 && atLast.queued === 0) ? 1 : 0;
    lost += ways.reduce((sum, { atLast }) => sum + atLast.accepted - atLast.delivered - total(atLast.rejected), 0);
    again += ways.reduce((sum, way) => sum + way.again, 0);
    const reason = 'reason' in outcome ? outcome.reason : '';
    const count = [String(lasting.played), String(processor.played)];
    rows.push([row.fault.name, outcome.kind, reason, ...count, row.kind === 'rejected' ? 'counted as rejected' : 'delivered']);
  }
  report('faults', [
    `${ROWS.length} faults, ${survived} survived: the callback came once and in time, the counters added up at every look, the session was delivered or counted as rejected, and the next one arrived. Sessions lost: ${lost}; sent again after an answer that was lost: ${again}. Three runs of each: once, lasting (exporter), lasting (processor).`,
    '',
    ...table(['fault', 'one attempt is', 'reason', `requests in ${QUICK_MILLIS} ms and more (exporter)`, '(processor)', 'in the end'], rows),
  ]);
}

describe('the faults', () => {
  let seen: Map<Row, Promise<Seen>>;

  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    // Little jitter, and never none: how often something is tried in a time is looked at.
    const random = Math.random;
    jest.spyOn(Math, 'random').mockImplementation(() => 0.1 + random() / 10);
    const all = pooled(ROWS, AT_A_TIME, see);
    seen = new Map(ROWS.map((row, index) => [row, all[index]!]));
  });

  afterAll(async () => {
    jest.restoreAllMocks();
    if (process.env['FAULT_DOCS'] !== undefined) await tell(seen);
  });

  describe.each(ROWS.map((row) => [row.fault.name, row] as const))('%s', (_, row) => {
    const requests = row.requests ?? 1;
    /** Once, the fault is got over within one attempt. */
    const isLostOnce = row.kind === 'rejected' && requests === 1;
    /** All lanes wait long, and not only this session: then it makes no sense to wait for the end of the call. */
    const pauses = waitsLong(row) && !row.reason!.startsWith('http_500');

    it('is what it is said to be', async () => {
      const { outcome } = await seen.get(row)!;
      const { kind, reason } = row;
      expect(outcome).toMatchObject({ kind, ...(reason === undefined ? {} : { reason }) });
      if (outcome.kind !== 'retryable') return;
      const [least, most] = row.retryAfterMillis ?? [];
      expect(outcome.retryAfterMillis === undefined).toBe(least === undefined);
      if (least !== undefined && most !== undefined) {
        expect(outcome.retryAfterMillis).toBeGreaterThanOrEqual(least);
        expect(outcome.retryAfterMillis).toBeLessThanOrEqual(most);
      }
      expect(JSON.stringify(outcome)).not.toMatch(/hh_test|token|qqq/);
    }, 60_000);

    it('is got over when it happens once', async () => {
      const { once } = await seen.get(row)!;
      expect(once.played).toBe(1);
      expect(once.answered.callbacks).toBe(1);
      expect(once.answered.millis).toBeLessThan(PATIENT_MILLIS + SLACK_MILLIS);
      if (isLostOnce) {
        expect(once.answered).toMatchObject({ code: 1, error: { name: 'SessionExportError' } });
        expect(once.stats).toMatchObject({ delivered: 0, queued: 0, rejected: { [row.reason!]: 1 } });
      } else if (waitsLong(row)) {
        expect(once.answered).toMatchObject({ code: 1, error: { name: 'SessionExportError' } });
        if (pauses) expect(once.answered.millis).toBeLessThan(PATIENT_MILLIS);
        expect(once.stats).toMatchObject({ delivered: 0, deferred: 1 });
      } else {
        expect(once.answered).toMatchObject({ code: 0, error: undefined });
        expect(once.stats).toMatchObject({ delivered: 1, queued: 0 });
      }
    }, 60_000);

    it.each(['lasting', 'processor'] as const)('is told, and not given up, while it lasts (%s)', async (way) => {
      const driven = (await seen.get(row)!)[way];
      const { answered, stats, played } = driven;
      expect(answered.callbacks).toBe(way === 'lasting' ? 1 : 0);
      expect(answered.millis).toBeLessThan((isOver(row) ? PATIENT_MILLIS : QUICK_MILLIS) + SLACK_MILLIS);
      if (way === 'lasting') {
        expect(answered.code).toBe(row.kind === 'delivered' ? 0 : 1);
        if (answered.code === 1) expect(answered.error?.message).toMatch(row.kind === 'rejected' ? /1 rejected/ : /1 still queued/);
      }
      expect(stats).toMatchObject({ accepted: 1, delivered: row.kind === 'delivered' ? 1 : 0, queued: isOver(row) ? 0 : 1, dropped: {} });
      expect(played).toBeGreaterThanOrEqual(leastPlayed(row));
      expect(played).toBeLessThanOrEqual(isOver(row) || waitsLong(row) ? requests : 8);
    }, 60_000);

    it.each(['once', 'lasting', 'processor'] as const)('leaves nothing behind: what waited and what comes next arrives (%s)', async (way) => {
      const { next, atLast, stored, breaches } = (await seen.get(row)!)[way];
      const lost = (way === 'once' ? isLostOnce : row.kind === 'rejected') ? 1 : 0;
      if (way !== 'processor') expect(next.callbacks).toBe(1);
      // Of the other two, a busy machine may need longer than their calls last.
      if (way === 'once') expect(next.code).toBe(0);
      expect(atLast).toMatchObject({ accepted: 2, delivered: 2 - lost, queued: 0, dropped: {} });
      expect(total(atLast.rejected)).toBe(lost);
      expect(stored).toBeGreaterThanOrEqual(2 - lost);
      expect(breaches).toEqual([]);
    }, 60_000);
  });
});
