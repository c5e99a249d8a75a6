import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../../config/resolve.js';
import { outcomeOf, type ReadAnswer } from '../../delivery/answer.js';
import { PACKAGE_NAME } from '../../delivery/request-headers.js';
import { routeBody, routePath, Routes } from '../../delivery/routes.js';
import { parseObject } from '../../delivery/stored-event.js';
import { uuidOf } from '../../session/uuid.js';
import type { Client } from './client.js';
import { whatToDo } from './reach.js';
import type { Check } from './report.js';

// A server may take a moment until it gives what it has taken.
const READ_PAUSES_MILLIS = [0, 500, 1_000, 2_000];

/** Sends one session, and reads it back by its id. */
export async function checkSending(client: Client, host: string, config: Config, version: string): Promise<Check[]> {
  const traceId = randomBytes(16).toString('hex');
  const id = uuidOf(traceId);
  const sent = await sendSession(client, host, sessionText(id, traceId, config, version), config);
  if ('status' in sent) return [sent, { id: 'read-back', status: 'skip', message: 'reading back: not tried, since a step before it failed' }];
  const { answer, route } = sent;
  const said = idIn(answer);
  if (said !== undefined && said !== id) {
    const message = `${host} stored the session ${id} under another id: ${said}`;
    return [{ id: 'send', status: 'warn', message, remedy: 'updates and joined spans need the id that was sent: ask HoneyHive about it' }, await readBack(client, host, said)];
  }
  return [{ id: 'send', status: 'ok', message: `${host} took the session ${id} (POST ${route}: HTTP ${answer.status})` }, await readBack(client, host, id)];
}

async function sendSession(client: Client, host: string, text: string, { api }: Config): Promise<Check | { answer: ReadAnswer; route: string }> {
  const routes = new Routes(api);
  for (let route: typeof routes.current | undefined = routes.current; ; ) {
    const answer: ReadAnswer | Check = await client.request('send', 'POST', routePath(route, text), routeBody(route, text));
    if (!('headers' in answer)) return answer;
    const other = routes.after(route, answer.status);
    if (other !== undefined) {
      route = other;
      continue;
    }
    const outcome = outcomeOf(answer, host, Date.now());
    if (outcome.kind === 'delivered') return { answer, route: routePath(route, text) };
    return { id: 'send', status: 'fail', message: outcome.message, remedy: whatToDo(outcome.reason) };
  }
}

async function readBack(client: Client, host: string, id: string): Promise<Check> {
  const path = `/v1/events/${id}`;
  let status = 0;
  for (const millis of READ_PAUSES_MILLIS) {
    await pause(millis);
    const answer = await client.request('read-back', 'GET', path);
    if (!('headers' in answer)) return answer;
    status = answer.status;
    if (status === 200 && idIn(answer) === id) return { id: 'read-back', status: 'ok', message: `${host} gave the session back by its id (GET ${path})` };
    if (status !== 404) break;
  }
  // What was taken is there, whether or not it can be read this way.
  const message = `the session was taken but could not be read back (GET ${path}: HTTP ${status})`;
  const remedy = status === 401 || status === 403 ? 'a key that may only write cannot read it: look for it in HoneyHive' : 'HoneyHive before 1.3.0 has no such route: look for it in HoneyHive';
  return { id: 'read-back', status: 'warn', message, remedy };
}

/** Old servers answer with `session_id` alone. */
function idIn({ text }: ReadAnswer): string | undefined {
  const { event_id, session_id } = parseObject(text) ?? {};
  const id = session_id ?? event_id;
  return typeof id === 'string' ? id.toLowerCase() : undefined;
}

/** As if of a trace with one span. */
function sessionText(id: string, traceId: string, { source, nodeEnvironment, project }: Config, version: string): string {
  const name = `${PACKAGE_NAME} doctor`;
  const now = Date.now();
  return JSON.stringify({
    session_id: id,
    session_name: name,
    event_name: name,
    source: source ?? nodeEnvironment ?? 'unknown',
    start_time: now,
    end_time: now,
    duration: 0,
    inputs: { value: 'Does a session arrive?' },
    outputs: { value: 'Yes.' },
    metadata: { trace_id: traceId, span_id: randomBytes(8).toString('hex'), service: { name: PACKAGE_NAME, version } },
    ...(project !== undefined && { project }),
  });
}
