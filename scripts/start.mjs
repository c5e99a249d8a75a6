// npm start: the whole way of a session on this machine. Installs, builds, starts a local
// HoneyHive, runs the instrumented application in examples/express-openai against it, and checks
// that exactly the sessions arrived that it should have made.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { differences } from './differences.mjs';
import { install } from './install.mjs';

const EXAMPLE = 'examples/express-openai';
const KEY = 'hh_local';

const step = (text) => console.log(`\n> ${text}`);

async function run(args, options) {
  const child = spawn(process.execPath, args, { stdio: 'inherit', ...options });
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${signal ?? `status ${code}`}`);
}

async function main() {
  step('Installing');
  if (![install('.'), install(EXAMPLE)].some(Boolean)) console.log('Nothing to install.');
  step('Building the exporter and the local HoneyHive');
  await run(['scripts/build.mjs']);

  const { arrivalLine, sessionTable, startLocalHoneyHive } = (await import('../dist/local/index.cjs')).default;
  const { expectedSessions } = await import(`../${EXAMPLE}/drive.js`);

  const arrivals = [];
  const hive = await startLocalHoneyHive({
    key: KEY,
    dataDirectory: '.honeyhive',
    onArrival: (arrival) => {
      arrivals.push(arrival);
      console.log(`  honeyhive: ${arrivalLine(arrival, { color: process.stdout.isTTY })}`);
    },
  });
  try {
    step(`Local HoneyHive on ${hive.url}; the application answers some requests`);
    await run(['run.js'], {
      cwd: EXAMPLE,
      // A proxy of this machine has no way back to its loopback address.
      env: { ...process.env, HH_API_URL: hive.url, HH_API_KEY: KEY, HH_DATA_PLANE_URL: '', NO_PROXY: '127.0.0.1' },
    });

    const sessions = arrivals.filter(({ verb }) => verb === 'new').map(({ event }) => event);
    // Roots are sent at the same time and may arrive in any order.
    sessions.sort((a, b) => a.start_time - b.start_time);
    step('What HoneyHive shows');
    console.log(sessionTable(sessions, { width: Math.min(process.stdout.columns ?? 150, 150), color: process.stdout.isTTY }));

    const problems = expectedSessions.flatMap((expected, index) => (sessions[index] === undefined ? [] : differences(expected, sessions[index])));
    if (sessions.length !== expectedSessions.length || arrivals.length !== sessions.length) {
      problems.push(`${sessions.length} sessions in ${arrivals.length} requests arrived, not ${expectedSessions.length}`);
    }
    if (problems.length > 0) throw new Error(`The sessions are not as they should be:\n  ${problems.join('\n  ')}`);
    console.log(`
All ${sessions.length} sessions arrived as they should; the health check became none.
  The application:  ${EXAMPLE} (copy it; instrumentation.js is all that concerns HoneyHive)
  The sessions:     .honeyhive/journal.jsonl, or run: node dist/cli/main.cjs local
                    and open http://127.0.0.1:4483/sessions`);
  } finally {
    await hive.close();
  }
}

main().catch((error) => {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
});
