import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

export const collectGarbage = () => gc();

/** Bytes of all that somebody holds: what is left for finalisers and weak references is collected with the next. */
export async function heapAfterCollection() {
  for (let times = 0; times < 3; times += 1) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  gc();
  return process.memoryUsage().heapUsed;
}

/** So that nobody pays for what another, or the preparation, left there. */
export function emptyNursery() {
  gc({ type: 'minor' });
  gc({ type: 'minor' });
}

/**
 * Runs every contender once a round, each round beginning with another one: whatever slows the
 * machine for a while then slows all of them, and a ratio taken within a round stands.
 *
 * `prepare` makes the work of a round, `{ count, ... }`, and `check` looks at what a contender did
 * with it; neither is timed.
 * Gives wall and CPU microseconds per piece of work, by contender and round. CPU counts all
 * threads of this process: the garbage collector's work is part of the price.
 */
export async function interleave({ rounds, prepare, contenders, check }) {
  const names = Object.keys(contenders);
  const figures = Object.fromEntries(names.map((name) => [name, { wall: [], cpu: [] }]));
  for (let round = 0; round < rounds; round += 1) {
    const work = await prepare();
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length];
      emptyNursery();
      const cpuBefore = process.cpuUsage();
      const start = performance.now();
      await contenders[name](work);
      const wall = performance.now() - start;
      const cpu = process.cpuUsage(cpuBefore);
      figures[name].wall.push((wall * 1000) / work.count);
      figures[name].cpu.push((cpu.user + cpu.system) / work.count);
      await check?.(work);
    }
  }
  return figures;
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The ratio of two lists of figures, paired by round: median, least and largest. */
export function ratioOf(ours, theirs) {
  const ratios = ours.map((value, round) => value / theirs[round]);
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}
