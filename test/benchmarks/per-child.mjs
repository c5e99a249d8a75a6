import { ROOT_CONTEXT } from '@opentelemetry/api';
import { emptyNursery, median } from './rounds.mjs';
import { traceMaker } from './trace-maker.mjs';
import { isModelCall, isUnneeded, WEB_REQUEST } from './trace-shapes.mjs';

/** Spans between two looks at the clock: they have just ended, and are in the processor's cache as in a service. */
const GROUP = 10;
const STEPS = 50;
const STEPS_A_FLUSH = 5;
const KINDS = WEB_REQUEST.children.map((span) => (isModelCall(span) ? 'folded' : isUnneeded(span) ? 'unneeded' : 'other'));
const CHILDREN = KINDS.length;

/**
 * Nanoseconds of `onStart` and `onEnd` of one child, by processor, kind (`unneeded`, `folded`) and round.
 *
 * Requests follow one another, each with its nine children in the same order and at equal distances:
 * while one begins, as many others end, and between two children of one come those of all others.
 *
 * @param processors by name.
 */
export async function perChild({ openTraces, rounds, processors }) {
  const timed = { none: { onStart() {}, onEnd() {}, async forceFlush() {} }, ...processors };
  const names = Object.keys(timed);
  const maker = traceMaker(WEB_REQUEST);
  /** A ring: at `oldest` is the request that began first. */
  const open = [];
  let oldest = 0;
  const flush = () => Promise.all(names.map((name) => timed[name].forceFlush()));

  function begin(at) {
    open[at] = maker.startRoot();
    for (const name of names) timed[name].onStart(open[at].root, ROOT_CONTEXT);
  }

  /** One child of some kind in each of so many requests. Adds up the milliseconds. */
  function group(index, first, sums) {
    // Those that are so old that this child is next, the first child of the youngest.
    const from = oldest + Math.floor((openTraces * (CHILDREN - 1 - index)) / CHILDREN);
    const traces = Array.from({ length: GROUP }, (_, offset) => open[(from + offset) % openTraces]);
    const spans = traces.map((trace) => maker.child(index, trace));
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(first + turn) % names.length];
      sums[name][KINDS[index]] += feed(timed[name], spans, traces);
    }
  }

  /** So many requests end and begin, and as many others have each of their children. */
  function step(first, sums) {
    for (let index = 0; index < CHILDREN; index += 1) group(index, first + index, sums);
    for (let ended = 0; ended < GROUP; ended += 1) {
      open[oldest].root.end();
      for (const name of names) timed[name].onEnd(open[oldest].root);
      begin(oldest);
      oldest = (oldest + 1) % openTraces;
    }
  }

  async function steps(count) {
    const sums = Object.fromEntries(names.map((name) => [name, { unneeded: 0, folded: 0, other: 0 }]));
    for (let done = 0; done < count; done += 1) {
      step(done, sums);
      // No queue is ever full.
      if (done % STEPS_A_FLUSH === 0) await flush();
    }
    return sums;
  }

  for (let at = 0; at < openTraces; at += 1) begin(at);
  await steps(openTraces / GROUP);
  const figures = Object.fromEntries(names.map((name) => [name, { unneeded: [], folded: [] }]));
  for (let round = 0; round < rounds; round += 1) {
    emptyNursery();
    const sums = await steps(STEPS);
    for (const name of names) for (const kind of ['unneeded', 'folded']) figures[name][kind].push((sums[name][kind] * 1e6) / (STEPS * GROUP * countOf(kind)));
  }
  // The clock and the loop are none of the processors' business.
  const nanos = (name, kind) => figures[name][kind].map((value) => value - median(figures.none[kind]));
  return Object.fromEntries(Object.keys(processors).map((name) => [name, { unneeded: nanos(name, 'unneeded'), folded: nanos(name, 'folded') }]));
}

function feed(processor, spans, traces) {
  const start = performance.now();
  for (let index = 0; index < spans.length; index += 1) {
    processor.onStart(spans[index], traces[index].below);
    processor.onEnd(spans[index]);
  }
  return performance.now() - start;
}

const countOf = (kind) => KINDS.filter((is) => is === kind).length;
