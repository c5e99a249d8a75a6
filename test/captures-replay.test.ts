import { BatchSpanProcessor, SimpleSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { HoneyHiveSessionExporter, HoneyHiveSessionProcessor } from '../src/index.js';
import type { Session } from '../src/session/session.js';
import { parentOf, type ReadableSpanLike } from '../src/span/readable-span.js';
import { canonical } from './session/canonical.js';
import { violation } from './support/assertions.js';
import { captureNames, readCapture } from './support/captures.js';
import { type Hive, startHive } from './support/hive.js';
import { intake, sessionsOf } from './support/replay.js';
import { endThrough, parentIn, runThrough } from './support/replay-through.js';
import { wearIn } from './session/content/wear-in.js';

// Jest sets it, and it would be the source of sessions whose resource names none.
delete process.env['NODE_ENV'];

let hive: Hive;
beforeEach(async () => {
  hive = await startHive();
});
afterEach(() => hive.close());

const options = (): { apiKey: string; url: string; settleTimeoutMillis: number } => ({ apiKey: 'hh_test', url: hive.url, settleTimeoutMillis: 60_000 });

/** Sessions without what the server adds. */
function stored(): Session[] {
  return hive.sessions().map((event) => {
    const { session_id, event_name, source, start_time, end_time, duration, config, inputs, outputs, metadata, user_properties, metrics, feedback } = event as unknown as Session;
    return JSON.parse(JSON.stringify({ session_id, event_name, source, start_time, end_time, duration, config, inputs, outputs, metadata, user_properties, metrics, feedback })) as Session;
  });
}

/** What a batch with everything in it comes to, as the server would keep it. */
function expectedOf(spans: readonly ReadableSpanLike[]): string[] {
  return sessionsOf(spans)
    .map(({ session_name: _name, ...session }) => withoutEmpty(session))
    .map(canonical)
    .sort();
}

const withoutEmpty = (session: object): object => Object.fromEntries(Object.entries(session).filter(([, value]) => value !== undefined && !(typeof value === 'object' && Object.keys(value as object).length === 0)));
const told = (): string[] => stored().map(withoutEmpty).map(canonical).sort();

/** Something below a root ended after it: what a processor that only sees ends can say depends on that. */
function rootEndsFirst(spans: readonly ReadableSpanLike[]): boolean {
  return spans.some((span, index) => parentOf(span) === undefined && spans.slice(index + 1).some((later) => later.spanContext().traceId === span.spanContext().traceId));
}

// Several roots with one explicit session id: the server merges them.
const MERGED = new Set(['synthetic-same-session-three-roots']);
const comparable = captureNames.filter((name) => !MERGED.has(name));

const sdkProcessors: [string, (exporter: HoneyHiveSessionExporter) => SpanProcessor][] = [
  ['SimpleSpanProcessor', (exporter) => new SimpleSpanProcessor(exporter)],
  ['BatchSpanProcessor', (exporter) => new BatchSpanProcessor(exporter, { scheduledDelayMillis: 10 })],
];

describe.each(sdkProcessors)('recorded spans, ended one by one through the %s', (_, make) => {
  it.each(comparable)('%s', async (name) => {
    const { spans } = readCapture(name);
    const exporter = new HoneyHiveSessionExporter({ ...options(), redaction: 'off' });
    const processor = make(exporter);
    endThrough(processor, spans);
    await processor.forceFlush();
    await processor.shutdown();
    const isSimple = processor instanceof SimpleSpanProcessor;
    if (isSimple && rootEndsFirst(spans)) expect(hive.sessions()).toHaveLength(expectedOf(spans).length);
    else expect(told()).toEqual(expectedOf(spans));
  });
});

beforeAll(wearIn);

describe('recorded spans, started and ended through our processor', () => {
  it.each(comparable)('%s', async (name) => {
    const { spans, expected, assert } = readCapture(name);
    const processor = new HoneyHiveSessionProcessor({ ...options(), redaction: 'off' });
    runThrough(processor, spans);
    await processor.shutdown();
    expect(processor.stats()).toMatchObject({ heldRoots: 0, queued: 0, dropped: {} });
    expect(told()).toEqual(expectedOf(spans));
    const session = stored().find((candidate) => candidate.metadata?.['span_id'] === expected.rootSpanId);
    // The server takes the name under one key only.
    const named = session && { ...session, session_name: session.event_name };
    expect(assert.filter(({ soft }) => !soft).flatMap((assertion) => (named && violation(named, assertion)) ?? [])).toEqual([]);
  });
});

describe('local roots, through our processor', () => {
  it.each([
    ['generic-http-remote-parent', 1],
    ['generic-inproc-http-llm', 1],
    ['synthetic-two-roots-same-trace', 2],
    ['traceloop-workflow-error-children', 0],
    ['sdk1-http-server', 1],
    ['generic-http-llm', 1],
  ])('%s: %d', async (name, count) => {
    const { spans, expected, assert } = readCapture(name);
    const processor = new HoneyHiveSessionProcessor({ ...options(), sessionRoots: 'local' });
    runThrough(processor, spans);
    await processor.shutdown();
    const sessions = stored();
    expect(sessions).toHaveLength(count);
    expect(new Set(sessions.map(({ session_id: id }) => id)).size).toBe(count);
    const session = sessions.find((candidate) => candidate.metadata?.['span_id'] === expected.rootSpanId);
    if (typeof expected.rootSpanId === 'string' && count > 0) expect(session).toBeDefined();
    const named = session && { ...session, session_name: session.event_name };
    expect(assert.flatMap((assertion) => (named && violation(named, assertion)) ?? [])).toEqual([]);
  });
});

describe('recorded spans, in any order in which they could have ended', () => {
  it.each(comparable)('%s', (name) => {
    const { spans } = readCapture(name);
    const inOrder = replay(spans);
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: spans.length, maxLength: spans.length }), (priorities) => {
        expect(replay(validOrder(spans, priorities))).toEqual(inOrder);
      }),
      { numRuns: 20 },
    );
  });
});

/** Span by span: what ends after its root is late. */
function replay(spans: readonly ReadableSpanLike[]): string[] {
  const taker = intake();
  return spans.flatMap((span) => sessionsOf([span], taker)).map(canonical).sort();
}

/** Ancestors and descendants end in the order in which they did; all others in that of their priorities. */
function validOrder(spans: readonly ReadableSpanLike[], priorities: readonly number[]): ReadableSpanLike[] {
  const before = new Map(spans.map((span) => [span, new Set<ReadableSpanLike>()]));
  spans.forEach((span, index) => {
    for (let at = parentIn(span, spans), depth = 0; at !== undefined && depth < spans.length; at = parentIn(at, spans), depth++) {
      if (spans.indexOf(at) > index) before.get(at)!.add(span);
      else before.get(span)!.add(at);
    }
    // A parentless span takes what is left of its trace: it keeps its place among the others there.
    if (parentOf(span) === undefined) {
      spans.forEach((other, otherIndex) => {
        if (other === span || other.spanContext().traceId !== span.spanContext().traceId) return;
        if (otherIndex < index) before.get(span)!.add(other);
        else before.get(other)!.add(span);
      });
    }
  });
  const left = new Set(spans);
  const order: ReadableSpanLike[] = [];
  while (left.size > 0) {
    const ready = [...left].filter((span) => [...before.get(span)!].every((earlier) => !left.has(earlier)));
    const next = ready.reduce((best, span) => (priorities[spans.indexOf(span)]! < priorities[spans.indexOf(best)]! ? span : best));
    left.delete(next);
    order.push(next);
  }
  return order;
}
