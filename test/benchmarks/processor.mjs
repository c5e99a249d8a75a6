import { setImmediate as turn } from 'node:timers/promises';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { HoneyHiveSessionProcessor } from '../../dist/esm/index.js';
import { amountAtMost, atMost } from './bars.mjs';
import { AT_ONCE, feeding, REQUESTS_A_TURN } from './feeding.mjs';
import { LeastProcessor } from './least-processor.mjs';
import { perChild } from './per-child.mjs';
import { interleave, median, ratioOf } from './rounds.mjs';
import { ratio } from './report.mjs';
import { traceMaker } from './trace-maker.mjs';
import { isModelCall, WEB_REQUEST } from './trace-shapes.mjs';

const MOST_NANOS = { 100: { unneeded: 80, folded: 300 }, 10_000: { unneeded: 200, folded: 300 } };
const MOST_OF_BATCHING = 0.8;

const nanos = (value) => `${value.toFixed(0)} ns`;
const count = (value) => value.toLocaleString('en');

export async function section({ quick }) {
  const plan = quick ? { rounds: 3, warmUpRounds: 1, requests: 300 } : { rounds: 31, warmUpRounds: 5, requests: 1_000 };
  // The first is warm-up: code that has run but for a moment is not what a service has.
  const openTraces = [1_000, 100, 10_000];
  const children = [];
  for (const open of openTraces) children.push(await childrenOf(open, quick ? 5 : 60));
  const totals = await totalCpu(plan);
  return {
    title: 'Spans through the processor',
    text: `Real spans of SDK 2. First what onStart and onEnd of one child take, with so many traces open: of Express, pg or redis (nothing of it is needed) and of
a model call (folded into the digest of its trace), less what the loop and the clock take. Then the CPU of all threads per span of whole requests, ${count(AT_ONCE)} at once, one root and nine or eight
children each, which have been made before: 'whole' is a tracer that makes them as well. Ours builds nothing of the roots (a filter leaves
all out), as BatchSpanProcessor's exporter does nothing. Least: one look into a Map at each start and end, each key read, a model call's values kept, and nothing else.`,
    tables: [
      {
        head: ['open traces', 'not needed', 'folded', 'least: not needed', 'least: kept', 'BatchSpanProcessor: not needed', 'BatchSpanProcessor: model call'],
        rows: children.slice(1).map(({ openTraces: open, ...figures }) => [count(open), ...['ours', 'least', 'batching'].flatMap((name) => [figures[name].unneeded, figures[name].folded]).map(nanos)]),
      },
      {
        head: ['requests', 'ours', 'least', 'BatchSpanProcessor', 'ratio', 'least / BatchSpanProcessor', 'whole: no processor', 'whole: ours', 'whole: least', 'whole: BatchSpanProcessor'],
        rows: totals.map((row) => [row.name, nanos(row.ours), nanos(row.least), nanos(row.batching), ratio(row.ratio), ratio(row.leastRatio), ...row.whole.map(nanos)]),
      },
    ],
    bars: [
      ...children.slice(1).flatMap(({ openTraces: open, ours }) => [
        amountAtMost(`child not needed, ${count(open)} open traces`, nanos(ours.unneeded), ours.unneeded, MOST_NANOS[open].unneeded, nanos),
        amountAtMost(`child folded, ${count(open)} open traces`, nanos(ours.folded), ours.folded, MOST_NANOS[open].folded, nanos),
      ]),
      ...totals.map((row) => atMost(`CPU per span, ${row.name}`, nanos(row.ours), nanos(row.batching), row.ratio, MOST_OF_BATCHING)),
    ],
  };
}

async function childrenOf(openTraces, rounds) {
  const ours = processors.ours({ maxOpenTraces: 2 * openTraces });
  const batching = processors.batching();
  const figures = await perChild({ openTraces, rounds, processors: { ours, least: new LeastProcessor(), batching } });
  const { startedTraces, heldRoots, evictedTraces } = ours.stats();
  if (startedTraces !== openTraces || heldRoots !== 0 || evictedTraces !== 0) throw new Error(`${startedTraces} traces are open, ${heldRoots} roots held, ${evictedTraces} traces evicted; not ${openTraces}, none and none`);
  await Promise.all([ours.shutdown(), batching.shutdown()]);
  return { openTraces, ...mapValues(figures, (kinds) => mapValues(kinds, median)) };
}

const processors = {
  ours: (options) => new HoneyHiveSessionProcessor({ apiKey: 'bench-key', url: 'http://127.0.0.1', sessionFilter: () => false, ...options }),
  batching: () => new BatchSpanProcessor({ export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} }),
};

async function totalCpu({ rounds, warmUpRounds, requests }) {
  const loads = { 'with a model call': WEB_REQUEST, 'without a model call': { ...WEB_REQUEST, children: WEB_REQUEST.children.filter((span) => !isModelCall(span)) } };
  const fed = { ours: processors.ours(), least: new LeastProcessor(), batching: processors.batching() };
  const within = { none: undefined, ours: processors.ours(), least: new LeastProcessor(), batching: processors.batching() };
  const cases = Object.entries(loads).map(([name, shape]) => {
    const maker = traceMaker(shape);
    return {
      name,
      prepare: () => ({ count: requests * (shape.children.length + 1), requests: Array.from({ length: requests }, maker.whole) }),
      contenders: { ...mapValues(fed, feeding), ...Object.fromEntries(Object.entries(within).map(([name, processor]) => [`whole ${name}`, making(shape, processor)])) },
    };
  });
  for (const { prepare, contenders } of cases) await interleave({ rounds: warmUpRounds, prepare, contenders });
  const results = [];
  for (const { name, prepare, contenders } of cases) {
    const figures = await interleave({ rounds, prepare, contenders });
    const cpu = (contender) => median(figures[contender].cpu) * 1_000;
    const { ours, least, batching } = figures;
    const ratios = { ratio: ratioOf(ours.cpu, batching.cpu), leastRatio: ratioOf(least.cpu, batching.cpu) };
    results.push({ name, ours: cpu('ours'), least: cpu('least'), batching: cpu('batching'), ...ratios, whole: ['whole none', 'whole ours', 'whole least', 'whole batching'].map(cpu) });
  }
  for (const processor of [...Object.values(fed), ...Object.values(within)]) await processor?.shutdown();
  return results;
}

/** As many requests, made for it. */
function making(shape, processor) {
  const maker = traceMaker(shape, { spanProcessors: processor === undefined ? [] : [processor] });
  return async ({ requests }) => {
    for (let index = 0; index < requests.length; index += 1) {
      maker.whole();
      if (index % REQUESTS_A_TURN === 0) await turn();
    }
    await processor?.forceFlush();
  };
}

const mapValues = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
