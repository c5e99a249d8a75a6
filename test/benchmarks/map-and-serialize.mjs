import { mapper } from './exporter-parts.mjs';
import { interleave, median, ratioOf } from './rounds.mjs';
import { spanMaker } from './spans.mjs';

/** Spans that a span processor exports at once by default. */
const BATCH = 512;

/**
 * What a root span costs on its way to JSON text (`isSessionRoot`, `SessionIntake.take`,
 * `serializeSession`), beside `JSON.stringify` of the payload that comes out: no exporter that
 * prints objects can be faster than that.
 */
export async function mapAndSerialize(fixtures, { rounds, warmUpRounds, batches }) {
  // One intake for all, as in a process: it remembers the last 10,000 traces, which the warm-up fills.
  const parts = mapper();
  const cases = fixtures.map((fixture) => caseOf(fixture, parts, batches(fixture)));
  // All before any is measured: a service's spans differ too, and code that has seen but one kind is faster.
  for (const { prepare, contenders } of cases) await interleave({ rounds: warmUpRounds, prepare, contenders });

  const results = [];
  for (const { fixture, prepare, contenders, intakeMicros } of cases) {
    intakeMicros.length = 0;
    const { ours, stringify } = await interleave({ rounds, prepare, contenders });
    results.push({
      fixture,
      bytes: prepare().bytes[0],
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
  const reference = mapper();
  const intakeMicros = [];

  function prepare() {
    // New spans each round: a root comes once, and its trace is new to the intake.
    const work = Array.from({ length: batches }, () => makeSpans(BATCH));
    const texts = work.flatMap((spans) => reference.take(spans).map(reference.serialize));
    const payloads = texts.map((text) => JSON.parse(text));
    return { count: batches * BATCH, batches: work, payloads, bytes: texts.map((text) => text.length) };
  }

  const contenders = {
    ours({ count, batches, bytes }) {
      let intake = 0;
      const lengths = [];
      for (const spans of batches) {
        const start = performance.now();
        const taken = parts.take(spans);
        intake += performance.now() - start;
        for (const session of taken) lengths.push(parts.serialize(session).length);
      }
      intakeMicros.push((intake * 1000) / count);
      assertSame(lengths, bytes);
    },
    stringify({ payloads, bytes }) {
      const lengths = [];
      for (const payload of payloads) lengths.push(JSON.stringify(payload).length);
      assertSame(lengths, bytes);
    },
  };
  return { fixture, prepare, contenders, intakeMicros };
}

/** Every text is asked for, so none can be optimised away; and both contenders must have made the same. */
function assertSame(lengths, expected) {
  const total = (list) => list.reduce((sum, length) => sum + length, 0);
  if (lengths.length !== expected.length || total(lengths) !== total(expected)) throw new Error('the contenders made different texts');
}
