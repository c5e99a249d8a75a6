import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Arrival } from '../../src/local/arrival.js';
import { startLocalHoneyHive, type LocalHoneyHive, type LocalHoneyHiveOptions } from '../../src/local/start.js';

export interface Answer {
  status: number;
  body: any;
  headers: Headers;
}

export interface CallOptions {
  /** The Authorization header; null leaves it out. */
  authorization?: string | null;
}

/** One request as a client of HoneyHive makes it. Text and bytes are sent as they are, all else as JSON. */
export async function call(
  url: string,
  method: string,
  body?: unknown,
  { authorization = 'Bearer hh_test' }: CallOptions = {},
): Promise<Answer> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...(authorization !== null && { authorization }) },
    ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
}

/** A chunked upload, so without a content-length. */
export function callChunked(url: string, chunks: Iterable<Buffer>): Promise<number> {
  return new Promise((resolve, reject) => {
    const upload = request(url, { method: 'POST', headers: { authorization: 'Bearer hh_test' } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    upload.on('error', reject);
    for (const chunk of chunks) upload.write(chunk);
    upload.end();
  });
}

const cleanups: (() => Promise<unknown>)[] = [];

/** Starts a server that `cleanUp` stops. */
export async function start(options: LocalHoneyHiveOptions = {}): Promise<LocalHoneyHive & { arrivals: Arrival[] }> {
  const arrivals: Arrival[] = [];
  const hive = await startLocalHoneyHive({ onArrival: (arrival) => arrivals.push(arrival), ...options });
  cleanups.push(() => hive.close());
  return Object.assign(hive, { arrivals });
}

/** Fails the test when the server does not take a session any more. */
export async function stillWorks(hive: LocalHoneyHive): Promise<void> {
  const before = hive.sessions().length;
  expect((await call(`${hive.url}/v1/sessions`, 'POST', {})).status).toBe(200);
  expect(hive.sessions()).toHaveLength(before + 1);
}

/** A folder of its own that `cleanUp` removes. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'local-honeyhive-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** For `afterEach`: last made, first removed. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}
