import { setImmediate as turn } from 'node:timers/promises';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { HoneyHiveSessionProcessor } from '../../dist/esm/index.js';
import { amountAtMost, atMost } from './bars.mjs';
import { mapper } from './exporter-parts.mjs';
import { startFastServer } from './fast-server.mjs';
import { FIXTURES, optionsFor } from './fixtures.mjs';
import { heapAfterCollection } from './rounds.mjs';
import { spanMaker } from './spans.mjs';
import { traceMaker } from './trace-maker.mjs';
import { isModelCall, WEB_REQUEST } from './trace-shapes.mjs';

/** A server that answers in so many milliseconds never does. */
const NEVER = 2 ** 31 - 1;
const MOST_OF_BODY = 1.2;
/** Less is not growth: a heap's size after a collection is never quite the same. */
const MOST_GROWTH_BYTES = 1;

/** Whole texts take two bytes a character when one of them needs it. */
const WIDE = { name: 'beyond Latin-1', change: (text) => text.replace(' ', '\u3000'), bytesOf: (body) => body.length * 2 };
const NARROW = { name: 'Latin-1', change: (text) => text, bytesOf: (body) => Buffer.byteLength(body) };

const count = (value) => value.toLocaleString('en');
const bytes = (value) => `${value.toFixed(0)} B`;
const growthBytes = (value) => `${value.toFixed(2)} B`;
const megabytes = (value) => `${(value / 2 ** 20).toFixed(1)} MiB`;

export async function section({ quick }) {
  const queued = await waiting(quick ? 500 : 3_000);
  const marks = await over(quick ? 20_000 : 1_000_000);
  const [first, last] = [marks[0], marks.at(-1)];
  const growth = (last.heap - first.heap) / (last.sessions - first.sessions);
  return {
    title: 'Memory',
    text: `Heap after a full collection. First what each session holds that waits to be sent, with texts of its own, to a server that never answers; the spans are held
by nobody else. Beside it the size of its body: of its UTF-8, or where a text is beyond Latin-1, of its UTF-16. Then how the heap of one process
goes on while sessions come, each of a root and a model call below it, and are delivered.`,
    tables: [
      {
        head: ['waiting session', 'holds', 'body', 'ratio'],
        rows: queued.map((row) => [row.name, bytes(row.held), bytes(row.body), `${(row.held / row.body).toFixed(2)}x`]),
      },
      { head: ['sessions delivered', 'heap'], rows: marks.map(({ sessions, heap }) => [count(sessions), megabytes(heap)]) },
    ],
    bars: [
      ...queued.map((row) => atMost(`held per waiting session, ${row.name}`, bytes(row.held), bytes(row.body), row.held / row.body, MOST_OF_BODY)),
      amountAtMost(`heap growth per session, ${count(first.sessions)} to ${count(last.sessions)}`, growthBytes(growth), growth, MOST_GROWTH_BYTES, growthBytes),
    ],
  };
}

async function waiting(sessions) {
  const server = await startFastServer([NEVER]);
  const rows = [];
  for (const fixture of FIXTURES) {
    for (const { name, change, bytesOf } of [NARROW, WIDE]) {
      const { take, serialize } = mapper(optionsFor(fixture));
      const makeSpans = spanMaker(fixture, change);
      const [first] = take(makeSpans(1));
      const body = bytesOf(`{"session":${serialize(first)}}`);
      // The first fills what is made but once.
      await heldPerSession(server.origin(NEVER), fixture, makeSpans, sessions);
      const held = await heldPerSession(server.origin(NEVER), fixture, makeSpans, sessions);
      rows.push({ name: `${fixture}, ${name}`, held, body });
    }
  }
  await server.stop();
  return rows;
}

async function heldPerSession(url, fixture, makeSpans, sessions) {
  const processor = new HoneyHiveSessionProcessor({ apiKey: 'bench-key', url, maxPendingBytes: 2 ** 40, timeoutMillis: 600_000, exportTimeoutMillis: 600_000, shutdownTimeoutMillis: 1, ...optionsFor(fixture) });
  const before = await heapAfterCollection();
  for (let index = 0; index < sessions; index += 1) end(processor, makeSpans(1)[0]);
  makeSpans(0);
  const held = (await heapAfterCollection()) - before;
  const { queued } = processor.stats();
  if (queued !== sessions) throw new Error(`${queued} sessions wait, not ${sessions}`);
  await processor.shutdown();
  return held / sessions;
}

/** Heap at ten points on the way. */
async function over(sessions) {
  const server = await startFastServer([0]);
  const processor = new HoneyHiveSessionProcessor({ apiKey: 'bench-key', url: server.origin(0) });
  const maker = traceMaker({ ...WEB_REQUEST, children: WEB_REQUEST.children.filter(isModelCall) });
  const marks = [];
  for (let done = 0; done < sessions; done += 100) {
    for (let index = 0; index < 100; index += 1) {
      const { root, children, below } = maker.whole();
      processor.onStart(root, ROOT_CONTEXT);
      for (const child of children) {
        processor.onStart(child, below);
        processor.onEnd(child);
      }
      processor.onEnd(root);
    }
    while (processor.stats().queued > 400) await turn();
    if ((done + 100) % (sessions / 10) !== 0) continue;
    await processor.forceFlush();
    marks.push({ sessions: processor.stats().delivered, heap: await heapAfterCollection() });
  }
  if (marks.at(-1).sessions !== sessions) throw new Error(`${marks.at(-1).sessions} sessions were delivered, not ${sessions}`);
  await processor.shutdown();
  await server.stop();
  return marks;
}

function end(processor, root) {
  processor.onStart(root, ROOT_CONTEXT);
  processor.onEnd(root);
}
