// npm run bench [-- --quick]: what the exporter costs beside the least that the same work can cost.
// Ratios are printed and judged, but never fail the run: what a machine is busy with is no bug.
import { readdirSync, statSync } from 'node:fs';
import { micros, perSecond, printLoad, printMachine, printTable, ratio } from './report.mjs';

const quick = process.argv.includes('--quick');
const root = new URL('../../', import.meta.url);
const fixtures = ['plain-2.6kb', 'plain-10kb', 'default-2.6kb', 'default-10kb'];
const isSmall = (fixture) => fixture.endsWith('-2.6kb');

// What is aimed at.
const MOST_STRINGIFY = { plain: 1.5, default: 3.5 };
const LEAST_OF_BARE_LOOP = 0.5;

const mappingPlan = quick
  ? { rounds: 5, warmUpRounds: 2, batches: () => 1 }
  : { rounds: 31, warmUpRounds: 6, batches: (fixture) => (isSmall(fixture) ? 2 : 1) };
const deliveryPlan = quick
  ? { fixtures: fixtures.filter(isSmall), rounds: 2, warmUpRounds: 1, batches: () => 1 }
  : { fixtures, rounds: 7, warmUpRounds: 2, batches: (latency) => (latency === 0 ? 4 : 3) };

checkBuild();
forgetSettings();

console.log(`# Bench${quick ? ' (--quick: a smoke run, its figures mean little)' : ''}\n`);
printMachine();
console.log(`
Every round runs all contenders of a row, beginning with another one each time, on new spans of SDK 2
that none has seen. Figures are medians over rounds, ratios medians of the rounds' own, with the least
and the largest in brackets. Profiles: plain = a root with HoneyHive's attributes as JSON, redaction off; default
= a GenAI chat, all options at their defaults, redaction of credentials among them.`);

// Only now: both read the environment when they are loaded.
const { mapAndSerialize } = await import('./map-and-serialize.mjs');
const { endToEnd } = await import('./end-to-end.mjs');
const { shares } = await import('./shares.mjs');
const { fold } = await import('./fold.mjs');
const { hostile } = await import('./hostile.mjs');

console.log(`
## Map + serialize against JSON.stringify of the finished payload

${mappingPlan.rounds} rounds, after ${mappingPlan.warmUpRounds} rounds of every row as warm-up; wall time per root span.
`);
const mapping = await mapAndSerialize(fixtures, mappingPlan);
printTable(
  ['profile', 'payload', 'ours', 'of it intake', 'JSON.stringify', 'ratio', 'ratio of CPU'],
  mapping.map((row) => [row.fixture, `${row.bytes} B`, micros(row.ours), micros(row.intake), micros(row.stringify), ratio(row.ratio), ratio(row.cpuRatio)]),
);

console.log(`
## Where the time goes

µs per root span, each part measured alone: parse = JSON.parse of the attributes that hold JSON; redaction = with it less
without it; the rest normalises, puts together and prints.
`);
const parts = await shares(fixtures, mappingPlan);
printTable(
  ['profile', 'intake', 'parse', 'redaction', 'normalise and print', 'all', 'JSON.stringify of the payload'],
  parts.map((row) => [row.fixture, ...[row.intake, row.parse, row.redaction, row.rest, row.all, row.stringify].map(micros)]),
);

console.log(`
## Folding children

Ten-span traces of a web request with one model call; the root has not ended. Bar: 300 ns a child with 10,000 open
traces, 1,200 bytes an open trace, content not counted.
`);
printTable(
  ['open traces', 'per child', 'least', 'bytes per trace'],
  [100, 10_000].map((openTraces) => fold({ openTraces, rounds: quick ? 3 : 30 })).map((row) => [String(row.openTraces), `${row.perChild.toFixed(0)} ns`, `${row.least.toFixed(0)} ns`, row.bytesPerTrace.toFixed(0)]),
);

console.log('\n## Hostile spans\n');
printTable(
  ['span', 'folding', 'map + serialize', 'session'],
  hostile().map((row) => [row.name, `${row.intake.toFixed(1)} ms`, `${row.millis.toFixed(1)} ms`, `${row.bytes} B`]),
);

console.log(`
## End to end against a bare undici Pool with prebuilt bodies

Server in a process of its own on 127.0.0.1, 32 connections each. Ours: export() of 512 spans at a time,
each awaited; dispatch: pool.dispatch, answers not read; request: pool.request, answers read as text.
${deliveryPlan.rounds} rounds, after ${deliveryPlan.warmUpRounds} of every row as warm-up; CPU of the sending process, all its threads.
`);
const delivery = await endToEnd(deliveryPlan.fixtures, deliveryPlan);
printTable(
  ['profile', 'latency', 'ours', 'dispatch', 'request', 'ours / dispatch', 'ours / request', 'CPU ours', 'CPU dispatch', 'CPU request'],
  delivery.map((row) => [
    row.fixture,
    `${row.latency} ms`,
    ...[row.ours, row.dispatch, row.request].map((figures) => perSecond(figures.perSecond)),
    ratio(row.ratio),
    ratio(row.ratioToRequest),
    ...[row.ours, row.dispatch, row.request].map((figures) => micros(figures.cpu)),
  ]),
);

console.log('\n## Summary\n');
printTable(
  ['row', 'ours', 'alternative', 'ratio', 'bar', 'verdict'],
  [
    ...mapping.map((row) => [
      `map + serialize, ${row.fixture}`,
      micros(row.ours),
      micros(row.stringify),
      ratio(row.ratio),
      ...mostStringify(row),
    ]),
    ...delivery.map((row) => [
      `end to end, ${row.fixture}, ${row.latency} ms`,
      perSecond(row.ours.perSecond),
      perSecond(row.dispatch.perSecond),
      ratio(row.ratio),
      ...(row.latency === 5 ? [`>= ${LEAST_OF_BARE_LOOP.toFixed(2)}x`, verdict(row.ratio.median >= LEAST_OF_BARE_LOOP)] : ['-', '-']),
    ]),
    ...delivery.map((row) => [
      `CPU per session, ${row.fixture}, ${row.latency} ms`,
      micros(row.ours.cpu),
      micros(row.dispatch.cpu),
      ratio(row.cpuRatio),
      '-',
      '-',
    ]),
  ],
);
console.log();
printLoad();
console.log(`took ${Math.round(performance.now() / 1000)} s`);

function mostStringify({ fixture, ratio: { median } }) {
  const most = MOST_STRINGIFY[fixture.split('-')[0]];
  return [`<= ${most.toFixed(2)}x`, verdict(median <= most)];
}

function verdict(met) {
  return met ? 'met' : 'NOT met';
}

/** What is measured is what was built: an old build would measure an old program. */
function checkBuild() {
  const built = statSync(new URL('dist/esm/index.js', root), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) {
    console.error('dist/ is missing: npm run build');
    process.exit(1);
  }
  const src = readdirSync(new URL('src', root), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  if (src.some((entry) => statSync(`${entry.parentPath ?? entry.path}/${entry.name}`).mtimeMs > built)) {
    console.error('warning: src/ has changed since dist/ was built; run npm run build for current figures\n');
  }
}

/** The settings of whoever runs this are none of the bench's: another limit, or a proxy, would change what is measured. */
function forgetSettings() {
  for (const name of Object.keys(process.env)) {
    if (/^(HH|OTEL)_|_PROXY$/i.test(name)) delete process.env[name];
  }
}
