import { parentContextOf, parentIdOf, type StartedSpanLike } from '../span/readable-span.js';
import { Entry, type OpenSpan, TraceSpans } from './trace-spans.js';

// A span that never ends is never taken out: past this many in a trace, more are not looked at.
const MAX_OPEN_SPANS = 10_000;

const NONE: ReadonlySet<string> = new Set();

// Enough to come back to the bound after held roots have stood in the way, and no long search past them.
const LOOKED_AT_PER_NEW_TRACE = 4;

/** Takes over spans that were counted below an open one. */
export type SilentTaker = (traceId: string, spanId: string, spans: number) => void;

/** Which spans of which traces have started in this process and not ended. Bounded, since some never end. */
export class OpenSpans<Root> {
  readonly #maxTraces: number;
  readonly #takeOver: SilentTaker;
  /** The one that started first comes first. */
  readonly #traces = new Map<string, TraceSpans<Root>>();
  /** The one that was asked for last: spans of a trace often start and end together. */
  #last: TraceSpans<Root> | undefined;
  #lastId: string | undefined;

  /** @param takeOver what was counted below open spans that are looked at no longer. */
  constructor(maxTraces: number, takeOver: SilentTaker = () => {}) {
    this.#maxTraces = maxTraces;
    this.#takeOver = takeOver;
  }

  /**
   * @param parentSpanId of a parent in this process or another one; undefined: none.
   * @returns undefined: it is not looked at.
   */
  start(traceId: string, spanId: string, parentSpanId: string | undefined, parentIsRemote: boolean): OpenSpan<Root> | undefined {
    const isLocalRoot = parentSpanId === undefined || parentIsRemote;
    const trace = this.#find(traceId);
    if (trace === undefined) return this.#addTrace(new TraceSpans(traceId, spanId, isLocalRoot, parentIsRemote));
    if (trace.size >= MAX_OPEN_SPANS) return undefined;
    const parent = parentSpanId === undefined ? undefined : trace.find(parentSpanId);
    // A parent of this process that is not open has ended already, or was never recorded.
    const entry = parent?.entry ?? (isLocalRoot ? undefined : trace.entries.at(-1));
    const span = entry === undefined ? new Entry<Root>(spanId, isLocalRoot, parentIsRemote) : { spanId, entry, older: undefined, silentBelow: 0, toldBelow: trace.hasStrays };
    if (entry === undefined) trace.entries.push(span.entry);
    else entry.openBelow += 1;
    trace.add(span);
    return span;
  }

  /** The entry that has ended with this span and waits. */
  held(traceId: string, spanId: string): Entry<Root> | undefined {
    return this.#find(traceId)?.entries.find((entry) => entry.spanId === spanId && entry.held !== undefined);
  }

  /** The entry that a span is below of, or is; of one that has ended, as far as that can be told. */
  entryOf(traceId: string, spanId: string): Entry<Root> | undefined {
    const trace = this.#find(traceId);
    return trace && (trace.find(spanId)?.entry ?? trace.entries.find((ended) => ended.spanId === spanId) ?? trace.entries.at(-1));
  }

  /** As `start`, of a span whose parent is open: nearly all. Undefined: to be started as any other. */
  startBelow(traceId: string, spanId: string, parentSpanId: string): Entry<Root> | undefined {
    const trace = this.#find(traceId);
    const parent = trace?.parent(parentSpanId);
    if (trace === undefined || parent === undefined || trace.size >= MAX_OPEN_SPANS) return undefined;
    const { entry } = parent;
    entry.openBelow += 1;
    trace.add({ spanId, entry, older: undefined, silentBelow: 0, toldBelow: trace.hasStrays });
    return entry;
  }

  /**
   * As `startBelow`, `end` and `tell` at once, for a span that ends before anything else happens: no
   * place is made for it. `false`: it is to be started and ended as any other.
   */
  passBelow(traceId: string, parentSpanId: string): boolean {
    const trace = this.#find(traceId);
    const parent = trace?.parent(parentSpanId);
    if (trace === undefined || parent === undefined || trace.size >= MAX_OPEN_SPANS) return false;
    parent.toldBelow = true;
    return true;
  }

  /**
   * As `startBelow` and `endSilent` at once, for a span that ends before anything else happens: no
   * place is made for it.
   */
  countBelow(traceId: string, child: StartedSpanLike): Entry<Root> | undefined {
    // Objects first: to compare ids that differ takes half as long as to look one up.
    const mayBeLast = this.#last?.knownAs === parentContextOf(child);
    const trace = mayBeLast && this.#lastId === traceId ? this.#last : this.#traces.get(traceId);
    // By far the most frequent case stands by itself: it looks at one record, and changes nothing else.
    if (trace !== undefined && trace.countsBelow === true && trace.isParentOf(child)) {
      trace.silentBelow += 1;
      return trace;
    }
    const parent = trace?.hasStrays === false ? trace.find(parentIdOf(child)) : undefined;
    if (parent === undefined) return undefined;
    parent.silentBelow += 1;
    return parent.entry;
  }

  /** Ends a span that has nothing to say: its open parent counts it. Undefined: to be ended as any other. */
  endSilent(traceId: string, spanId: string, parentSpanId: string): Entry<Root> | undefined {
    const entry = this.#find(traceId)?.takeSilent(spanId, parentSpanId)?.entry;
    if (entry !== undefined) entry.openBelow -= 1;
    return entry;
  }

  /** Undefined: it was not seen to start. */
  end(traceId: string, spanId: string): OpenSpan<Root> | undefined {
    const trace = this.#find(traceId);
    const span = trace?.find(spanId);
    if (trace === undefined || span === undefined) return undefined;
    trace.take(span);
    if (span !== span.entry) span.entry.openBelow -= 1;
    return span;
  }

  /** Something is known of what is below a span, which may be open. */
  tell(traceId: string, spanId: string): void {
    const trace = this.#find(traceId);
    const span = trace?.find(spanId);
    if (span !== undefined) span.toldBelow = true;
    else trace?.noteStray();
  }

  /** Hands over what was counted below the open spans of a trace. */
  handOver(traceId: string): void {
    const trace = this.#find(traceId);
    if (trace !== undefined && trace.size > 0) this.#handOver(trace);
  }

  /** An entry has ended and is not held, or no longer. */
  leave(traceId: string, entry: Entry<Root>): void {
    const trace = this.#find(traceId);
    if (trace === undefined) return;
    const at = trace.entries.indexOf(entry);
    if (at >= 0 && trace.entries.length > 1) trace.entries.splice(at, 1);
    else if (at >= 0) this.#forget(trace);
  }

  /** Span ids of the other entries of a trace. */
  otherEntries(traceId: string, entry: Entry<Root>): ReadonlySet<string> {
    const entries = this.#find(traceId)?.entries;
    if (entries === undefined || (entries.length === 1 && entries[0] === entry)) return NONE;
    return new Set(entries.filter((other) => other !== entry).map((other) => other.spanId));
  }

  has(traceId: string): boolean {
    return this.#traces.has(traceId);
  }

  get size(): number {
    return this.#traces.size;
  }

  #find(traceId: string): TraceSpans<Root> | undefined {
    if (this.#lastId === traceId) return this.#last;
    const trace = this.#traces.get(traceId);
    if (trace !== undefined) {
      this.#last = trace;
      this.#lastId = traceId;
    }
    return trace;
  }

  #addTrace(trace: TraceSpans<Root>): TraceSpans<Root> {
    // Not to be gone through without need: a Map walks past all that has left it since it last grew.
    if (this.#traces.size >= this.#maxTraces) this.#makeRoom();
    this.#traces.set(trace.traceId, trace);
    this.#last = trace;
    this.#lastId = trace.traceId;
    return trace;
  }

  #makeRoom(): void {
    let looked = 0;
    for (const oldest of this.#traces.values()) {
      if (this.#traces.size < this.#maxTraces || looked === LOOKED_AT_PER_NEW_TRACE) break;
      looked += 1;
      // What is held must not be lost: it leaves by its own time.
      if (!oldest.entries.some(({ held }) => held !== undefined)) this.#forget(oldest);
    }
  }

  #forget(trace: TraceSpans<Root>): void {
    this.#traces.delete(trace.traceId);
    if (this.#last === trace) this.#last = this.#lastId = undefined;
    if (trace.size > 0) this.#handOver(trace);
  }

  #handOver(trace: TraceSpans<Root>): void {
    for (const span of trace) {
      if (span.silentBelow > 0) this.#takeOver(trace.traceId, span.spanId, span.silentBelow);
      span.silentBelow = 0;
      span.toldBelow = true;
    }
  }
}
