import type { SpanContext } from '@opentelemetry/api';
import { parentContextOf, parentIdOf, type ReadableSpanLike, type StartedSpanLike } from '../span/readable-span.js';

/** A span that has started and not ended: a plain object and little more than a place in a list, since nearly every span is one for a while. */
export interface OpenSpan<Root> {
  readonly spanId: string;
  /** The topmost span of its trace in this process that it is below of, or is. */
  readonly entry: Entry<Root>;
  /** The one of its trace that started before it. */
  older: OpenSpan<Root> | undefined;
  /** Ended spans below it of which nothing is known but that they were there. */
  silentBelow: number;
  /** Something else may be known of what is below it. */
  toldBelow: boolean;
}

/**
 * The topmost span of a trace in this process, and what has not ended below it. What is looked at for
 * each span comes first: with thousands of traces open, a record is fetched from memory line by line.
 */
export class Entry<Root> implements OpenSpan<Root> {
  readonly spanId: string;
  /** It is the first of its trace and open, and nothing is known of what is below spans that have not started. */
  countsBelow = false;
  /** The context by which a child has named it as its parent: the same object is sooner compared than an id. */
  knownAs: SpanContext | undefined = undefined;
  silentBelow = 0;
  /** Spans below it that have started and not ended. */
  openBelow = 0;
  /** It has ended, and waits for those. */
  held: Root | undefined = undefined;
  readonly entry: Entry<Root> = this;
  older: OpenSpan<Root> | undefined = undefined;
  toldBelow = false;
  /** It has no parent, or one in another process; otherwise its parent was never recorded here. */
  readonly isLocalRoot: boolean;
  /** Its parent is in another process. */
  hasParent: boolean;
  /** Itself, while somebody else has it: it may never end. */
  span: WeakRef<StartedSpanLike> | undefined = undefined;
  /** Of the session that it is the root of, once nothing can change it any more. */
  sessionId: string | undefined = undefined;
  /** That session is a caller's. */
  joins = false;
  /** The span whose work it goes on with, which had ended before. */
  goesOnWith: ReadableSpanLike | undefined = undefined;

  constructor(spanId: string, isLocalRoot: boolean, hasParent: boolean) {
    this.spanId = spanId;
    this.isLocalRoot = isLocalRoot;
    this.hasParent = hasParent;
  }
}

// Longer lists are slower to search than a Map.
const LONGEST_LIST = 16;

/**
 * The open spans of one trace: nearly always a handful, of which the newest are asked for. It is the
 * trace's first entry as well, since each object apart is one more that the processor has to fetch
 * from memory, with thousands of traces open.
 */
export class TraceSpans<Root> extends Entry<Root> {
  size = 0;
  #newest: OpenSpan<Root> | undefined = undefined;
  #byId: Map<string, OpenSpan<Root>> | undefined = undefined;
  /** Something may be known of what is below spans that have not started. */
  hasStrays = false;
  readonly traceId: string;
  /** Entries that are open or held, oldest first. */
  readonly entries: Entry<Root>[] = [this];

  constructor(traceId: string, spanId: string, isLocalRoot: boolean, hasParent: boolean) {
    super(spanId, isLocalRoot, hasParent);
    this.traceId = traceId;
    this.countsBelow = true;
    this.add(this);
  }

  /** An open span that another one names as its parent: mostly the first. */
  parent(spanId: string): OpenSpan<Root> | undefined {
    return this.countsBelow && this.spanId === spanId ? this : this.find(spanId);
  }

  find(spanId: string): OpenSpan<Root> | undefined {
    if (this.#byId !== undefined) return this.#byId.get(spanId);
    let span = this.#newest;
    while (span !== undefined && span.spanId !== spanId) span = span.older;
    return span;
  }

  /** Whether the first span is the parent of another one. How that names it is remembered. */
  isParentOf(child: StartedSpanLike): boolean {
    const context = parentContextOf(child);
    if (context !== undefined && this.knownAs === context) return true;
    if (this.spanId !== parentIdOf(child)) return false;
    this.knownAs = context;
    return true;
  }

  add(span: OpenSpan<Root>): void {
    this.size += 1;
    if (this.#byId === undefined && this.size <= LONGEST_LIST) {
      span.older = this.#newest;
      this.#newest = span;
      return;
    }
    this.#byId ??= new Map([...this].reverse().map((open) => [open.spanId, open]));
    this.#newest = undefined;
    this.#byId.set(span.spanId, span);
  }

  /** Takes out a span that is there. */
  take(span: OpenSpan<Root>): void {
    this.size -= 1;
    if (span === this) this.countsBelow = false;
    if (this.#byId !== undefined) this.#byId.delete(span.spanId);
    else if (this.#newest === span) this.#newest = span.older;
    else for (const newer of this) if (newer.older === span) newer.older = span.older;
  }

  /** Takes out a span that has nothing to say, if its parent is there to count it and nothing is known of what is below it. */
  takeSilent(spanId: string, parentSpanId: string): OpenSpan<Root> | undefined {
    const span = this.find(spanId);
    if (span === undefined || span === span.entry || span.toldBelow) return undefined;
    const parent = this.parent(parentSpanId);
    if (parent === undefined || parent === span) return undefined;
    parent.silentBelow += 1 + span.silentBelow;
    this.take(span);
    return span;
  }

  noteStray(): void {
    this.hasStrays = true;
    this.countsBelow = false;
  }

  *[Symbol.iterator](): Iterator<OpenSpan<Root>> {
    if (this.#byId !== undefined) yield* this.#byId.values();
    else for (let span = this.#newest; span !== undefined; span = span.older) yield span;
  }
}
