import { SpanKind } from '@opentelemetry/api';
import { resolveConfig } from '../../dist/esm/config/resolve.js';
import { SessionIntake } from '../../dist/esm/trace/session-intake.js';
import { collectGarbage, median } from './rounds.mjs';

const CHILDREN = 9;
const CONTENT = 'x'.repeat(400);

/**
 * The children of a web request with one model call below it, in the order in which they end:
 * what instrumentations of Express, pg, undici, redis and a GenAI client write.
 */
const SPANS = [
  ['middleware - query', SpanKind.INTERNAL, { 'express.name': 'query', 'express.type': 'middleware' }],
  ['middleware - session', SpanKind.INTERNAL, { 'express.name': 'session', 'express.type': 'middleware' }],
  ['redis-GET', SpanKind.CLIENT, { 'db.system': 'redis', 'db.statement': 'GET ?', 'net.peer.name': 'cache', 'net.peer.port': 6379 }],
  ['pg-pool.connect', SpanKind.CLIENT, { 'db.system': 'postgresql', 'db.name': 'shop', 'net.peer.name': 'db', 'net.peer.port': 5432 }],
  ['pg.query:SELECT shop', SpanKind.CLIENT, { 'db.system': 'postgresql', 'db.name': 'shop', 'db.statement': 'SELECT * FROM orders WHERE id = $1', 'net.peer.name': 'db', 'net.peer.port': 5432 }],
  ['POST', SpanKind.CLIENT, { 'http.request.method': 'POST', 'url.full': 'https://api.openai.com/v1/chat/completions', 'server.address': 'api.openai.com', 'server.port': 443, 'http.response.status_code': 200 }],
  [
    'chat gpt-4o',
    SpanKind.CLIENT,
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.request.temperature': 0.2,
      'gen_ai.input.messages': CONTENT,
      'gen_ai.output.messages': CONTENT,
      'gen_ai.response.model': 'gpt-4o-2024-11-20',
      'gen_ai.usage.input_tokens': 27,
      'gen_ai.usage.output_tokens': 14,
    },
  ],
  ['pg.query:UPDATE shop', SpanKind.CLIENT, { 'db.system': 'postgresql', 'db.name': 'shop', 'db.statement': 'UPDATE orders SET seen = now() WHERE id = $1', 'net.peer.name': 'db', 'net.peer.port': 5432 }],
  ['request handler - /chat', SpanKind.INTERNAL, { 'express.name': '/chat', 'express.type': 'request_handler' }],
];

/** What folding a child costs while so many traces are open, and what each open trace holds beside content. */
export function fold({ openTraces, rounds }) {
  const { config } = resolveConfig({ apiKey: 'bench-key', url: 'http://127.0.0.1', maxOpenTraces: 2 * openTraces }, {});
  const intake = new SessionIntake(config);

  // In half of the traces the spans are folded in advance: those of the other half are measured among them.
  for (let index = 0; index < openTraces; index += 1) for (const span of childrenOf(index)) intake.fold(span);
  const perChild = [];
  for (let round = 0; round < rounds; round += 1) {
    const spans = Array.from({ length: 500 }, (_, index) => childrenOf(openTraces + round * 500 + index)).flat();
    const start = performance.now();
    for (const span of spans) intake.fold(span);
    perChild.push(((performance.now() - start) * 1e6) / spans.length);
  }
  return { openTraces, perChild: median(perChild), bytesPerTrace: bytesPerTrace(config) };
}

/** Of traces of ten spans whose root has not ended. */
function bytesPerTrace(config) {
  const traces = 10_000;
  const intake = new SessionIntake({ ...config, maxOpenTraces: traces });
  // Ids, names and content are strings that the spans hold already: those of the traces are made before.
  let before = 0;
  const measure = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  before = measure();
  for (let index = 0; index < traces; index += 1) for (const span of childrenOf(index)) intake.fold(span);
  const held = measure() - before;
  if (intake.counts().openTraces !== traces) throw new Error('traces were forgotten');
  return held / traces;
}

function childrenOf(trace) {
  const traceId = String(trace).padStart(32, '0');
  const root = String(trace).padStart(16, 'a');
  return SPANS.slice(0, CHILDREN).map(([name, kind, attributes], index) => {
    const spanContext = { traceId, spanId: String(trace * 10 + index).padStart(16, '0'), traceFlags: 1 };
    return {
      name,
      kind,
      attributes,
      events: [],
      spanContext: () => spanContext,
      parentSpanContext: { traceId, spanId: root, traceFlags: 1 },
      startTime: [1_795_000_000, index * 1_000],
      endTime: [1_795_000_001, index * 1_000],
      duration: [1, 0],
      status: { code: 0 },
      resource: { attributes: {} },
      droppedAttributesCount: 0,
    };
  });
}
