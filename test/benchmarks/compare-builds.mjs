import * as newBuild from '../../dist/esm/index.js';
import { processorOn } from './delivering.mjs';
import { mapper as newMapper, mapperOf } from './exporter-parts.mjs';
import { startFastServer } from './fast-server.mjs';
import { feeding } from './feeding.mjs';
import { FIXTURES, optionsFor } from './fixtures.mjs';
import { perChild } from './per-child.mjs';
import { micros, ratio } from './report.mjs';
import { interleave, median, ratioOf } from './rounds.mjs';
import { spanMaker } from './spans.mjs';
import { traceMaker } from './trace-maker.mjs';
import { WEB_REQUEST } from './trace-shapes.mjs';

const BATCH = 512;
const LATENCIES = [0, 5];
const NEW = 'new';
const OLD = 'old';

/** Another build of the exporter, of the repository at `BENCH_OLD_ROOT`, beside the one that is here. */
export async function section({ quick }) {
  const oldRoot = process.env.BENCH_OLD_ROOT;
  const builds = { [OLD]: await import(new URL('dist/esm/index.js', oldRoot).href), [NEW]: newBuild };
  const plan = quick ? { rounds: 5, warmUpRounds: 2 } : { rounds: 25, warmUpRounds: 8 };
  const rows = [...(await mapping(oldRoot, plan)), ...(await children(builds, plan)), ...(await wholeRequests(builds, plan)), ...(await endToEnd(builds, plan))];
  return {
    title: 'The build that is here against another',
    text: `Both in one process, in turns, on the same spans. Below 1 the new one is faster.`,
    tables: [{ head: ['what', 'old', 'new', 'new / old'], rows: rows.map(({ name, old, now, figure }) => [name, micros(old), micros(now), ratio(figure)]) }],
    bars: [],
  };
}

async function mapping(oldRoot, plan) {
  let oldMapper;
  try {
    oldMapper = await mapperOf(oldRoot);
  } catch (error) {
    console.error(`map + serialize is left out, the other build has other files: ${error.message}`);
    return [];
  }
  const cases = FIXTURES.map((fixture) => {
    const makeSpans = spanMaker(fixture);
    const contenders = mapValues({ [OLD]: oldMapper, [NEW]: newMapper }, (mapper) => {
      const { take, serialize } = mapper(optionsFor(fixture));
      return ({ spans }) => take(spans).forEach((session) => flat(serialize(session)));
    });
    return { name: `map + serialize, ${fixture}`, prepare: () => ({ count: BATCH, spans: makeSpans(BATCH).slice() }), contenders };
  });
  return inTurns(cases, plan, 'wall');
}

async function children(builds, { rounds }) {
  const rows = [];
  for (const openTraces of [1_000, 100, 10_000]) {
    const processors = mapValues(builds, (build) => leavingOut(build, { maxOpenTraces: 2 * openTraces }));
    const figures = await perChild({ openTraces, rounds, processors });
    await Promise.all(Object.values(processors).map((processor) => processor.shutdown()));
    for (const kind of ['unneeded', 'folded']) {
      const [old, now] = [figures[OLD][kind], figures[NEW][kind]];
      rows.push({ openTraces, name: `child ${kind}, ${openTraces.toLocaleString('en')} open traces`, old: median(old) / 1_000, now: median(now) / 1_000, figure: ratioOf(now, old) });
    }
  }
  // The first is warm-up.
  return rows.filter(({ openTraces }) => openTraces !== 1_000);
}

async function wholeRequests(builds, plan) {
  const maker = traceMaker(WEB_REQUEST);
  const processors = mapValues(builds, (build) => leavingOut(build));
  const requests = 500;
  const rows = await inTurns([{ name: 'ten spans through the processor, CPU', prepare: () => ({ count: requests, requests: Array.from({ length: requests }, maker.whole) }), contenders: mapValues(processors, feeding) }], plan, 'cpu');
  await Promise.all(Object.values(processors).map((processor) => processor.shutdown()));
  return rows;
}

async function endToEnd(builds, plan) {
  const server = await startFastServer(LATENCIES);
  const sending = [];
  const cases = LATENCIES.flatMap((latency) =>
    FIXTURES.map((fixture) => {
      const makeSpans = spanMaker(fixture);
      const contenders = mapValues(builds, (build) => {
        const processor = processorOn({ apiKey: 'bench-key', url: server.origin(latency), ...optionsFor(fixture) }, undefined, build);
        sending.push(processor);
        return ({ spans }) => processor.send(spans);
      });
      return { name: `end to end, ${fixture}, ${latency} ms`, prepare: () => ({ count: BATCH, spans: makeSpans(BATCH).slice() }), contenders };
    }),
  );
  try {
    return await inTurns(cases, plan, 'wall');
  } finally {
    for (const { close } of sending) await close();
    await server.stop();
  }
}

async function inTurns(cases, { rounds, warmUpRounds }, figure) {
  for (const { prepare, contenders } of cases) await interleave({ rounds: warmUpRounds, prepare, contenders });
  const rows = [];
  for (const { name, prepare, contenders } of cases) {
    const figures = await interleave({ rounds, prepare, contenders });
    rows.push({ name, old: median(figures[OLD][figure]), now: median(figures[NEW][figure]), figure: ratioOf(figures[NEW][figure], figures[OLD][figure]) });
  }
  return rows;
}

const leavingOut = ({ HoneyHiveSessionProcessor }, options) => new HoneyHiveSessionProcessor({ apiKey: 'bench-key', url: 'http://127.0.0.1', sessionFilter: () => false, ...options });
const flat = (text) => text.charCodeAt(text.length - 1);
const mapValues = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
