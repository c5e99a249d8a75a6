import { bareLoop } from './bare-loop.mjs';
import { processorOn } from './delivering.mjs';
import { mapper } from './exporter-parts.mjs';
import { startFastServer } from './fast-server.mjs';
import { optionsFor } from './fixtures.mjs';
import { interleave, median } from './rounds.mjs';
import { spanMaker } from './spans.mjs';

const FIXTURE = 'default-2.6kb';
const CONNECTIONS = [1, 2, 4, 8, 16, 32, 64, 128];
const LATENCIES = [0, 5];

/** `{ axis, series, x, micros }` of each number of connections. */
export async function growthOverConnections({ quick }) {
  const server = await startFastServer(LATENCIES);
  const makeSpans = spanMaker(FIXTURE);
  const { take, serialize } = mapper(optionsFor(FIXTURE));
  const points = [];
  for (const latency of LATENCIES) {
    for (const connections of quick ? [1, 32] : CONNECTIONS) {
      const url = server.origin(latency);
      const processor = processorOn({ apiKey: 'bench-key', url, maxConcurrency: connections, ...optionsFor(FIXTURE) });
      const loop = bareLoop(url, connections);
      const count = Math.max(64, connections * 16);
      const prepare = () => {
        const spans = makeSpans(count).slice();
        return { count, spans, bodies: take(spans).map((session) => `{"session":${serialize(session)}}`) };
      };
      const contenders = { processor: ({ spans }) => processor.send(spans), dispatch: ({ bodies }) => loop.dispatch(bodies) };
      await interleave({ rounds: quick ? 1 : 2, prepare, contenders });
      const figures = await interleave({ rounds: quick ? 2 : 5, prepare, contenders });
      for (const name of Object.keys(contenders)) points.push({ axis: 'connections', series: `${name}, ${latency} ms`, x: connections, micros: median(figures[name].wall) });
      await processor.close();
      await loop.close();
    }
  }
  await server.stop();
  return points;
}
