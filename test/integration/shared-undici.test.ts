import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rootSpan } from '../support/otel.js';

// npm test builds before it tests.
const built = join(process.cwd(), 'dist/esm/index.js');

describe('loading undici leaves to the application', () => {
  it.each([
    ['fetch, first used while undici is being loaded', 0, 'fetch(url)'],
    ['the undici that it shares with us, loaded later', 200, "import('undici').then(({ request }) => request(url))"],
  ])('%s', async (_what, wait, ask) => {
    const script = `
      import { createServer } from 'node:http';
      import { HoneyHiveSessionExporter } from ${JSON.stringify(built)};
      const server = createServer((request, response) => response.end()).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const url = 'http://127.0.0.1:' + server.address().port;
      const span = { ...${JSON.stringify(rootSpan())}, spanContext: () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }) };
      new HoneyHiveSessionExporter().export([span], () => {});
      const answers = [];
      for (let turn = 0; turn < 200; turn += 1) {
        if (turn === 3) await new Promise((resolve) => setTimeout(resolve, ${wait}));
        if (${wait} === 0 || turn > 3) answers.push(${ask}.then(() => 'ok', (error) => error.message));
        await new Promise(setImmediate);
      }
      console.log([...new Set(await Promise.all(answers))].join());
      process.exit();`;
    const env = { ...process.env, HH_API_KEY: 'k', HH_API_URL: 'http://127.0.0.1:1' };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000, env });
    expect(stdout.trim()).toBe('ok');
  });
});
