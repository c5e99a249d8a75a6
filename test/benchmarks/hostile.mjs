import { mapper } from './exporter-parts.mjs';

const DEEP = '['.repeat(5_000) + ']'.repeat(5_000);

/** Spans that nobody should write, and somebody will: what each costs, and how large its session is. */
const CASES = {
  '10,000 attributes': () => [root(Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`app.key.${index}`, `value ${index}`])))],
  '200 children': () => [...Array.from({ length: 200 }, (_, index) => child(index)), root({})],
  '5,000 levels of JSON': () => [root({ honeyhive_inputs: `{"deep":${DEEP}}`, 'input.value': DEEP })],
  '20 MB of text in one attribute': () => [root({ 'input.value': 'x'.repeat(20 * 1024 * 1024) })],
  '20 MB of chat': () => [root({ 'gen_ai.input.messages': JSON.stringify(Array.from({ length: 20_000 }, (_, index) => ({ role: 'user', content: `${index} ${'word '.repeat(200)}` }))) })],
  '20 MB of base64 media': () => [root({ 'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'blob', modality: 'image', mime_type: 'image/png', content: 'iVBORw0KGgo'.repeat(1_900_000) }] }]) })],
};

export function section() {
  return {
    title: 'Hostile spans',
    text: 'Each once, in a process that has seen none before.',
    tables: [
      {
        head: ['span', 'folding', 'map + serialize', 'session'],
        rows: hostile().map((row) => [row.name, `${row.intake.toFixed(1)} ms`, `${row.millis.toFixed(1)} ms`, `${row.bytes} B`]),
      },
    ],
    bars: [],
  };
}

export function hostile() {
  return Object.entries(CASES).map(([name, make]) => {
    const { fold, take, serialize } = mapper();
    const spans = make();
    const start = performance.now();
    const roots = spans.filter(({ parentSpanContext }) => parentSpanContext === undefined);
    for (const span of spans) if (!roots.includes(span)) fold(span);
    const intake = performance.now() - start;
    const [session] = take(roots);
    const begun = performance.now();
    const text = serialize(session);
    const millis = performance.now() - begun;
    JSON.parse(text);
    return { name, intake, millis, bytes: Buffer.byteLength(text) };
  });
}

function root(attributes) {
  return span('a'.repeat(16), undefined, attributes);
}

function child(index) {
  return span(String(index).padStart(16, '0'), 'a'.repeat(16), { 'gen_ai.operation.name': 'chat', 'gen_ai.prompt': `question ${index}`, 'gen_ai.completion': `answer ${index}`, 'gen_ai.usage.input_tokens': 5 });
}

function span(spanId, parent, attributes) {
  const context = { traceId: 'b'.repeat(32), spanId, traceFlags: 1 };
  return {
    name: 'work',
    kind: 0,
    attributes,
    events: [],
    spanContext: () => context,
    ...(parent === undefined ? {} : { parentSpanContext: { ...context, spanId: parent } }),
    startTime: [1_795_000_000, 0],
    endTime: [1_795_000_001, 0],
    duration: [1, 0],
    status: { code: 0 },
    resource: { attributes: {} },
    droppedAttributesCount: 0,
  };
}
