import type { ReadableSpanLike, StartedSpanLike } from '../span/readable-span.js';

/** The topmost span of a trace in this process, and what has not ended below it. */
export interface Entry<Root> {
  readonly spanId: string;
  /** It has no parent, or one in another process; otherwise its parent was never recorded here. */
  readonly isLocalRoot: boolean;
  /** Spans below it that have started and not ended. */
  openBelow: number;
  /** It has ended, and waits for those. */
  held: Root | undefined;
  /** Its parent is in another process. */
  hasParent: boolean;
  /** Itself, while somebody else has it: it may never end. */
  span: WeakRef<StartedSpanLike> | undefined;
  /** Of the session that it is the root of, once nothing can change it any more. */
  sessionId: string | undefined;
  /** That session is a caller's. */
  joins: boolean;
  /** The span whose work it goes on with, which had ended before. */
  goesOnWith: ReadableSpanLike | undefined;
}

interface TraceSpans<Root> {
  /** Open spans, each with the entry that it is below of, or is. */
  readonly open: Map<string, Entry<Root>>;
  /** Entries that are open or held, oldest first. */
  readonly entries: Set<Entry<Root>>;
}

/** A span that has ended, as far as its trace in this process is concerned. */
export interface EndedSpan<Root> {
  readonly entry: Entry<Root>;
  readonly isEntry: boolean;
}

// A span that never ends is never taken out: past this many in a trace, more are not looked at.
const MAX_OPEN_SPANS = 10_000;

// Enough to come back to the bound after held roots have stood in the way, and no long search past them.
const LOOKED_AT_PER_NEW_TRACE = 4;

/** Which spans of which traces have started in this process and not ended. Bounded, since some never end. */
export class OpenSpans<Root> {
  readonly #maxTraces: number;
  /** The one that started first comes first. */
  readonly #traces = new Map<string, TraceSpans<Root>>();

  constructor(maxTraces: number) {
    this.#maxTraces = maxTraces;
  }

  /**
   * @param parentSpanId of a parent in this process or another one; undefined: none.
   * @returns the entry that it is below of, or is; undefined: it is not looked at.
   */
  start(traceId: string, spanId: string, parentSpanId: string | undefined, parentIsRemote: boolean): Entry<Root> | undefined {
    const trace = this.#traces.get(traceId) ?? this.#newTrace(traceId);
    if (trace.open.size >= MAX_OPEN_SPANS) return undefined;
    let entry = parentSpanId === undefined ? undefined : trace.open.get(parentSpanId);
    // A parent of this process that is not open has ended already, or was never recorded.
    if (entry === undefined && parentSpanId !== undefined && !parentIsRemote) entry = lastOf(trace.entries);
    if (entry === undefined) {
      entry = { spanId, isLocalRoot: parentSpanId === undefined || parentIsRemote, openBelow: 0, held: undefined, hasParent: parentIsRemote, span: undefined, sessionId: undefined, joins: false, goesOnWith: undefined };
      trace.entries.add(entry);
    } else {
      entry.openBelow += 1;
    }
    trace.open.set(spanId, entry);
    return entry;
  }

  /** The entry that has ended with this span and waits. */
  held(traceId: string, spanId: string): Entry<Root> | undefined {
    for (const entry of this.#traces.get(traceId)?.entries ?? []) if (entry.spanId === spanId && entry.held !== undefined) return entry;
    return undefined;
  }

  /** The entry that a span is below of, or is; of one that has ended, as far as that can be told. */
  entryOf(traceId: string, spanId: string): Entry<Root> | undefined {
    const trace = this.#traces.get(traceId);
    if (trace === undefined) return undefined;
    const entry = trace.open.get(spanId);
    if (entry !== undefined) return entry;
    for (const ended of trace.entries) if (ended.spanId === spanId) return ended;
    return lastOf(trace.entries);
  }

  /** Undefined: it was not seen to start. */
  end(traceId: string, spanId: string): EndedSpan<Root> | undefined {
    const trace = this.#traces.get(traceId);
    const entry = trace?.open.get(spanId);
    if (trace === undefined || entry === undefined) return undefined;
    trace.open.delete(spanId);
    const isEntry = entry.spanId === spanId;
    if (!isEntry) entry.openBelow -= 1;
    return { entry, isEntry };
  }

  /** An entry has ended and is not held, or no longer. */
  leave(traceId: string, entry: Entry<Root>): void {
    const trace = this.#traces.get(traceId);
    if (trace === undefined) return;
    trace.entries.delete(entry);
    if (trace.entries.size === 0) this.#traces.delete(traceId);
  }

  /** Span ids of the other entries of a trace. */
  otherEntries(traceId: string, entry: Entry<Root>): ReadonlySet<string> {
    const others = new Set<string>();
    for (const other of this.#traces.get(traceId)?.entries ?? []) if (other !== entry) others.add(other.spanId);
    return others;
  }

  has(traceId: string): boolean {
    return this.#traces.has(traceId);
  }

  get size(): number {
    return this.#traces.size;
  }

  #newTrace(traceId: string): TraceSpans<Root> {
    let looked = 0;
    for (const [oldest, { entries }] of this.#traces) {
      if (this.#traces.size < this.#maxTraces || looked === LOOKED_AT_PER_NEW_TRACE) break;
      looked += 1;
      // What is held must not be lost: it leaves by its own time.
      if (![...entries].some(({ held }) => held !== undefined)) this.#traces.delete(oldest);
    }
    const trace: TraceSpans<Root> = { open: new Map(), entries: new Set() };
    this.#traces.set(traceId, trace);
    return trace;
  }
}

function lastOf<T>(set: ReadonlySet<T>): T | undefined {
  let last: T | undefined;
  for (const entry of set) last = entry;
  return last;
}
