// A process that makes root spans and sends their sessions, by our processor or as bodies that are there
// already by undici alone, and leaves. `cold.mjs` runs it: CONTENDER ORIGIN FIXTURE COUNT BODIES-FILE.
// Prints the CPU of the whole process and, of the sending alone, wall, CPU, and CPU until the process is at rest, in milliseconds.
import { readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { optionsFor } from './fixtures.mjs';
import { spanMaker } from './spans.mjs';

const CONNECTIONS = 32;
const [contender, origin, fixture, count, file] = process.argv.slice(2);
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

// Both have what the other works with.
const spans = spanMaker(fixture)(Number(count)).slice();
const bodies = JSON.parse(readFileSync(file, 'utf8'));
// Both load what they send with in the end: of a service's start it is a part.
const send = contender === 'ours' ? await ours() : await undici();
const begun = { wall: performance.now(), cpu: cpu() };
const close = await send();
const sending = { wall: performance.now() - begun.wall, cpu: cpu() - begun.cpu };
if (spans.length > 1) sending.cpuToRest = (await cpuAtRest()) - begun.cpu;
await close();
process.on('exit', () => writeSync(1, JSON.stringify({ cpu: cpu(), sending })));

/** V8 goes on to compile what was sent with on other threads, undici's parser above all: who is done soon has begun that, too. */
async function cpuAtRest() {
  for (let before = cpu(); ; ) {
    await sleep(50);
    const now = cpu();
    if (now - before < 2) return before;
    before = now;
  }
}

async function ours() {
  const { processorOn } = await import('./delivering.mjs');
  // Loaded at the first send otherwise. The other has it, too.
  if (spans.length > 1) await import('undici');
  return async () => {
    const processor = processorOn({ apiKey: 'bench-key', url: origin, maxConcurrency: CONNECTIONS, ...optionsFor(fixture) });
    await processor.send(spans);
    return processor.close;
  };
}

async function undici() {
  const { bareLoop } = await import('./bare-loop.mjs');
  return async () => {
    const loop = bareLoop(origin, CONNECTIONS);
    await loop.dispatch(bodies);
    return loop.close;
  };
}
