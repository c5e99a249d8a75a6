import { ROOT_CONTEXT } from '@opentelemetry/api';
import { emptyNursery, median } from './rounds.mjs';
import { CHILDREN, isModelCall, isUnneeded, webRequests } from './web-requests.mjs';

/** Spans between two looks at the clock: they have just ended, and are in the processor's cache as in a service. */
const GROUP = 30;
const GROUPS = 18 * CHILDREN;
/** Of the SDK's queue: past it, it drops what it is given. */
const MOST_QUEUED = 512;

/**
 * Nanoseconds of `onStart` and `onEnd` of one child, by processor and kind: `{ unneeded, folded }`.
 * Each group's children are of one kind and of traces drawn at random from those that are open; as
 * many traces end as begin, and each has had about nine children then.
 */
export async function perChild({ openTraces, rounds, ours, batching }) {
  const processors = { ours: ours({ maxOpenTraces: 2 * openTraces }), batching: batching() };
  const names = Object.keys(processors);
  const maker = webRequests();
  const open = [];
  const random = randomBelow(openTraces);
  const begin = (at) => {
    open[at] = maker.startRoot();
    for (const name of names) processors[name].onStart(open[at].root, ROOT_CONTEXT);
  };
  const end = (at) => {
    open[at].root.end();
    for (const name of names) processors[name].onEnd(open[at].root);
  };
  /** @returns milliseconds by processor. */
  const group = (index, first) => {
    const traces = Array.from({ length: GROUP }, () => open[random()]);
    const spans = traces.map((trace) => maker.child(index, trace));
    return Object.fromEntries(names.map((_, turn) => names[(first + turn) % names.length]).map((name) => [name, feed(processors[name], spans, traces)]));
  };
  const flush = () => Promise.all(names.map((name) => processors[name].forceFlush()));

  for (let at = 0; at < openTraces; at += 1) begin(at);
  for (let at = 0; at < (openTraces * CHILDREN) / 2; at += GROUP) {
    group(at % CHILDREN, 0);
    if (at % MOST_QUEUED < GROUP) await flush();
  }
  const figures = Object.fromEntries(names.map((name) => [name, { unneeded: [], folded: [] }]));
  let oldest = 0;
  for (let round = 0; round < rounds; round += 1) {
    emptyNursery();
    const sums = Object.fromEntries(names.map((name) => [name, { unneeded: 0, folded: 0 }]));
    for (let done = 0; done < GROUPS; done += 1) {
      const index = done % CHILDREN;
      const millis = group(index, done);
      const kind = isModelCall(index) ? 'folded' : isUnneeded(index) ? 'unneeded' : undefined;
      if (kind !== undefined) for (const name of names) sums[name][kind] += millis[name];
      for (let ended = 0; ended < GROUP / CHILDREN; ended += 1) {
        end(oldest);
        begin(oldest);
        oldest = (oldest + 1) % openTraces;
      }
      if (done % 8 === 0) await flush();
    }
    for (const name of names) for (const [kind, is] of Object.entries({ unneeded: isUnneeded, folded: isModelCall })) figures[name][kind].push((sums[name][kind] * 1e6) / (GROUP * countOf(is)));
  }
  const { heldRoots, startedTraces } = processors.ours.stats();
  if (startedTraces !== openTraces || heldRoots !== 0) throw new Error(`${startedTraces} traces are open and ${heldRoots} roots held, not ${openTraces} and none`);
  for (const name of names) await processors[name].shutdown();
  return { openTraces, ...Object.fromEntries(names.map((name) => [name, { unneeded: median(figures[name].unneeded), folded: median(figures[name].folded) }])) };
}

function feed(processor, spans, traces) {
  const start = performance.now();
  for (let index = 0; index < spans.length; index += 1) {
    processor.onStart(spans[index], traces[index].below);
    processor.onEnd(spans[index]);
  }
  return performance.now() - start;
}

/** Groups of a kind in a round. */
const countOf = (is) => (GROUPS / CHILDREN) * Array.from({ length: CHILDREN }, (_, index) => index).filter(is).length;

/** The same numbers in every run. */
function randomBelow(limit) {
  let seed = 1;
  return () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
}
