import { atLeast } from './bars.mjs';
import { bareLoop } from './bare-loop.mjs';
import { exporterOn, processorOn } from './delivering.mjs';
import { mapper } from './exporter-parts.mjs';
import { startFastServer } from './fast-server.mjs';
import { FIXTURES, isSmall, optionsFor, profileOf } from './fixtures.mjs';
import { micros, perSecond, ratio } from './report.mjs';
import { interleave, median, ratioOf } from './rounds.mjs';
import { spanMaker } from './spans.mjs';

/** Spans that a span processor exports at once by default. */
const BATCH = 512;
const CONNECTIONS = 32;
const LATENCIES = [0, 5, 50];
const LEAST_OF_BARE_LOOP = { plain: { 0: 0.55, 5: 0.85, 50: 0.95 }, default: { 0: 0.4, 5: 0.75, 50: 0.95 } };
const LEAST_OF_CONNECTIONS = 0.9;

export async function section({ quick }) {
  const plan = quick
    ? { latencies: [0, 5], fixtures: FIXTURES.filter(isSmall), rounds: () => 2, warmUpRounds: 1, batches: () => 1 }
    : { latencies: LATENCIES, fixtures: FIXTURES, rounds: (latency) => (latency === 50 ? 3 : 9), warmUpRounds: 2, batches: (latency) => ({ 0: 4, 5: 3, 50: 2 })[latency] };
  const rows = await endToEnd(plan);
  const name = ({ fixture, latency }) => `${fixture}, ${latency} ms`;
  return {
    title: 'End to end against a bare undici Pool with prebuilt bodies',
    text: `Server in a process of its own on 127.0.0.1, ${CONNECTIONS} connections each. dispatch: pool.dispatch with bodies that are there already, answers not
read. processor: HoneyHiveSessionProcessor, whose roots end 64 a turn of the event loop, with no batches, as the loop has none. A
BatchSpanProcessor waits for each batch of 512, and while the last of one are on their way, lanes stand idle: exporter has such
batches, and its bare loop has the same. request: pool.request, answers read as text. CPU of the sending process, all its threads.`,
    tables: [
      {
        head: ['profile, latency', 'processor', 'dispatch', 'processor / dispatch', 'exporter', 'dispatch in batches', 'exporter / dispatch in batches', 'request'],
        rows: rows.map((row) => [name(row), perSecond(row.speed.processor), perSecond(row.speed.dispatch), ratio(row.processor), perSecond(row.speed.exporter), perSecond(row.speed.dispatchInBatches), ratio(row.exporter), perSecond(row.speed.request)]),
      },
      {
        head: ['profile, latency', 'CPU processor', 'CPU exporter', 'CPU dispatch', 'CPU request', 'a lone request takes', 'connections / latency', 'share of it: processor', 'share of it: dispatch'],
        rows: rows.map((row) => [
          name(row),
          ...['processor', 'exporter', 'dispatch', 'request'].map((contender) => micros(row.cpu[contender])),
          `${row.lone.toFixed(2)} ms`,
          ...(row.latency === 0 ? ['-', '-', '-'] : [perSecond(row.most), ...['processor', 'dispatch'].map((contender) => `${(row.speed[contender] / row.most).toFixed(2)}x`)]),
        ]),
      },
    ],
    bars: [
      ...rows.map((row) => atLeast(`end to end, ${name(row)}`, perSecond(row.speed.processor), perSecond(row.speed.dispatch), row.processor, LEAST_OF_BARE_LOOP[profileOf(row.fixture)][row.latency])),
      ...rows.map((row) => atLeast(`end to end in batches, ${name(row)}`, perSecond(row.speed.exporter), perSecond(row.speed.dispatchInBatches), row.exporter, LEAST_OF_BARE_LOOP[profileOf(row.fixture)][row.latency])),
      ...rows.filter(({ latency }) => latency > 0).map((row) => {
        // Where the bare loop does not come so far, undici, the machine or the server is the limit.
        const bar = row.speed.dispatch / row.most >= LEAST_OF_CONNECTIONS ? LEAST_OF_CONNECTIONS : undefined;
        return atLeast(`of connections / latency, ${name(row)}`, perSecond(row.speed.processor), perSecond(row.most), row.speed.processor / row.most, bar);
      }),
    ],
  };
}

/** Sessions per second from the first span to the last answer, beside undici alone with prebuilt bodies. */
export async function endToEnd({ latencies, fixtures, rounds, warmUpRounds, batches }) {
  const server = await startFastServer(latencies);
  const closing = [() => server.stop()];
  try {
    const results = [];
    for (const latency of latencies) {
      const lone = await loneRequest(server.origin(latency));
      const loops = loopsAt(server.origin(latency), closing);
      const check = async (work) => assertAllArrived(await server.arrived(latency), work);
      await server.arrived(latency);
      const cases = fixtures.map((fixture) => ({ fixture, prepare: preparer(fixture, batches(latency)), contenders: { ...oursAt(server.origin(latency), closing, optionsFor(fixture)), ...loops } }));
      for (const { prepare, contenders } of cases) await interleave({ rounds: latency === 50 ? 1 : warmUpRounds, prepare, contenders, check });
      for (const { fixture, prepare, contenders } of cases) {
        const figures = await interleave({ rounds: rounds(latency), prepare, contenders, check });
        results.push({ fixture, latency, lone, most: CONNECTIONS / (lone / 1_000), ...summary(figures) });
      }
    }
    return results;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

function oursAt(url, closing, options) {
  const settings = { apiKey: 'bench-key', url, maxConcurrency: CONNECTIONS, ...options };
  const exporter = exporterOn(settings);
  const processor = processorOn(settings);
  closing.push(exporter.close, processor.close);
  return { exporter: ({ spans }) => exporter.sendInBatches(spans), processor: ({ spans }) => processor.send(spans.flat()) };
}

function loopsAt(origin, closing) {
  const [dispatching, batching, requesting] = Array.from({ length: 3 }, () => bareLoop(origin, CONNECTIONS));
  closing.push(dispatching.close, batching.close, requesting.close);
  return {
    dispatch: ({ bodies }) => dispatching.dispatch(bodies),
    async dispatchInBatches({ bodies }) {
      for (let from = 0; from < bodies.length; from += BATCH) await batching.dispatch(bodies.slice(from, from + BATCH));
    },
    request: ({ bodies }) => requesting.request(bodies),
  };
}

/** Milliseconds of a request that nothing else disturbs: timers and sockets add to the server's latency. */
async function loneRequest(origin) {
  const loop = bareLoop(origin, 1);
  const millis = [];
  for (let index = 0; index < 21; index += 1) {
    const start = performance.now();
    await loop.dispatch(['{"session":{}}']);
    millis.push(performance.now() - start);
  }
  await loop.close();
  return median(millis);
}

function preparer(fixture, batches) {
  const makeSpans = spanMaker(fixture);
  const { take, serialize } = mapper(optionsFor(fixture));

  return () => {
    const spans = Array.from({ length: batches }, () => makeSpans(BATCH));
    const bodies = spans.flatMap((batch) => take(batch).map((session) => `{"session":${serialize(session)}}`));
    return { count: bodies.length, spans, bodies, bytes: bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0) };
  };
}

function assertAllArrived({ requests, bytes }, work) {
  if (requests === work.count && bytes === work.bytes) return;
  throw new Error(`the server was sent ${requests} requests with ${bytes} bytes instead of ${work.count} with ${work.bytes}`);
}

function summary(figures) {
  const by = (read) => Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, read(figure)]));
  return {
    speed: by(({ wall }) => 1e6 / median(wall)),
    cpu: by(({ cpu }) => median(cpu)),
    // Times are paired by round; their inverse is the ratio of speeds.
    processor: ratioOf(figures.dispatch.wall, figures.processor.wall),
    exporter: ratioOf(figures.dispatchInBatches.wall, figures.exporter.wall),
  };
}
