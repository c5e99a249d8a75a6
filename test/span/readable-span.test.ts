import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { parentOf, type ReadableSpanLike, resourceAttributesOf, scopeNameOf } from '../../src/span/readable-span.js';
import { makeSpan } from './make-span.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const ZEROS = '0000000000000000';

const span = (fields: object): ReadableSpanLike => ({ ...makeSpan(), ...fields }) as ReadableSpanLike;
const context = (fields: object): object => ({ parentSpanContext: { traceId: TRACE, spanId: PARENT, traceFlags: 1, ...fields } });

describe("a span's parent", () => {
  it.each<[string, object, object | undefined]>([
    ['SDK 1.30: none', { parentSpanId: undefined }, undefined],
    ['SDK 1.30: one, here or elsewhere', { parentSpanId: PARENT }, { spanId: PARENT, remote: undefined }],
    ['SDK 1.30: an empty id', { parentSpanId: '' }, undefined],
    ['SDK 1.30: the invalid id', { parentSpanId: ZEROS }, undefined],
    ['SDK 2 and 3: none', { parentSpanContext: undefined }, undefined],
    ['SDK 2 and 3: one in this process, left undefined', context({}), { spanId: PARENT, remote: false }],
    ['SDK 2 and 3: one in this process, said', context({ isRemote: false }), { spanId: PARENT, remote: false }],
    ['SDK 2 and 3: one in another process', context({ isRemote: true }), { spanId: PARENT, remote: true }],
    ['SDK 2 and 3: the invalid id', context({ spanId: ZEROS }), undefined],
    ['SDK 2 and 3: the invalid id of another process', context({ spanId: ZEROS, isRemote: true }), undefined],
    ['SDK 2 and 3: an empty id', context({ spanId: '' }), undefined],
    ['both spellings: the context knows more', { ...context({ isRemote: true }), parentSpanId: ZEROS }, { spanId: PARENT, remote: true }],
  ])('%s', (_, fields, parent) => expect(parentOf(span(fields))).toEqual(parent));
});

describe("a span's instrumentation", () => {
  it.each<[string, object, string | undefined]>([
    ['SDK 1.30', { instrumentationLibrary: { name: 'old' } }, 'old'],
    ['SDK 2 and 3', { instrumentationScope: { name: 'new' } }, 'new'],
    ['both spellings', { instrumentationScope: { name: 'new' }, instrumentationLibrary: { name: 'old' } }, 'new'],
    ['no name', { instrumentationScope: {} }, undefined],
    ['nothing', {}, undefined],
  ])('%s', (_, fields, name) => expect(scopeNameOf(span(fields))).toBe(name));
});

describe("the attributes of a span's resource", () => {
  /** A resource that puts its attributes together each time, as those of SDK 2 and 3 do. */
  const resourceOf = (own: Record<string, unknown>, more = {}): ReadableSpanLike['resource'] => ({
    ...more,
    get attributes() {
      return { ...own };
    },
  });

  it('are the same object for all spans of a resource', () => {
    const resource = resourceOf({ 'service.name': 'a' });
    const [one, other] = [span({ resource }), span({ resource })].map(resourceAttributesOf);
    expect(one).toEqual({ 'service.name': 'a' });
    expect(other).toBe(one);
  });

  it('are those of each resource', () => {
    const read = ['a', 'b'].map((name) => resourceAttributesOf(span({ resource: resourceOf({ 'service.name': name }) })));
    expect(read).toEqual([{ 'service.name': 'a' }, { 'service.name': 'b' }]);
  });

  it('may grow while a detector is at work', () => {
    const own: Record<string, unknown> = { 'service.name': 'a' };
    const pending = { asyncAttributesPending: true };
    const resource = Object.defineProperties(resourceOf({}), { attributes: { get: () => ({ ...own }) }, asyncAttributesPending: { get: () => pending.asyncAttributesPending } }) as ReadableSpanLike['resource'];
    expect(resourceAttributesOf(span({ resource }))).toEqual({ 'service.name': 'a' });
    own['cloud.provider'] = 'aws';
    pending.asyncAttributesPending = false;
    expect(resourceAttributesOf(span({ resource }))).toEqual({ 'service.name': 'a', 'cloud.provider': 'aws' });
    own['too.late'] = true;
    expect(resourceAttributesOf(span({ resource }))).not.toHaveProperty(['too.late']);
  });
});

describe('spans of the SDK that is installed here', () => {
  const exporter = new InMemorySpanExporter();
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('the tracer');
  const ended = (parent: object | undefined): ReadableSpanLike => {
    const within = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent as never);
    tracer.startSpan('any', {}, within).end();
    return exporter.getFinishedSpans().at(-1)!;
  };

  it.each<[string, object | undefined, object | undefined]>([
    ['a root', undefined, undefined],
    ['an invalid parent', { traceId: '0'.repeat(32), spanId: ZEROS, traceFlags: 1 }, undefined],
    ['a local parent', { traceId: TRACE, spanId: PARENT, traceFlags: 1 }, { spanId: PARENT, remote: false }],
    ['a remote parent', { traceId: TRACE, spanId: PARENT, traceFlags: 1, isRemote: true }, { spanId: PARENT, remote: true }],
  ])('are read: %s', (_, parent, expected) => {
    const one = ended(parent);
    expect(parentOf(one)).toEqual(expected);
    expect(scopeNameOf(one)).toBe('the tracer');
  });
});
