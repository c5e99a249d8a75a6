import { readFileSync } from 'node:fs';
import { SpanKind } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

const START = [1_795_410_309, 184_000_000];
const END = [1_795_410_312, 61_412_517];

const memory = new InMemorySpanExporter();
const provider = new BasicTracerProvider({
  resource: resourceFromAttributes(read('resource')),
  spanProcessors: [new SimpleSpanProcessor(memory)],
});
const tracer = provider.getTracer('support-assistant', '4.17.2');

/**
 * Gives a function that makes so many new root spans of one fixture, as the SDK hands them to an exporter.
 *
 * @param change of each text among the attributes; default: none.
 */
export function spanMaker(fixture, change = (text) => text) {
  const { name, kind, attributes, events } = read(fixture);
  const texts = Object.entries(withJsonAsText(attributes)).map(([key, value]) => [key, typeof value === 'string' ? change(value) : value]);
  const template = JSON.stringify({ attributes: Object.fromEntries(texts), events });
  let made = 0;

  return (count) => {
    memory.reset();
    for (let index = 0; index < count; index += 1) {
      // Texts of its own for every span, always of the same length: nothing can be cached, and sizes stay comparable.
      const number = String(made++).padStart(8, '0');
      const own = JSON.parse(template.replaceAll('{{n}}', number));
      const span = tracer.startSpan(name, { kind: SpanKind[kind], attributes: own.attributes, startTime: START, root: true });
      for (const event of own.events) span.addEvent(event.name, event.attributes, START);
      span.end(END);
    }
    return memory.getFinishedSpans();
  };
}

/** `{"$json": ...}` is what an instrumentation writes as JSON text; in a fixture it can be read. */
function withJsonAsText(attributes) {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, typeof value === 'object' && '$json' in value ? JSON.stringify(value.$json) : value]),
  );
}

function read(fixture) {
  return JSON.parse(readFileSync(new URL(`fixtures/${fixture}.json`, import.meta.url), 'utf8'));
}
