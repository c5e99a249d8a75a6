import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { HonoBase } from 'hono/hono-base';
import { TrieRouter } from 'hono/router/trie-router';
import type { Json } from '../session/session.js';
import type { Arrival, RawBody } from './arrival.js';
import { checkBearerKey, checkLoopbackHost } from './authorization.js';
import type { EventStore, Stored } from './event-store.js';
import { writeLine } from './journal-line.js';
import type { Journal } from './journal.js';
import { readSpans } from './otlp-request.js';
import { parseJson } from './parse-json.js';
import { MAX_BODY_BYTES, readBody } from './read-body.js';
import { readBareEvent, readWrappedEvent } from './event-request.js';
import { errorBody, Refusal } from './refusal.js';
import { readBareSession, readWrappedSession } from './session-request.js';
import type { StoredEvent } from './stored-event.js';
import { readEventId, readUpdate } from './update-request.js';
import { welcomePage } from './welcome-page.js';

/** What the routes work with. */
export interface AppParts {
  readonly store: EventStore;
  readonly journal: Journal | undefined;
  readonly key: string | undefined;
  readonly now: () => number;
  readonly onArrival: (arrival: Arrival) => void;
  readonly onBody: (body: RawBody) => void;
}

type HiveContext = Context<{ Bindings: HttpBindings }>;

/** Methods of requests that would change something. */
export const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** The routes of the local HoneyHive. */
export function createApp({ store, journal, key, now, onArrival, onBody }: AppParts): HonoBase<{ Bindings: HttpBindings }> {
  async function write(c: HiveContext, decide: (body: Json) => Stored): Promise<StoredEvent> {
    return (await writeAll(c, (body) => [decide(body)]))[0]!;
  }

  async function writeAll(c: HiveContext, decide: (body: Json) => Stored[]): Promise<StoredEvent[]> {
    const { method, path } = c.req;
    const bytes = await readBody(c.env.incoming);
    onBody({ method, path, bytes });
    checkBearerKey(c.req.header('authorization'), key);
    // documented: 5 MB (docs, troubleshooting). our guess: the status.
    if (!bytes) throw new Refusal(413, `the body is larger than ${MAX_BODY_BYTES} bytes`);
    const all = decide(parseJson(bytes));
    // Nothing is awaited between the decision and these calls, so the journal has the same order.
    // When the write fails the answer is a 500; the event stays in memory, and a retry merges.
    if (journal) await Promise.all(all.map(({ event }) => journal.append(writeLine(event))));
    for (const { verb, event } of all) onArrival({ verb, at: now(), event });
    return all.map(({ event }) => event);
  }

  // Hono's own class brings two more routers, which are faster with many requests.
  const app = new HonoBase<{ Bindings: HttpBindings }>({ router: new TrieRouter() });

  app.post('/session/start', async (c) => {
    return c.json(await write(c, (body) => store.start(readWrappedSession(body, now()), now())));
  });
  app.post('/v1/sessions', async (c) => {
    return c.json(await write(c, (body) => store.start(readBareSession(body, now()), now())));
  });
  app.post('/v1/events', async (c) => {
    const { event_id } = await write(c, (body) => store.add(readBareEvent(body, now())));
    return c.json({ success: true, event_id });
  });
  app.post('/events', async (c) => {
    const { event_id } = await write(c, (body) => store.add(readWrappedEvent(body, now())));
    return c.json({ success: true, event_id });
  });
  app.post('/opentelemetry/v1/traces', async (c) => {
    await writeAll(c, (body) => readSpans(body).map((from) => ('event' in from ? store.add(from.event) : store.start(from.session, now()))));
    return c.json({ partialSuccess: {} });
  });
  app.put('/v1/events/:id', async (c) => {
    await write(c, (body) => store.update(c.req.param('id'), readUpdate(body)));
    // documented: 200 with next to nothing in it (data plane API 1.9.0).
    return c.json({});
  });
  // documented: the older route, with the id in the body (data plane API 1.9.0, deprecated).
  app.put('/events', async (c) => {
    await write(c, (body) => store.update(readEventId(body), readUpdate(body)));
    return c.json({});
  });
  // documented: that the route exists (python-sdk CHANGELOG 1.3.0). our guess: all else of it.
  app.get('/v1/events/:id', (c) => {
    checkBearerKey(c.req.header('authorization'), key);
    const event = store.get(c.req.param('id'));
    if (!event) throw new Refusal(404, `there is no event with the id ${c.req.param('id')}`);
    return c.json(event);
  });
  // documented: 200 with a valid key (HoneyHive's skills, network validation). our guess: all else of it.
  app.get('/projects', (c) => {
    checkBearerKey(c.req.header('authorization'), key);
    return c.json([{ id: 'local', name: 'local' }]);
  });
  app.get('/sessions', (c) => {
    checkLoopbackHost(c.req.header('host'));
    if (key !== undefined) checkBearerKey(c.req.header('authorization'), key);
    return c.json(store.list());
  });
  // For tests and examples, as /sessions is.
  app.get('/sessions/:id/events', (c) => {
    checkLoopbackHost(c.req.header('host'));
    if (key !== undefined) checkBearerKey(c.req.header('authorization'), key);
    return c.json(store.eventsIn(c.req.param('id')));
  });
  app.get('/', (c) => c.text(welcomePage(store.list().length)));

  const allowed = {
    '/session/start': 'POST',
    '/v1/sessions': 'POST',
    '/v1/events': 'POST',
    '/events': 'POST, PUT',
    '/opentelemetry/v1/traces': 'POST',
    '/v1/events/:id': 'GET, HEAD, PUT',
    '/projects': 'GET, HEAD',
    '/sessions': 'GET, HEAD',
    '/sessions/:id/events': 'GET, HEAD',
    '/': 'GET, HEAD',
  };
  for (const [path, methods] of Object.entries(allowed)) {
    app.all(path, (c) => {
      c.header('Allow', methods);
      throw new Refusal(405, `${c.req.method} is not for this route, only ${methods}`);
    });
  }
  app.notFound((c) => refuse(c, new Refusal(404, `there is no route ${c.req.path}`)));
  app.onError((error, c) => refuse(c, error instanceof Refusal ? error : new Refusal(500, error.message)));

  function refuse(c: HiveContext, refusal: Refusal): Response {
    const { method, path } = c.req;
    const { status, message: reason } = refusal;
    if (WRITES.has(method)) onArrival({ verb: 'refused', at: now(), status, method, path, reason });
    return c.json(errorBody(refusal), status);
  }

  return app;
}
