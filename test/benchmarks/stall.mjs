import { amountAtMost, atMost } from './bars.mjs';
import { exporterOn, processorOn } from './delivering.mjs';
import { startFastServer } from './fast-server.mjs';
import { FIXTURES, isSmall, optionsFor } from './fixtures.mjs';
import { naiveExporter } from './naive.mjs';
import { ratio } from './report.mjs';
import { emptyNursery, median, ratioOf } from './rounds.mjs';
import { spanMaker } from './spans.mjs';

const DUE = 512;
const CONNECTIONS = 32;
const MOST_OF_NAIVE = 1 / 3;
const MOST_MILLIS = 10;

const millis = (value) => `${value.toFixed(1)} ms`;

export async function section({ quick }) {
  const rows = await stalls(quick ? { latencies: [5], fixtures: FIXTURES.filter((fixture) => !isSmall(fixture)), rounds: 2, warmUpRounds: 1 } : { latencies: [0, 5], fixtures: FIXTURES, rounds: 15, warmUpRounds: 5 });
  const name = ({ fixture, latency }) => `${fixture}, ${latency} ms`;
  return {
    title: `How long the event loop stands still when ${DUE} sessions are due at once`,
    text: `The longest time between two turns of the event loop from the first span to the last answer, in each round: of export() of ${DUE} roots, of the
processor when as many roots end in one turn, and of the naive way: every span mapped into an object, each of them through
JSON.stringify, all of them sent by pool.request, then waited for. ${CONNECTIONS} connections each.`,
    tables: [
      {
        head: ['profile, latency', 'export', 'processor', 'naive', 'export / naive', 'processor / naive', 'whole: export', 'whole: processor', 'whole: naive'],
        rows: rows.map((row) => [name(row), ...['exporter', 'processor', 'naive'].map((contender) => millis(row.gap[contender])), ratio(row.exporter), ratio(row.processor), ...['exporter', 'processor', 'naive'].map((contender) => millis(row.whole[contender]))]),
      },
    ],
    bars: rows.flatMap((row) => [
      atMost(`longest stall, ${name(row)}`, millis(row.gap.exporter), millis(row.gap.naive), row.exporter, MOST_OF_NAIVE),
      ...(isSmall(row.fixture) ? [] : [amountAtMost(`longest stall, ${name(row)}`, millis(row.gap.exporter), row.gap.exporter, MOST_MILLIS, millis)]),
    ]),
  };
}

async function stalls({ latencies, fixtures, rounds, warmUpRounds }) {
  const server = await startFastServer(latencies);
  const closing = [() => server.stop()];
  try {
    const cases = latencies.flatMap((latency) => fixtures.map((fixture) => ({ latency, fixture, makeSpans: spanMaker(fixture), contenders: contendersAt(server.origin(latency), fixture, closing) })));
    for (const { makeSpans, contenders } of cases) await gaps({ rounds: warmUpRounds, makeSpans, contenders });
    const rows = [];
    for (const { latency, fixture, makeSpans, contenders } of cases) {
      const { longest, whole } = await gaps({ rounds, makeSpans, contenders });
      rows.push({ fixture, latency, gap: mapValues(longest, median), whole: mapValues(whole, median), exporter: ratioOf(longest.exporter, longest.naive), processor: ratioOf(longest.processor, longest.naive) });
    }
    return rows;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

function contendersAt(url, fixture, closing) {
  const options = { apiKey: 'bench-key', url, maxConcurrency: CONNECTIONS, ...optionsFor(fixture) };
  const exporter = exporterOn(options);
  const processor = processorOn(options, DUE);
  const naive = naiveExporter(url, CONNECTIONS);
  closing.push(exporter.close, processor.close, naive.close);
  return { exporter: exporter.exported, processor: processor.send, naive: naive.send };
}

/** Milliseconds, by contender and round: the longest between two turns of the event loop, and the whole. */
async function gaps({ rounds, makeSpans, contenders }) {
  const names = Object.keys(contenders);
  const longest = mapValues(contenders, () => []);
  const whole = mapValues(contenders, () => []);
  for (let round = 0; round < rounds; round += 1) {
    for (let index = 0; index < names.length; index += 1) {
      const name = names[(round + index) % names.length];
      const spans = makeSpans(DUE).slice();
      emptyNursery();
      const figures = await longestGap(() => contenders[name](spans));
      longest[name].push(figures.longest);
      whole[name].push(figures.whole);
    }
  }
  return { longest, whole };
}

async function longestGap(work) {
  const start = performance.now();
  let last = start;
  let longest = 0;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  let next = setImmediate(function again() {
    look();
    next = setImmediate(again);
  });
  await work();
  clearImmediate(next);
  look();
  return { longest, whole: last - start };
}

const mapValues = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
