import { LinkedList, type ListNode } from '../collections/linked-list.js';
import { RecentIds } from '../collections/recent-ids.js';
import { Digest, type FoldedSpan } from './digest.js';

/** How much of unfinished traces is remembered. */
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
  /** Traces that wait for their root. */
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
  partials: Map<string, Digest>;
  touchedAt: number;
  /** Bytes of content in all partials. */
  bytes: number;
  /** Its place among the traces that hold content. */
  holding: ListNode<OpenTrace> | undefined;
  contentDropped: boolean;
  /** A root that ends it has been taken. */
  taken: boolean;
}

/** A root that has ended, as far as its trace is concerned. */
export interface EndedRoot {
  traceId: string;
  spanId: string;
  /** It has no parent: nothing of this trace is expected any more. */
  endsTrace: boolean;
  /** What is left in the trace under other parents than open roots is laid beside its own subtree. */
  takesRest: boolean;
}

// So many idle traces are forgotten with each new trace: enough to stay ahead of new ones, and no
// long pause.
const FORGOTTEN_PER_NEW_TRACE = 4;

// Most roots of a service that is not traced any deeper. Never changed.
const NOTHING_BELOW: Digest = new Digest();

/** Digests of traces whose root has not ended: bounded in number, bytes and age. */
export class OpenTraces {
  readonly #bounds: TraceBounds;
  readonly #now: () => number;
  readonly #open = new Map<string, ListNode<OpenTrace>>();
  /** The one that no span was added to for longest comes first. */
  readonly #byAge = new LinkedList<OpenTrace>();
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

  /** Folds a span that is no root into what its parent's subtree has to say. */
  fold(traceId: string, parentSpanId: string, span: FoldedSpan): void {
    const trace = this.#touch(traceId);
    if (trace === undefined) {
      this.#lateSpans += 1;
      return;
    }
    const { spanId } = span;
    const own = trace.partials.get(spanId);
    if (own !== undefined) trace.partials.delete(spanId);
    let parent = trace.partials.get(parentSpanId);
    const bytesBefore = (own?.bytes ?? 0) + (parent?.bytes ?? 0);
    if (own === undefined && span.facts.silent) {
      if (parent === undefined) trace.partials.set(parentSpanId, (parent = new Digest()));
      parent.addSilent(span);
    } else {
      const digest = own ?? new Digest();
      digest.enclose(span);
      if (parent === undefined) trace.partials.set(parentSpanId, (parent = digest));
      else parent.add(digest);
    }
    // Content that was given up once is not collected again, to be given up again.
    if (trace.contentDropped) parent.dropContent();
    this.#addBytes(trace, parent.bytes - bytesBefore);
    if (this.#digestBytes > this.#bounds.maxDigestBytes) this.#dropOldestContent();
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
  take({ traceId, spanId, endsTrace, takesRest }: EndedRoot, otherRoots: ReadonlySet<string>): Digest {
    const trace = this.#open.get(traceId)?.value;
    if (endsTrace) this.#taken.add(traceId);
    if (trace === undefined) return NOTHING_BELOW;

    const digest = trace.partials.get(spanId) ?? new Digest();
    trace.partials.delete(spanId);
    const rest = [...trace.partials]
      .filter(([id]) => takesRest && !otherRoots.has(id))
      .sort(([, a], [, b]) => a.startTime - b.startTime);
    for (const [id, partial] of rest) {
      digest.add(partial);
      trace.partials.delete(id);
    }
    if (endsTrace) trace.taken = true;
    if (trace.partials.size === 0) this.#forget(trace);
    else this.#recount(trace);
    return digest;
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
      this.#makeRoom();
      node = this.#byAge.push({ traceId, partials: new Map(), touchedAt: 0, bytes: 0, holding: undefined, contentDropped: false, taken: false });
      this.#open.set(traceId, node);
    } else {
      // What is left of it belongs to another root.
      if (node.value.taken) return undefined;
      this.#byAge.moveToEnd(node);
    }
    node.value.touchedAt = this.#now();
    return node.value;
  }

  #makeRoom(): void {
    const idleSince = this.#now() - this.#bounds.traceIdleMillis;
    for (let forgotten = 0; forgotten < FORGOTTEN_PER_NEW_TRACE; forgotten++) {
      const oldest = this.#byAge.first?.value;
      if (oldest === undefined || oldest.touchedAt >= idleSince) break;
      if (this.#areOpen(oldest.traceId)) {
        this.#touch(oldest.traceId);
        continue;
      }
      this.#forget(oldest);
      this.#idleTraces += 1;
    }
    if (this.#open.size < this.#bounds.maxOpenTraces) return;
    this.#forget(this.#byAge.first!.value);
    this.#evictedTraces += 1;
  }

  #dropOldestContent(): void {
    while (this.#digestBytes > this.#bounds.maxDigestBytes && this.#holding.first !== undefined) {
      const trace = this.#holding.first.value;
      trace.contentDropped = true;
      this.#contentDropped += 1;
      for (const partial of trace.partials.values()) partial.dropContent();
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
    for (const partial of trace.partials.values()) bytes += partial.bytes;
    this.#addBytes(trace, bytes - trace.bytes);
  }

  #addBytes(trace: OpenTrace, bytes: number): void {
    trace.bytes += bytes;
    this.#digestBytes += bytes;
    if (trace.bytes > 0 && trace.holding === undefined && !trace.contentDropped) trace.holding = this.#holding.push(trace);
  }

  #forget(trace: OpenTrace): void {
    this.#byAge.remove(this.#open.get(trace.traceId)!);
    this.#open.delete(trace.traceId);
    this.#addBytes(trace, -trace.bytes);
    this.#letGo(trace);
  }
}
