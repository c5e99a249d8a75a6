import { atMost } from './bars.mjs';
import { mapper } from './exporter-parts.mjs';
import { FIXTURES, isSmall, optionsFor, profileOf } from './fixtures.mjs';
import { micros, ratio } from './report.mjs';
import { interleave, median, ratioOf } from './rounds.mjs';
import { spanMaker } from './spans.mjs';

/** Spans that a span processor exports at once by default. */
const BATCH = 512;
const CLOSING_BRACE = 0x7d;

// At 2.6 KB and at 10 KB.
const MOST = { plain: [1.1, 0.7], default: [2.5, 2.5] };

export async function section({ quick }) {
  const plan = quick ? { rounds: 5, warmUpRounds: 2, batches: () => 1 } : { rounds: 31, warmUpRounds: 6, batches: (fixture) => (isSmall(fixture) ? 2 : 1) };
  const rows = await mapAndSerialize(FIXTURES, plan);
  return {
    title: 'Map + serialize against JSON.stringify of the finished payload',
    text: `${plan.rounds} rounds, after ${plan.warmUpRounds} rounds of every row as warm-up; wall time per root span.`,
    tables: [
      {
        head: ['profile', 'payload', 'ours', 'of it intake', 'JSON.stringify', 'ratio', 'ratio of CPU'],
        rows: rows.map((row) => [row.fixture, `${row.bytes} B`, micros(row.ours), micros(row.intake), micros(row.stringify), ratio(row.ratio), ratio(row.cpuRatio)]),
      },
    ],
    bars: rows.map((row) => atMost(`map + serialize, ${row.fixture}`, micros(row.ours), micros(row.stringify), row.ratio, MOST[profileOf(row.fixture)][isSmall(row.fixture) ? 0 : 1])),
  };
}

/**
 * What a root span costs on its way to JSON text (`isSessionRoot`, `SessionIntake.take`,
 * `finishSession`), beside `JSON.stringify` of the payload that comes out: no exporter that
 * prints objects can be faster than that.
 */
export async function mapAndSerialize(fixtures, { rounds, warmUpRounds, batches }) {
  // One intake for all, as in a process; a lane's settings by profile.
  const { take, rememberTraces } = mapper();
  rememberTraces(spanMaker(fixtures[0]));
  const cases = fixtures.map((fixture) => caseOf(fixture, { ...mapper(optionsFor(fixture)), take }, batches(fixture)));
  // All before any is measured: a service's spans differ too, and code that has seen but one kind is faster.
  for (const { prepare, contenders } of cases) await interleave({ rounds: warmUpRounds, prepare, contenders });

  const results = [];
  for (const { fixture, prepare, contenders, intakeMicros } of cases) {
    intakeMicros.length = 0;
    const { ours, stringify } = await interleave({ rounds, prepare, contenders });
    results.push({
      fixture,
      bytes: prepare().lengths[0],
      ours: median(ours.wall),
      intake: median(intakeMicros),
      stringify: median(stringify.wall),
      ratio: ratioOf(ours.wall, stringify.wall),
      cpuRatio: ratioOf(ours.cpu, stringify.cpu),
    });
  }
  return results;
}

function caseOf(fixture, parts, batches) {
  const makeSpans = spanMaker(fixture);
  const reference = mapper(optionsFor(fixture));
  const intakeMicros = [];

  function prepare() {
    // New spans each round: a root comes once, and its trace is new to the intake.
    const work = Array.from({ length: batches }, () => makeSpans(BATCH));
    const texts = work.flatMap((spans) => reference.take(spans).map(reference.serialize));
    const payloads = texts.map((text) => JSON.parse(text));
    return {
      count: batches * BATCH,
      batches: work,
      payloads,
      lengths: texts.map((text) => text.length),
      printedLengths: payloads.map((payload) => JSON.stringify(payload).length),
    };
  }

  const contenders = {
    ours({ count, batches, lengths }) {
      let intake = 0;
      const made = [];
      for (const spans of batches) {
        const start = performance.now();
        const taken = parts.take(spans);
        intake += performance.now() - start;
        for (const session of taken) made.push(flatLength(parts.serialize(session)));
      }
      intakeMicros.push((intake * 1000) / count);
      assertSame(made, lengths);
    },
    stringify({ payloads, printedLengths }) {
      const made = [];
      for (const payload of payloads) made.push(flatLength(JSON.stringify(payload)));
      assertSame(made, printedLengths);
    },
  };
  return { fixture, prepare, contenders, intakeMicros };
}

/**
 * Nothing whose length is asked for can be optimised away. Looking at a character has V8 put a text
 * together that was made by concatenation, as has to be done before it can be sent.
 */
function flatLength(text) {
  return text.charCodeAt(text.length - 1) === CLOSING_BRACE ? text.length : -1;
}

function assertSame(made, expected) {
  if (made.length !== expected.length || made.some((length, index) => length !== expected[index])) throw new Error('a contender made other texts than expected');
}
