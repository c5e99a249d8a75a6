import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { atMost } from './bars.mjs';
import { mapper } from './exporter-parts.mjs';
import { startFastServer } from './fast-server.mjs';
import { optionsFor } from './fixtures.mjs';
import { ratio } from './report.mjs';
import { median, ratioOf } from './rounds.mjs';
import { spanMaker } from './spans.mjs';

const run = promisify(execFile);
const FIXTURES = ['plain-2.6kb', 'default-2.6kb'];
const FIRST = 500;
const MOST_ONCE = 1.3;
const MOST_FIRST = 2;
const CONTENDERS = ['undici', 'ours'];

const MEASURES = ['wall', 'CPU', 'CPU to rest'];

const millis = (value) => `${value.toFixed(1)} ms`;

export async function section({ quick }) {
  const rows = await cold(quick ? { rounds: 2, fixtures: FIXTURES.slice(1) } : { rounds: 15, fixtures: FIXTURES });
  return {
    title: 'Cold: a process that has just started',
    text: `Each figure is of processes of their own, in turns. One session: from the start of the process to its end, which makes a span with the SDK and sends it
through our processor, or sends one body that is there already with undici alone. The first ${FIRST}: from the first span to the last
answer; the spans are there, and what sends them is loaded. CPU is that of all threads; to rest: until V8's other threads are done with
what they have begun to compile, most of which is undici's parser, whose compilation goes on after the last answer to the bare loop.`,
    tables: [
      {
        head: ['what', ...MEASURES.flatMap((measure) => [`${measure}: ours`, `${measure}: undici`, `ratio of ${measure}`])],
        rows: rows.map(({ name, figures }) => [name, ...MEASURES.flatMap((measure) => (figures[measure] ? cells(figures[measure]) : ['-', '-', '-']))]),
      },
    ],
    bars: rows.flatMap(({ name, bar, figures }) => Object.entries(figures).map(([measure, figure]) => atMost(`${measure}, ${name}`, millis(figure.ours), millis(figure.undici), figure.ratio, bar))),
  };
}

async function cold({ rounds, fixtures }) {
  const server = await startFastServer([0]);
  const folder = mkdtempSync(join(tmpdir(), 'bench-cold-'));
  try {
    const rows = [];
    for (const fixture of fixtures) {
      for (const count of [1, FIRST]) {
        const file = join(folder, `${fixture}-${count}.json`);
        writeFileSync(file, JSON.stringify(bodies(fixture, count)));
        const measures = count === 1 ? MEASURES.slice(0, 2) : MEASURES;
        const figures = Object.fromEntries(measures.map((measure) => [measure, { ours: [], undici: [] }]));
        for (let round = 0; round < rounds; round += 1) {
          for (const contender of round % 2 === 0 ? CONTENDERS : CONTENDERS.toReversed()) {
            const spent = await start([contender, server.origin(0), fixture, String(count), file], count === 1);
            for (const measure of measures) figures[measure][contender].push(spent[measure]);
            const { requests } = await server.arrived(0);
            if (requests !== count) throw new Error(`${contender} sent ${requests} sessions instead of ${count}`);
          }
        }
        rows.push({ name: `${count === 1 ? 'one session' : `the first ${FIRST}`}, ${fixture}`, bar: count === 1 ? MOST_ONCE : MOST_FIRST, figures: Object.fromEntries(measures.map((measure) => [measure, summary(figures[measure])])) });
      }
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
    await server.stop();
  }
}

function bodies(fixture, count) {
  const { take, serialize } = mapper(optionsFor(fixture));
  return take(spanMaker(fixture)(count)).map((session) => `{"session":${serialize(session)}}`);
}

/** @returns milliseconds of the whole process, or of its sending alone. */
async function start(args, whole) {
  const begun = performance.now();
  const { stdout } = await run(process.execPath, [fileURLToPath(new URL('cold-child.mjs', import.meta.url)), ...args]);
  const wall = performance.now() - begun;
  const { cpu, sending } = JSON.parse(stdout);
  return whole ? { wall, CPU: cpu } : { wall: sending.wall, CPU: sending.cpu, 'CPU to rest': sending.cpuToRest };
}

function cells({ ours, undici, ratio: of }) {
  return [millis(ours), millis(undici), ratio(of)];
}

function summary({ ours, undici }) {
  return { ours: median(ours), undici: median(undici), ratio: ratioOf(ours, undici) };
}
