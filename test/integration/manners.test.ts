import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HoneyHiveSessionExporter } from '../../src/index.js';
import { startHive } from '../support/hive.js';
import { exportOf, rootSpan } from '../support/otel.js';

describe('an exporter in somebody else’s process', () => {
  it('answers and does not throw when what it is given is no span at all', async () => {
    const hive = await startHive();
    const exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url: hive.url });
    expect(await exportOf(exporter, [{} as never, rootSpan()])).toEqual({ code: 0 });
    expect(await exportOf(exporter, undefined as never)).toEqual({ code: 0 });
    expect(exporter.stats()).toMatchObject({ unreadableSpans: 1, delivered: 1 });
    await exporter.shutdown();
    await hive.close();
  });

  // npm test builds before it tests.
  const built = join(process.cwd(), 'dist/cjs/index.js');
  const inChild = (script: string): Promise<string> =>
    promisify(execFile)(process.execPath, ['-e', script], { timeout: 20_000, env: { ...process.env, HH_API_KEY: 'k', HH_API_URL: 'http://127.0.0.1:1' } }).then(({ stdout }) => stdout.trim());
  const script = (body: string): string => `
    const { HoneyHiveSessionExporter } = require(${JSON.stringify(built)});
    const exporter = new HoneyHiveSessionExporter({ shutdownTimeoutMillis: 500, flushTimeoutMillis: 500 });
    const span = ${JSON.stringify({ ...rootSpan(), spanContext: undefined })};
    span.spanContext = () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
    ${body}`;
  it('lets a script go on after shutdown and flush, though HoneyHive is down', async () => {
    const body = `exporter.export([span], () => {}); exporter.forceFlush().then(() => exporter.shutdown()).then(() => console.log('went on'));`;
    expect(await inChild(script(body))).toBe('went on');
  });

  it('does not keep a script alive that asks for nothing', async () => {
    const started = Date.now();
    expect(await inChild(script(`exporter.export([span], () => {}); setTimeout(() => console.log('end'), 50);`))).toBe('end');
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it('leaves the global dispatcher to the application', async () => {
    const body = `exporter.export([span], () => {}); setTimeout(() => console.log(String(globalThis[Symbol.for('undici.globalDispatcher.1')])), 300);`;
    expect(await inChild(script(body))).toBe('undefined');
  });
});
