import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HoneyHiveSessionExporter, HoneyHiveSessionProcessor } from '../../src/index.js';
import { filesIn, leaveFile, outboxPath, removeDirectories, sessionsIn } from '../delivery/outbox/support/directory.js';
import { closeServers, json, serve } from '../delivery/support/http-server.js';
import { startHive } from '../support/hive.js';
import { exportOf, rootSpan } from '../support/otel.js';

const traceId = (number: number): string => number.toString(16).padStart(32, '0');
const spans = (count: number, from = 1): ReturnType<typeof rootSpan>[] => Array.from({ length: count }, (_, index) => rootSpan({ traceId: traceId(from + index) }));

let directory: string;

beforeEach(() => {
  directory = outboxPath();
});
afterEach(async () => {
  await closeServers();
  removeDirectories();
});

describe('an exporter with an outbox', () => {
  it('answers SUCCESS during an outage, and the next one brings the sessions, finished and redacted as they were', async () => {
    const hive = await startHive();
    const { port, url } = hive;
    await hive.close();

    const first = new HoneyHiveSessionExporter({ apiKey: 'hh_very_secret', url, outboxDirectory: directory, beforeSend: (session) => ({ ...session, source: 'changed' }) });
    const asked = spans(20).map((span) => ({ ...span, attributes: { 'input.value': 'password is in Authorization: Bearer abcdefghijklmnop' } }));
    expect(await exportOf(first, asked)).toEqual({ code: 0 });
    expect(first.stats()).toMatchObject({ accepted: 20, stored: 20, queued: 0, delivered: 0 });
    await first.shutdown();
    const onDisk = sessionsIn(directory).join('\n');
    expect(onDisk).toContain('[redacted]');
    expect(onDisk).not.toContain('abcdefghijklmnop');
    expect(onDisk + readdirSync(directory).join()).not.toContain('hh_very_secret');

    const again = await startHive({ port });
    const second = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url, outboxDirectory: directory });
    const sessions = await again.waitForSessions(20);
    expect(sessions.every(({ source }) => source === 'changed')).toBe(true);
    await second.shutdown();
    expect(second.stats()).toMatchObject({ accepted: 20, recovered: 20, delivered: 20, stored: 0 });
    expect(readdirSync(directory)).toEqual([]);
    await again.close();
  });

  it('answers FAILED as before when the disk refuses', async () => {
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const exporter = new HoneyHiveSessionExporter({ apiKey: 'k', url: 'http://127.0.0.1:1', outboxDirectory: '/dev/null/outbox', exportTimeoutMillis: 1_000, shutdownTimeoutMillis: 100 });
    expect(await exportOf(exporter, spans(3))).toMatchObject({ code: 1, error: { name: 'SessionExportError' } });
    expect(warnings.mock.calls.filter(([message]) => String(message).includes('outbox'))).toHaveLength(1);
    await exporter.shutdown();
    warnings.mockRestore();
  });
});

describe('a processor with an outbox', () => {
  it('has sessions on disk soon after their root has ended, though nobody waits for an answer', async () => {
    const processor = new HoneyHiveSessionProcessor({ apiKey: 'k', url: 'http://127.0.0.1:1', outboxDirectory: directory });
    for (const span of spans(10)) processor.onEnd(span);
    for (const end = Date.now() + 5_000; processor.stats().stored < 10 && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(sessionsIn(directory)).toHaveLength(10);
    await processor.shutdown();
    expect(processor.stats()).toMatchObject({ stored: 10, dropped: {} });
  });
});

// npm test builds before it tests.
const built = join(process.cwd(), 'dist/cjs/index.js');
const environment = (url: string): NodeJS.ProcessEnv => ({ ...process.env, HH_API_KEY: 'k', HH_API_URL: url, HH_EXPORTER_OUTBOX_DIR: directory, NO_PROXY: '127.0.0.1' });
const script = (body: string): string => `
  const { HoneyHiveSessionExporter, HoneyHiveSessionProcessor } = require(${JSON.stringify(built)});
  const spans = (count) => Array.from({ length: count }, (_, index) => ({
    ...${JSON.stringify({ ...rootSpan(), spanContext: undefined })},
    spanContext: () => ({ traceId: (index + 1).toString(16).padStart(32, '0'), spanId: 'b'.repeat(16), traceFlags: 1 }),
  }));
  ${body}`;

describe('a process with an outbox', () => {
  it('ends when it has nothing else to do, however much is stored', async () => {
    const server = await serve((_, response) => setTimeout(() => json(response, 200, {}), 20));
    mkdirSync(directory);
    for (let index = 0; index < 500; index += 1) leaveFile(directory, { url: server.url, sessions: Array.from({ length: 20 }, (_, line) => `s${index}-${line}`) });
    for (const made of ['HoneyHiveSessionExporter', 'HoneyHiveSessionProcessor']) {
      // One lane: 10,000 sessions would take minutes.
      await promisify(execFile)(process.execPath, ['-e', script(`new ${made}({ maxConcurrency: 1 }); setTimeout(() => {}, 100);`)], { timeout: 14_000, env: environment(server.url) });
    }
    expect(filesIn(directory).length).toBeGreaterThan(450);
  }, 30_000);

  it('that ends by itself during an outage leaves its sessions on disk', async () => {
    const body = `const processor = new HoneyHiveSessionProcessor({ flushTimeoutMillis: 1000 }); for (const span of spans(50)) processor.onEnd(span);`;
    await promisify(execFile)(process.execPath, ['-e', script(body)], { timeout: 14_000, env: environment('http://127.0.0.1:1') });
    expect(sessionsIn(directory)).toHaveLength(50);
    // And to whoever comes next: nobody looks after them.
    expect(readdirSync(directory).filter((name) => name.endsWith('.lease'))).toEqual([]);
  });

  it.each([
    ['one session', 1],
    ['fifty', 50],
  ])('that ends by itself tries again with %s, also by way of the disk, while it has time', async (_, count) => {
    const began = Date.now();
    const taken = new Set<string>();
    const server = await serve(({ body }, response) => {
      const isWell = Date.now() - began > 2_500;
      if (isWell) taken.add(body);
      json(response, isWell ? 200 : 502, {});
    });
    const body = `const processor = new HoneyHiveSessionProcessor({ shutdownTimeoutMillis: 10_000 }); for (const span of spans(${count})) processor.onEnd(span);`;
    await promisify(execFile)(process.execPath, ['-e', script(body)], { timeout: 14_000, env: environment(server.url) });
    expect(taken.size).toBe(count);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('that is killed leaves what its exports were told is safe', async () => {
    const body = `new HoneyHiveSessionExporter().export(spans(50), ({ code }) => require('node:fs').writeSync(1, String(code))); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['-e', script(body)], { env: environment('http://127.0.0.1:1'), stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const code = await new Promise((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString())));
    child.kill('SIGKILL');
    await ended;
    expect(code).toBe('0');
    expect(sessionsIn(directory)).toHaveLength(50);
  });

  it('whose files may not grow falls back to memory, says so once, and loses nothing', async () => {
    const body = `
      const exporter = new HoneyHiveSessionExporter({ exportTimeoutMillis: 1000, shutdownTimeoutMillis: 200 });
      const big = spans(20).map((span) => ({ ...span, attributes: { 'input.value': 'x'.repeat(2000) } }));
      exporter.export(big, ({ code }) => { console.log(JSON.stringify([code, exporter.stats()])); });
      setTimeout(() => {}, 1500);`;
    // Blocks of 1 KiB (bash): 20 sessions are more.
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', 'ulimit -f 8; exec "$0" -e "$1"', process.execPath, script(body)], { timeout: 14_000, env: environment('http://127.0.0.1:1') });
    const [code, stats] = JSON.parse(stdout) as [number, Record<string, unknown>];
    expect(code).toBe(1);
    expect(stats).toMatchObject({ accepted: 20, queued: 20, stored: 0, dropped: {} });
    expect(stderr.match(/EFBIG/g)).toHaveLength(1);
    expect(readdirSync(directory).filter((name) => !name.endsWith('.lease'))).toEqual([]);
  });
});
