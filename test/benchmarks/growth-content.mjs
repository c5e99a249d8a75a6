import { SpanKind } from '@opentelemetry/api';
import { mapper } from './exporter-parts.mjs';
import { emptyNursery, median } from './rounds.mjs';
import { traceMaker } from './trace-maker.mjs';
import { isModelCall, isUnneeded, WEB_REQUEST } from './trace-shapes.mjs';

const CHAT = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o' };
const SENTENCE = 'Order #12 says "delivered", but there is nothing at my door.\\nWhere is it? ';
const work = (attributes) => ['work {{n}}', SpanKind.INTERNAL, attributes];

/** By axis and series: what a root, or a root and its children, look like at a size. */
const SHAPES = {
  children: {
    sizes: [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000],
    series: {
      'not needed': (size) => ({ root: WEB_REQUEST.root, children: repeated(WEB_REQUEST.children.filter(isUnneeded), size) }),
      'model calls': (size) => ({ root: WEB_REQUEST.root, children: repeated(WEB_REQUEST.children.filter(isModelCall), size) }),
    },
  },
  bytes: {
    sizes: [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 4_900_000],
    series: {
      'JSON inputs': (size) => ({ root: work({ honeyhive_inputs: `{"n":"{{n}}","rows":[${list(size, (index) => `{"row":${index},"text":"${escaped}"}`)}]}` }), children: [] }),
      chat: (size) => ({ root: work({ ...CHAT, 'gen_ai.input.messages': `[{"role":"user","parts":[{"type":"text","content":"{{n}}"}]}${list(size, () => `,{"role":"user","parts":[{"type":"text","content":"${escaped}"}]}`, '')}]` }), children: [] }),
    },
  },
  // The last: a process that has met so many names plans those that it meets later anew each time.
  attributes: {
    sizes: [10, 30, 100, 300, 1_000, 3_000, 10_000],
    series: {
      'dotted names': (size) => ({ root: work(attributes(size, (index) => `app.part${index % 10}.key${index}`)), children: [] }),
      'flat names': (size) => ({ root: work(attributes(size, (index) => `key${index}`)), children: [] }),
    },
  },
};
const escaped = JSON.stringify(SENTENCE.repeat(4)).slice(1, -1);

/** `{ axis, series, x, micros }` of each size. */
export async function growthOverContent({ quick }) {
  const points = [];
  for (const [axis, { sizes, series }] of Object.entries(SHAPES)) {
    const measured = quick ? sizes.filter((_, index) => index % 3 === 0) : sizes;
    for (const [name, shapeOf] of Object.entries(series)) {
      const cases = measured.map((size) => ({ size, maker: traceMaker(shapeOf(size), { spanLimits: { attributeCountLimit: Infinity } }), times: timesOf(axis, size, quick), micros: [] }));
      // One intake, and all sizes in turns: code that has seen but one size is faster.
      const parts = mapper();
      for (let round = quick ? -1 : -3; round < (quick ? 3 : 5); round += 1) {
        for (const { size, maker, times, micros } of cases) {
          const { cost, text } = measure(parts, maker, times);
          if (round >= 0) micros.push(cost);
          if (axis === 'bytes' && !(text.length > size * 0.7 && text.length < size * 1.7)) throw new Error(`a body of ${text.length} bytes instead of ${size}`);
        }
      }
      for (const { size, micros } of cases) points.push({ axis, series: name, x: size, micros: median(micros) });
    }
  }
  return points;
}

function measure({ fold, take, serialize }, maker, times) {
  const traces = Array.from({ length: times }, maker.whole);
  let text;
  emptyNursery();
  const start = performance.now();
  for (const { root, children } of traces) {
    for (const child of children) fold(child);
    const [session] = take([root]);
    text = serialize(session);
    text.charCodeAt(text.length - 1);
  }
  return { cost: ((performance.now() - start) * 1_000) / times, text };
}

/** Some milliseconds' worth of each size, and no more spans than fit. */
function timesOf(axis, size, quick) {
  const much = axis === 'bytes' ? 10_000_000 : 30_000;
  return Math.max(1, Math.min(1_000, Math.round((quick ? 0.2 : 1) * much / size)));
}

const attributes = (size, nameOf) => Object.fromEntries(Array.from({ length: size }, (_, index) => [nameOf(index), `{{n}} value ${index}`]));
const repeated = (spans, count) => Array.from({ length: count }, (_, index) => spans[index % spans.length]);

/** Entries of so many bytes together. */
function list(size, entryAt, separator = ',') {
  const entries = Math.max(1, Math.round((size - 500) / (entryAt(100).length + separator.length)));
  return Array.from({ length: entries }, (_, index) => entryAt(index)).join(separator);
}
