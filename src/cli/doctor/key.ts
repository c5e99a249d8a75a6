import { randomUUID } from 'node:crypto';
import { outcomeOf, ReadAnswer } from '../../delivery/answer.js';
import type { AttemptOutcome } from '../../delivery/outcome.js';
import type { Client } from './client.js';
import { whatToDo } from './reach.js';
import type { Check } from './report.js';

const ID = 'key';

/**
 * Whether the server takes the key, found out by reading alone.
 *
 * `GET /projects` is HoneyHive's own preflight: 200 with a valid key (HoneyHive's skills, network
 * validation), 401 without one. Data planes need not have that route, and keys that may only write
 * get a 403. Then an event is asked for that does not exist: a server that refuses that without the
 * key, and not with it, has taken the key.
 *
 * @param willSend A session is sent afterwards, which decides what stays open here.
 */
export async function checkKey(client: Client, host: string, willSend: boolean): Promise<Check> {
  const answer = await client.request(ID, 'GET', '/projects');
  if (!('headers' in answer)) return answer;
  const { status } = answer;
  if (status === 401) return refused(status, host);
  if (status === 403 || isUnknown(status)) return checkByContrast(client, host, status, willSend);
  const outcome = outcomeOf(jsonObject(answer), host, Date.now());
  if (outcome.kind === 'delivered') return { id: ID, status: 'ok', message: `${host} took the key (GET /projects: HTTP ${status})` };
  return unclear(outcome);
}

async function checkByContrast(client: Client, host: string, projects: number, willSend: boolean): Promise<Check> {
  const path = `/v1/events/${randomUUID()}`;
  const withKey = await client.request(ID, 'GET', path);
  if (!('headers' in withKey)) return withKey;
  const withoutKey = await client.request(ID, 'GET', path, [], false);
  if (!('headers' in withoutKey)) return withoutKey;

  if (withKey.status === 401) return refused(401, host);
  const outcome = outcomeOf(withKey, host, Date.now());
  if (outcome.kind === 'retryable') return unclear(outcome);
  const isRefused = withKey.status === 403;
  const asksForKey = withoutKey.status === 401 || withoutKey.status === 403;
  if (!isRefused && asksForKey) return { id: ID, status: 'ok', message: `${host} took the key (GET /v1/events: HTTP ${withKey.status}, without the key ${withoutKey.status})` };

  // Open, and so no success by itself.
  const status = willSend ? 'warn' : 'fail';
  if (isRefused || projects === 403) {
    return { id: ID, status, message: `${host} refused to read with this key (HTTP 403)`, remedy: `${whatToDo('http_403')}. A key that may only write gets this too: doctor --send shows whether it works` };
  }
  const message = `${host} knows none of the routes that tell whether it takes the key (HTTP ${projects} and ${withKey.status})`;
  return { id: ID, status, message, remedy: `${whatToDo('http_404')}. HoneyHive before 1.3.0 does the same: there doctor --send shows whether it works` };
}

function unclear({ reason, message }: Exclude<AttemptOutcome, { kind: 'delivered' }>): Check {
  const isTheirs = /^http_(5\d\d|429)$/.test(reason);
  return { id: ID, status: 'fail', message, remedy: isTheirs ? 'try again later: the server is reached, and has a problem of its own' : whatToDo(reason) };
}

function refused(status: number, host: string): Check {
  return { id: ID, status: 'fail', message: `${host} refused the key (HTTP ${status})`, remedy: whatToDo(`http_${status}`) };
}

function isUnknown(status: number): boolean {
  return status === 400 || status === 404 || status === 405 || status === 410;
}

/** A list of projects is as good as an object. */
function jsonObject(answer: ReadAnswer): ReadAnswer {
  const text = answer.text.trim();
  return text.startsWith('[') && text.endsWith(']') ? new ReadAnswer(answer.status, answer.headers, Buffer.from('{}'), answer.cut) : answer;
}
