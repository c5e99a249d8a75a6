import { HoneyHiveSessionExporter } from '../../dist/esm/index.js';
import { bareLoop } from './bare-loop.mjs';
import { mapper, optionsFor } from './exporter-parts.mjs';
import { startFastServer } from './fast-server.mjs';
import { interleave, median, ratioOf } from './rounds.mjs';
import { spanMaker } from './spans.mjs';

/** Spans that a span processor exports at once by default. */
const BATCH = 512;
const CONNECTIONS = 32;
const LATENCIES = [0, 5];

/**
 * Sessions per second from `export` to the last callback, beside undici alone with prebuilt bodies.
 *
 * Batches follow one another as from a span processor, each waited for: while the last sessions of
 * a batch are on their way, lanes stand idle. The bare loop has no batches; that is part of the
 * price shown.
 */
export async function endToEnd(fixtures, { rounds, warmUpRounds, batches }) {
  const server = await startFastServer(LATENCIES);
  const closing = [() => server.stop()];
  try {
    const results = [];
    for (const latency of LATENCIES) {
      const loops = loopsAt(latency, server, closing);
      const check = async (work) => assertAllArrived(await server.arrived(latency), work);
      const cases = fixtures.map((fixture) => ({
        fixture,
        prepare: preparer(fixture, batches(latency)),
        contenders: { ours: exporterAt(latency, server, closing, optionsFor(fixture)), ...loops },
      }));
      for (const { prepare, contenders } of cases) await interleave({ rounds: warmUpRounds, prepare, contenders, check });
      for (const { fixture, prepare, contenders } of cases) {
        const figures = await interleave({ rounds, prepare, contenders, check });
        results.push({ fixture, latency, ...summary(figures) });
      }
    }
    return results;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

function exporterAt(latency, server, closing, options) {
  const exporter = new HoneyHiveSessionExporter({ apiKey: 'bench-key', url: server.origin(latency), maxConcurrency: CONNECTIONS, ...options });
  closing.push(() => exporter.shutdown());
  return async ({ spans }) => {
    for (const batch of spans) await exported(exporter, batch);
  };
}

function loopsAt(latency, server, closing) {
  const dispatching = bareLoop(server.origin(latency), CONNECTIONS);
  const requesting = bareLoop(server.origin(latency), CONNECTIONS);
  closing.push(dispatching.close, requesting.close);
  return { dispatch: ({ bodies }) => dispatching.dispatch(bodies), request: ({ bodies }) => requesting.request(bodies) };
}

function exported(exporter, batch) {
  return new Promise((resolve, reject) => {
    exporter.export(batch, ({ code, error }) => (code === 0 ? resolve() : reject(error)));
  });
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

function summary({ ours, dispatch, request }) {
  const perSecond = ({ wall }) => 1e6 / median(wall);
  return {
    ours: { perSecond: perSecond(ours), cpu: median(ours.cpu) },
    dispatch: { perSecond: perSecond(dispatch), cpu: median(dispatch.cpu) },
    request: { perSecond: perSecond(request), cpu: median(request.cpu) },
    // Times are paired by round; their inverse is the ratio of speeds.
    ratio: ratioOf(dispatch.wall, ours.wall),
    ratioToRequest: ratioOf(request.wall, ours.wall),
    cpuRatio: ratioOf(ours.cpu, dispatch.cpu),
  };
}
