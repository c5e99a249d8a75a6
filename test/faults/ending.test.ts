import { runScript } from '../support/run-script.js';
import { type Fault, FaultServer } from './support/fault-server.js';
import { answering, NEVER_ANSWERED, onRequest } from './support/faults.js';

jest.setTimeout(40_000);

const SESSIONS = 2_000;

let server: FaultServer;

beforeEach(async () => {
  server = await FaultServer.start();
});

afterEach(() => server.close());

describe('a script with many sessions', () => {
  it.each<[string, Fault]>([
    ['never answers', NEVER_ANSWERED],
    ['fails', answering(500)],
    ['breaks connections', onRequest('reset', ({ socket }) => void socket.resetAndDestroy())],
  ])('ends by itself though HoneyHive %s', async (_, fault) => {
    server.play(fault);
    const script = `const tracer = tracerOf(new HoneyHiveSessionProcessor({ timeoutMillis: 300, shutdownTimeoutMillis: 500, maxConcurrency: 4 }));
      for (let index = 0; index < ${SESSIONS}; index += 1) tracer.startSpan('work').end();`;
    // 4 at a time, 20 tries each: without end, as far as a script goes.
    const { code, millis } = await runScript(script, { HH_API_URL: server.url });
    expect(code).toBe(0);
    expect(millis).toBeLessThan(20_000);
    expect(server.played).toBeLessThan(SESSIONS * 20);
  });

  it('is not ended before a slow server has taken them all', async () => {
    server.play(onRequest('slow', async ({ socket, store }) => {
      const stored = await store();
      setTimeout(() => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${stored.length}\r\n\r\n${stored}`), 100);
    }));
    const script = `const tracer = tracerOf(new HoneyHiveSessionProcessor({ shutdownTimeoutMillis: 100, maxConcurrency: 4 }));
      for (let index = 0; index < 40; index += 1) tracer.startSpan('work').end();`;
    expect(await runScript(script, { HH_API_URL: server.url })).toMatchObject({ code: 0 });
    expect(server.stored.size).toBe(40);
  });
});
