// Runs app.js and looks at what became of it. HH_API_URL has to name a local HoneyHive
// (`npx honeyhive-otel local`), which is asked at the end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';

const app = spawn(process.execPath, ['app.js'], { cwd: import.meta.dirname, stdio: 'inherit', timeout: 120_000, killSignal: 'SIGKILL' });
const [code] = await once(app, 'exit');

const ask = (path) => fetch(process.env.HH_API_URL + path).then((answer) => answer.json());
const found = [];
for (const session of await ask('/sessions')) {
  const events = await ask(`/sessions/${session.event_id}/events`);
  found.push({
    name: session.event_name,
    user: session.user_properties.user_id,
    answer: session.outputs.content,
    counts: session.metadata.counts,
    events: events.map((event) => event.event_name).sort(),
  });
}

const expected = [
  {
    name: 'weather report',
    user: 'ada',
    answer: 'Yes, from noon on.',
    counts: { spans: 4, model_calls: 2, tool_calls: 1, failed_spans: 0 },
    events: ['chat gpt-5', 'chat gpt-5', 'execute_tool forecast', 'weather report'],
  },
];
for (const { name, events } of found) console.log(`session: ${name}, with the events`, events);
const ok = isDeepStrictEqual([code, found], [0, expected]);
if (ok) console.log(`All ${found.length} sessions are as they should be: one, not two.`);
else console.dir({ code, found, expected }, { depth: 8 });
process.exitCode = ok ? 0 : 1;
