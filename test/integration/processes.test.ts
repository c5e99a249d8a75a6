import type { ServerResponse } from 'node:http';
import { runScript, startScript } from '../support/run-script.js';
import { type Hive, startHive } from '../support/hive.js';
import { startServer } from '../support/otel.js';
import { type Address, blackHole, hangingServer, refusingServer } from '../support/silent-servers.js';

jest.setTimeout(40_000);

/** What a busy machine may need beyond what anything is told to wait. */
const PATIENCE = 5_000;
const SPAN = `{ name: 'work', kind: 0, spanContext: () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }),
  startTime: [1795000000, 0], endTime: [1795000001, 0], duration: [1, 0], status: { code: 0 }, attributes: {}, events: [], resource: { attributes: {} }, droppedAttributesCount: 0 }`;

const open: Address[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((address) => address.close()));
});

async function opened<A extends Address>(address: Promise<A>): Promise<A> {
  open.push(await address);
  return address;
}
const hiveHere = (): Promise<Hive> => opened(startHive());

describe('a script that ends by itself', () => {
  const silent: [string, () => Promise<Address>][] = [
    ['hangs', hangingServer],
    ['refuses', refusingServer],
    ['cannot be connected to', blackHole],
  ];

  it('has its session sent, without flush and shutdown', async () => {
    const hive = await hiveHere();
    const end = await runScript(`tracerOf(new HoneyHiveSessionProcessor()).startSpan('work').end();`, { HH_API_URL: hive.url });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(hive.sessions()).toHaveLength(1);
  });

  it('has a root sent that is held, and is not asked again', async () => {
    const hive = await hiveHere();
    const end = await runScript(
      `const tracer = tracerOf(new HoneyHiveSessionProcessor({ settleTimeoutMillis: 60000 }));
       const root = tracer.startSpan('work');
       tracer.startSpan('open', {}, trace.setSpan(context.active(), root));
       root.end();
       process.on('beforeExit', () => console.log('beforeExit'));`,
      { HH_API_URL: hive.url },
    );
    expect(end).toMatchObject({ code: 0, stderr: '' });
    // Ours comes first and gives it work to do; then nothing is left.
    expect(end.stdout.split('\n')).toEqual(['beforeExit', 'beforeExit']);
    expect(hive.sessions()).toHaveLength(1);
  });

  it.each(silent)('with the processor ends within the time of a shutdown when the server %s', async (_, start) => {
    const { url } = await opened(start());
    const end = await runScript(`tracerOf(new HoneyHiveSessionProcessor({ shutdownTimeoutMillis: 300 })).startSpan('work').end();`, { HH_API_URL: url, HH_EXPORTER_TIMEOUT: '600' });
    expect(end.code).toBe(0);
    expect(end.millis).toBeLessThan(600 + PATIENCE);
  });

  it.each(silent)('with the exporter ends within the time of an attempt when the server %s', async (_, start) => {
    const { url } = await opened(start());
    const end = await runScript(`new HoneyHiveSessionExporter().export([${SPAN}], () => {});`, { HH_API_URL: url, HH_EXPORTER_TIMEOUT: '600' });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(end.millis).toBeLessThan(600 + PATIENCE);
  });

  it('is not held by an idle connection, nor by a pause', async () => {
    const hive = await hiveHere();
    const idle = await runScript(`new HoneyHiveSessionExporter().export([${SPAN}], () => console.log('sent'));`, { HH_API_URL: hive.url });
    expect(idle).toMatchObject({ code: 0, stdout: 'sent', stderr: '' });
    expect(idle.millis).toBeLessThan(PATIENCE);
    const busy = await opened(startServer((request, response) => void request.resume().on('end', () => response.writeHead(429, { 'retry-after': '3600' }).end())));
    const paused = await runScript(`new HoneyHiveSessionExporter().export([${SPAN}], () => console.log('answered'));`, { HH_API_URL: busy.url });
    expect(paused).toMatchObject({ code: 0, stdout: 'answered', stderr: '' });
    expect(paused.millis).toBeLessThan(PATIENCE);
  });

  it('goes on after flush and shutdown, though HoneyHive is down', async () => {
    const { url } = await opened(refusingServer());
    const end = await runScript(
      `const exporter = new HoneyHiveSessionExporter({ shutdownTimeoutMillis: 300, flushTimeoutMillis: 300 });
       exporter.export([${SPAN}], () => {});
       exporter.forceFlush().then(() => exporter.shutdown()).then(() => console.log('went on'));`,
      { HH_API_URL: url },
    );
    expect(end).toMatchObject({ code: 0, stdout: 'went on' });
  });

  it('leaves no rejection unhandled, whatever is done to it', async () => {
    const { url } = await opened(refusingServer());
    const end = await runScript(
      `const exporter = new HoneyHiveSessionExporter({ shutdownTimeoutMillis: 100, apiKey: async () => { throw new Error('vault'); } });
       exporter.export([${SPAN}], () => { throw new Error('callback'); });
       exporter.export(5); exporter.export([${SPAN}]); exporter.forceFlush(); exporter.shutdown(); exporter.shutdown(); exporter.forceFlush(); exporter.export([${SPAN}], null);
       const processor = new HoneyHiveSessionProcessor({ exporter });
       processor.onStart(); processor.onEnd(); processor.onEnd(${SPAN}); processor.shutdown(); processor.forceFlush();`,
      { HH_API_URL: url },
    );
    expect(end.code).toBe(0);
    expect(end.stderr).not.toContain('Error: ');
  });

  it('leaves the global dispatcher to the application', async () => {
    const { url } = await opened(refusingServer());
    const end = await runScript(`new HoneyHiveSessionExporter().export([${SPAN}], () => {}); setTimeout(() => console.log(globalThis[Symbol.for('undici.globalDispatcher.1')] instanceof require('undici').Agent), 300);`, { HH_API_URL: url });
    expect(end.stdout).toBe('false');
  });
});

describe('a process that is ended', () => {
  it('loses no session that stats() counted as delivered', async () => {
    const hive = await hiveHere();
    const end = await runScript(
      `const processor = new HoneyHiveSessionProcessor({ maxConcurrency: 2 });
       const tracer = tracerOf(processor);
       for (let index = 0; index < 200; index++) tracer.startSpan('work ' + index).end();
       const look = setInterval(() => {
         const { delivered, queued } = processor.stats();
         if (delivered < 20) return;
         console.log(JSON.stringify({ delivered, queued }));
         process.exit(3);
       }, 1);`,
      { HH_API_URL: hive.url },
    );
    expect(end.code).toBe(3);
    const { delivered, queued } = JSON.parse(end.stdout) as { delivered: number; queued: number };
    expect(delivered + queued).toBe(200);
    expect(hive.sessions().length).toBeGreaterThanOrEqual(delivered);
  });
});

describe('more than one of us', () => {
  it('in worker threads: each sends its own, and one that is terminated harms nobody', async () => {
    const hive = await hiveHere();
    const end = await runScript(
      `const { Worker } = require('worker_threads');
       const load = ${JSON.stringify(`const { HoneyHiveSessionProcessor } = require(${JSON.stringify(`${process.cwd()}/dist/cjs/index.js`)}); const { BasicTracerProvider } = require('@opentelemetry/sdk-trace-base'); const provider = new BasicTracerProvider({ spanProcessors: [new HoneyHiveSessionProcessor()] }); `)};
       const work = "provider.getTracer('worker').startSpan('from a worker').end();";
       const workers = [
         new Worker(load + work, { eval: true }),
         new Worker(load + work + 'provider.shutdown();', { eval: true }),
         new Worker(load + 'setInterval(() => {' + work + '}, 5);', { eval: true }),
       ];
       setTimeout(() => workers[2].terminate(), 500);
       tracerOf(new HoneyHiveSessionProcessor()).startSpan('from the main thread').end();
       Promise.all(workers.map((worker) => new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject)))).then((codes) => console.log(JSON.stringify(codes)));`,
      { HH_API_URL: hive.url },
    );
    expect(end).toMatchObject({ code: 0, stdout: '[0,0,1]', stderr: '' });
    const names = hive.sessions().map((session) => session.event_name);
    expect(names).toContain('from the main thread');
    expect(names.filter((name) => name === 'from a worker').length).toBeGreaterThanOrEqual(2);
  });

  it('in a forked process: parent and child each send their own', async () => {
    const hive = await hiveHere();
    const end = await runScript(
      `const { fork } = require('child_process');
       const { writeFileSync, mkdtempSync, rmSync } = require('fs');
       const folder = mkdtempSync(require('path').join(require('os').tmpdir(), 'honeyhive-fork-'));
       const file = folder + '/child.cjs';
       writeFileSync(file, 'const { HoneyHiveSessionProcessor } = require(' + ${JSON.stringify(JSON.stringify(`${process.cwd()}/dist/cjs/index.js`))} + '); const { BasicTracerProvider } = require(' + JSON.stringify(require.resolve('@opentelemetry/sdk-trace-base')) + '); new BasicTracerProvider({ spanProcessors: [new HoneyHiveSessionProcessor()] }).getTracer("child").startSpan("from the child").end();');
       const tracer = tracerOf(new HoneyHiveSessionProcessor());
       tracer.startSpan('before the fork').end();
       fork(file).on('exit', (code) => { tracer.startSpan('after the fork').end(); rmSync(folder, { recursive: true }); process.exitCode = code; });`,
      { HH_API_URL: hive.url },
    );
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(hive.sessions().map((session) => session.event_name).sort()).toEqual(['after the fork', 'before the fork', 'from the child']);
  });
});

/** As a function runtime does between two calls. */
describe('a process that is frozen', () => {
  const asked = (): { server: Promise<Address>; next(): Promise<ServerResponse> } => {
    const waiting: ((response: ServerResponse) => void)[] = [];
    const came: ServerResponse[] = [];
    const server = startServer((request, response) =>
      request.resume().on('end', () => {
        const next = waiting.shift();
        if (next) next(response);
        else came.push(response);
      }),
    );
    return { server, next: () => (came.length > 0 ? Promise.resolve(came.shift()!) : new Promise((resolve) => waiting.push(resolve))) };
  };
  const SENDER = `
    const processor = new HoneyHiveSessionProcessor();
    tracerOf(processor).startSpan('work').end();
    const look = setInterval(() => {
      const { delivered, lastError } = processor.stats();
      if (delivered === 1) { console.log(JSON.stringify({ lastError })); clearInterval(look); }
    }, 20);`;
  const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

  it('does not wait for the rest of a pause that has passed meanwhile', async () => {
    const { server, next } = asked();
    const { url } = await opened(server);
    const script = startScript(SENDER, { HH_API_URL: url });
    (await next()).writeHead(429, { 'retry-after': '2' }).end();
    await pause(300);
    script.process.kill('SIGSTOP');
    await pause(3_000);
    const woken = Date.now();
    script.process.kill('SIGCONT');
    (await next()).writeHead(200).end('{}');
    expect(Date.now() - woken).toBeLessThan(3_000);
    expect(await script.ended).toMatchObject({ code: 0 });
  });

  it('takes an answer that came while it slept, however late it wakes', async () => {
    let requests = 0;
    let first: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => (first = resolve));
    const responses: ServerResponse[] = [];
    const { url } = await opened(
      startServer((request, response) => {
        requests += 1;
        responses.push(response);
        request.resume().on('end', () => first!());
      }),
    );
    const script = startScript(SENDER, { HH_API_URL: url, HH_EXPORTER_TIMEOUT: '1000' });
    await arrived;
    script.process.kill('SIGSTOP');
    responses[0]!.writeHead(200).end('{}');
    await pause(3_500);
    script.process.kill('SIGCONT');
    const end = await script.ended;
    expect(end).toMatchObject({ code: 0, stdout: '{}' });
    expect(requests).toBe(1);
  });

  it('is not told of what it can be told again: a connection that was cut meanwhile costs nothing', async () => {
    const { server, next } = asked();
    const { url } = await opened(server);
    const script = startScript(SENDER, { HH_API_URL: url, HH_EXPORTER_TIMEOUT: '1000' });
    const response = await next();
    script.process.kill('SIGSTOP');
    response.destroy();
    await pause(2_500);
    script.process.kill('SIGCONT');
    (await next()).writeHead(200).end('{}');
    expect(await script.ended).toMatchObject({ code: 0 });
  });
});
