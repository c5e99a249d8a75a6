import { mapper } from './exporter-parts.mjs';
import { FIXTURES, optionsFor } from './fixtures.mjs';
import { micros } from './report.mjs';
import { interleave, median } from './rounds.mjs';
import { spanMaker } from './spans.mjs';

const BATCH = 512;

export async function section({ quick }) {
  const rows = await shares(FIXTURES, quick ? { rounds: 3, warmUpRounds: 1 } : { rounds: 31, warmUpRounds: 6 });
  return {
    title: 'Where the time goes',
    text: `Per root span, each part measured alone: parse = JSON.parse of the attributes that hold JSON; redaction = with it less without it;
the rest normalises, puts together and prints.`,
    tables: [
      {
        head: ['profile', 'intake', 'parse', 'redaction', 'normalise and print', 'all', 'JSON.stringify of the payload'],
        rows: rows.map((row) => [row.fixture, ...[row.intake, row.parse, row.redaction, row.rest, row.all, row.stringify].map(micros)]),
      },
    ],
    bars: [],
  };
}

/** Where the time of a session goes, in µs: each part measured alone, on the same spans. */
export async function shares(fixtures, { rounds, warmUpRounds }) {
  const results = [];
  for (const fixture of fixtures) {
    const makeSpans = spanMaker(fixture);
    const { take, serialize } = mapper(optionsFor(fixture));
    const { serialize: unredacted } = mapper({ ...optionsFor(fixture), redaction: 'off' });
    const prepare = () => {
      const spans = makeSpans(BATCH).slice();
      const taken = take(spans);
      return { count: BATCH, spans: makeSpans(BATCH).slice(), taken, texts: spans.flatMap(({ attributes }) => Object.values(attributes).filter(isJson)), payloads: taken.map((session) => JSON.parse(serialize(session))) };
    };
    const contenders = {
      intake: ({ spans }) => void take(spans),
      parse: ({ texts }) => texts.forEach((text) => JSON.parse(text)),
      all: ({ taken }) => taken.forEach((session) => flat(serialize(session))),
      unredacted: ({ taken }) => taken.forEach((session) => flat(unredacted(session))),
      stringify: ({ payloads }) => payloads.forEach((payload) => JSON.stringify(payload)),
    };
    await interleave({ rounds: warmUpRounds, prepare, contenders });
    const figures = await interleave({ rounds, prepare, contenders });
    const wall = (name) => median(figures[name].wall);
    const redaction = Math.max(0, wall('all') - wall('unredacted'));
    results.push({ fixture, intake: wall('intake'), parse: wall('parse'), redaction, rest: wall('all') - wall('parse') - redaction, all: wall('intake') + wall('all'), stringify: wall('stringify') });
  }
  return results;
}

const isJson = (value) => typeof value === 'string' && /^[[{]/.test(value);
const flat = (text) => text.charCodeAt(text.length - 1);
