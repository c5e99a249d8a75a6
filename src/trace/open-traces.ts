import { LinkedList, type ListNode } from '../collections/linked-list.js';
import { RecentIds } from '../collections/recent-ids.js';
import { SmallMap } from '../collections/small-map.js';
import { Digest, type FoldedSpan } from './digest.js';

/**
 * How much of unfinished traces is remembered.
 *
 * @internal
 */
export interface TraceBounds {
  /** Traces without a root so far. */
  maxOpenTraces: number;
  /** Bytes of content in their digests. */
  maxDigestBytes: number;
  /** A trace that no span was added to for so long is forgotten, in milliseconds. */
  traceIdleMillis: number;
}

/** What became of folded spans. */
export interface TraceCounts {
  /** Traces that wait for their root, as far as more is known of them than how many spans have ended. */
  openTraces: number;
  /** Bytes of content that they hold. */
  digestBytes: number;
  /** Spans that ended after their root was taken. */
  lateSpans: number;
  /** Traces forgotten before their root came, because there were too many. */
  evictedTraces: number;
  /** Traces forgotten before their root came, because nothing was added for too long. */
  idleTraces: number;
  /** Traces whose content was given up; their ids, usage and counts were kept. */
  contentDropped: number;
}

interface OpenTrace {
  readonly traceId: string;
  /** What ended spans left for a parent that has not ended, by the parent's id. */
  readonly partials: SmallMap<Digest>;
  /** A span was added since it was last looked at. */
  touched: boolean;
  /** When it was looked at and a span had been added, or when it was begun. */
  since: number;
  /** Bytes of content in all partials. */
  bytes: number;
  /** Its place among the traces that hold content. */
  holding: ListNode<OpenTrace> | undefined;
  contentDropped: boolean;
  /** A root that ends it has been taken. */
  taken: boolean;
}

/**
 * A root that has ended, as far as its trace is concerned.
 *
 * @internal
 */
export interface EndedRoot {
  traceId: string;
  spanId: string;
  /** It has no parent: nothing of this trace is expected any more. */
  endsTrace: boolean;
  /** What is left in the trace under other parents than open roots is laid beside its own subtree. */
  takesRest: boolean;
  /** Ended spans below it that were only counted. */
  silentBelow: number;
}

// So many idle traces are forgotten with each new trace: enough to stay ahead of new ones, and no
// long pause.
const FORGOTTEN_PER_NEW_TRACE = 4;

// Most roots of a service that is not traced any deeper. Never changed.
const NOTHING_BELOW: Digest = new Digest();

/**
 * Digests of traces whose root has not ended: bounded in number, bytes and age.
 *
 * @internal
 */
export class OpenTraces {
  readonly #bounds: TraceBounds;
  readonly #now: () => number;
  readonly #open = new Map<string, ListNode<OpenTrace>>();
  /** In the order in which they are looked at, see `#oldest`. */
  readonly #line = new LinkedList<OpenTrace>();
  /** Those of them that hold content, the one that has held some for longest first. */
  readonly #holding = new LinkedList<OpenTrace>();
  /** Traces whose root was taken. */
  readonly #taken: RecentIds;
  #digestBytes = 0;
  #lateSpans = 0;
  #evictedTraces = 0;
  #idleTraces = 0;
  #contentDropped = 0;
  #areOpen: (traceId: string) => boolean = () => false;

  constructor(bounds: TraceBounds, now: () => number = Date.now) {
    this.#bounds = bounds;
    this.#taken = new RecentIds(bounds.maxOpenTraces);
    this.#now = now;
  }

  /** Traces for which this holds are not forgotten for age. */
  keepTracesThat(areOpen: (traceId: string) => boolean): void {
    this.#areOpen = areOpen;
  }

  /**
   * Folds a span that is no root into what its parent's subtree has to say.
   *
   * @param silentBelow ended spans below it that were only counted.
   */
  fold(traceId: string, parentSpanId: string, span: FoldedSpan, silentBelow: number = 0): void {
    const trace = this.#touch(traceId);
    if (trace === undefined) {
      this.#lateSpans += 1 + silentBelow;
      return;
    }
    const own = trace.partials.take(span.spanId);
    let parent = trace.partials.get(parentSpanId);
    const bytesBefore = (own?.bytes ?? 0) + (parent?.bytes ?? 0);
    const digest = own ?? new Digest();
    digest.enclose(span);
    digest.addSilent(silentBelow);
    if (parent === undefined) trace.partials.set(parentSpanId, (parent = digest));
    else parent.add(digest);
    // Content that was given up once is not collected again, to be given up again.
    if (trace.contentDropped) parent.dropContent();
    this.#addBytes(trace, parent.bytes - bytesBefore);
    if (this.#digestBytes > this.#bounds.maxDigestBytes) this.#dropOldestContent();
  }

  /**
   * As `fold`, for a span with nothing to say, and such that were counted below it. `false`: others
   * below it have something to say, so that it has to be folded around them.
   */
  foldSilent(traceId: string, spanId: string, parentSpanId: string, spans: number): boolean {
    const trace = this.#touch(traceId);
    if (trace === undefined) this.#lateSpans += spans;
    else if (trace.partials.get(spanId) !== undefined) return false;
    else addSilentTo(trace, parentSpanId, spans);
    return true;
  }

  /** Adds spans that have nothing to say below one that may still be open. */
  addSilent(traceId: string, parentSpanId: string, spans: number): void {
    const trace = this.#touch(traceId);
    if (trace === undefined) this.#lateSpans += spans;
    else addSilentTo(trace, parentSpanId, spans);
  }

  /**
   * What is known below a root that has ended. Its own subtree has been folded already; what is
   * left in its trace under other parents (never recorded, not ended yet, or ended before their
   * children) is laid beside it.
   *
   * A root with a remote parent does not end its trace, and what is left there may belong to
   * another request of the same trace, open or ended: unless it is known that there is none, such
   * a root takes its own subtree only.
   */
  take({ traceId, spanId, endsTrace, takesRest, silentBelow }: EndedRoot, otherRoots: ReadonlySet<string>): Digest {
    const node = this.#open.get(traceId);
    if (endsTrace) this.#taken.add(traceId);
    if (node === undefined && silentBelow === 0) return NOTHING_BELOW;

    const digest = node?.value.partials.take(spanId) ?? new Digest();
    digest.addSilent(silentBelow);
    if (node === undefined) return digest;
    const trace = node.value;
    // Nearly always nothing is left.
    if (trace.partials.size > 0) this.#takeRest(trace, digest, takesRest, otherRoots);
    if (endsTrace) trace.taken = true;
    if (trace.partials.size === 0) this.#forget(node);
    else this.#recount(trace);
    return digest;
  }

  #takeRest(trace: OpenTrace, digest: Digest, takesRest: boolean, otherRoots: ReadonlySet<string>): void {
    const rest = [...trace.partials]
      .filter(([id]) => takesRest && !otherRoots.has(id))
      .sort(([, a], [, b]) => a.startTime - b.startTime);
    for (const [id, partial] of rest) {
      digest.add(partial);
      trace.partials.take(id);
    }
  }

  counts(): TraceCounts {
    return {
      openTraces: this.#open.size,
      digestBytes: this.#digestBytes,
      lateSpans: this.#lateSpans,
      evictedTraces: this.#evictedTraces,
      idleTraces: this.#idleTraces,
      contentDropped: this.#contentDropped,
    };
  }

  /** Undefined: its root was taken. */
  #touch(traceId: string): OpenTrace | undefined {
    let node = this.#open.get(traceId);
    if (node === undefined) {
      if (this.#taken.has(traceId)) return undefined;
      const now = this.#now();
      this.#makeRoom(now);
      node = this.#line.push({ traceId, partials: new SmallMap(), touched: false, since: now, bytes: 0, holding: undefined, contentDropped: false, taken: false });
      this.#open.set(traceId, node);
      return node.value;
    }
    // What is left of it belongs to another root.
    if (node.value.taken) return undefined;
    node.value.touched = true;
    return node.value;
  }

  #makeRoom(now: number): void {
    for (let forgotten = 0; forgotten < FORGOTTEN_PER_NEW_TRACE; forgotten++) {
      const node = this.#oldest(now);
      if (node === undefined || now - node.value.since <= this.#bounds.traceIdleMillis) break;
      const oldest = node.value;
      if (this.#areOpen(oldest.traceId)) {
        oldest.touched = true;
        continue;
      }
      this.#forget(node);
      this.#idleTraces += 1;
    }
    if (this.#open.size < this.#bounds.maxOpenTraces) return;
    this.#forget(this.#oldest(now)!);
    this.#evictedTraces += 1;
  }

  /**
   * The trace that no span was added to for longest, near enough. A span only marks its trace: to
   * read the clock and to move the trace to the end of the line with each span would be a third of
   * what folding costs. Whoever is found marked goes to the end instead.
   */
  #oldest(now: number): ListNode<OpenTrace> | undefined {
    for (let node = this.#line.first; node !== undefined; node = this.#line.first) {
      const trace = node.value;
      if (!trace.touched) return node;
      trace.touched = false;
      trace.since = now;
      this.#line.moveToEnd(node);
    }
    return undefined;
  }

  #dropOldestContent(): void {
    while (this.#digestBytes > this.#bounds.maxDigestBytes && this.#holding.first !== undefined) {
      const trace = this.#holding.first.value;
      trace.contentDropped = true;
      this.#contentDropped += 1;
      for (const [, partial] of trace.partials) partial.dropContent();
      this.#recount(trace);
      this.#letGo(trace);
    }
  }

  #letGo(trace: OpenTrace): void {
    if (trace.holding === undefined) return;
    this.#holding.remove(trace.holding);
    trace.holding = undefined;
  }

  #recount(trace: OpenTrace): void {
    let bytes = 0;
    for (const [, partial] of trace.partials) bytes += partial.bytes;
    this.#addBytes(trace, bytes - trace.bytes);
  }

  #addBytes(trace: OpenTrace, bytes: number): void {
    trace.bytes += bytes;
    this.#digestBytes += bytes;
    if (trace.bytes > 0 && trace.holding === undefined && !trace.contentDropped) trace.holding = this.#holding.push(trace);
  }

  #forget(node: ListNode<OpenTrace>): void {
    const trace = node.value;
    this.#line.remove(node);
    this.#open.delete(trace.traceId);
    this.#addBytes(trace, -trace.bytes);
    this.#letGo(trace);
  }
}

function addSilentTo({ partials }: OpenTrace, parentSpanId: string, spans: number): void {
  let parent = partials.get(parentSpanId);
  if (parent === undefined) partials.set(parentSpanId, (parent = new Digest()));
  parent.addSilent(spans);
}
