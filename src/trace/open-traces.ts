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
  /** What ended spans left for a parent that has not ended, by the parent's id. */
  partials: Map<string, Digest>;
  touchedAt: number;
  /** Bytes of content in all partials. */
  bytes: number;
  contentDropped: boolean;
}

/** A root that has ended, as far as its trace is concerned. */
export interface EndedRoot {
  traceId: string;
  spanId: string;
  /** It has no parent: nothing of this trace is expected any more. */
  endsTrace: boolean;
}

// So many idle traces are forgotten with each new trace: enough to stay ahead of new ones, and no
// long pause.
const FORGOTTEN_PER_NEW_TRACE = 4;

/** Digests of traces whose root has not ended: bounded in number, bytes and age. */
export class OpenTraces {
  readonly #bounds: TraceBounds;
  readonly #now: () => number;
  /** The one that no span was added to for longest comes first. */
  readonly #open = new Map<string, OpenTrace>();
  /** Traces whose root was taken, oldest first. */
  readonly #taken = new Set<string>();
  #digestBytes = 0;
  #lateSpans = 0;
  #evictedTraces = 0;
  #idleTraces = 0;
  #contentDropped = 0;

  constructor(bounds: TraceBounds, now: () => number = Date.now) {
    this.#bounds = bounds;
    this.#now = now;
  }

  /** Folds a span that is no root into what its parent's subtree has to say. */
  fold(traceId: string, spanId: string, parentSpanId: string, span: FoldedSpan): void {
    if (this.#taken.has(traceId)) {
      this.#lateSpans += 1;
      return;
    }
    const trace = this.#open.get(traceId) ?? this.#newTrace();
    trace.touchedAt = this.#now();
    this.#open.delete(traceId);
    this.#open.set(traceId, trace);

    const digest = trace.partials.get(spanId) ?? new Digest();
    trace.partials.delete(spanId);
    const parent = trace.partials.get(parentSpanId);
    const bytesBefore = digest.bytes + (parent?.bytes ?? 0);
    digest.enclose(span);
    if (parent === undefined) trace.partials.set(parentSpanId, digest);
    else parent.add(digest);
    // Content that was given up once is not collected again, to be given up again.
    if (trace.contentDropped) (parent ?? digest).dropContent();
    this.#addBytes(trace, (parent ?? digest).bytes - bytesBefore);
    if (this.#digestBytes > this.#bounds.maxDigestBytes) this.#dropOldestContent();
  }

  /**
   * What is known below a root that has ended. Its own subtree has been folded already; what is
   * left in its trace under other parents (never recorded, not ended yet, or ended before their
   * children) is laid beside it.
   *
   * A root with a remote parent does not end its trace, and what is left there may belong to
   * another request of the same trace, open or ended: such a root takes its own subtree only.
   */
  take({ traceId, spanId, endsTrace }: EndedRoot, otherRoots: ReadonlySet<string>): Digest {
    const trace = this.#open.get(traceId);
    if (endsTrace) this.#rememberTaken(traceId);
    if (trace === undefined) return new Digest();

    const digest = trace.partials.get(spanId) ?? new Digest();
    trace.partials.delete(spanId);
    const rest = [...trace.partials]
      .filter(([id]) => endsTrace && !otherRoots.has(id))
      .sort(([, a], [, b]) => a.startTime - b.startTime);
    for (const [id, partial] of rest) {
      digest.add(partial);
      trace.partials.delete(id);
    }
    if (trace.partials.size === 0) this.#forget(traceId, trace);
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

  #newTrace(): OpenTrace {
    const idleSince = this.#now() - this.#bounds.traceIdleMillis;
    for (let forgotten = 0; forgotten < FORGOTTEN_PER_NEW_TRACE; forgotten++) {
      const [traceId, trace] = this.#open.entries().next().value ?? [];
      if (traceId === undefined || trace!.touchedAt >= idleSince) break;
      this.#forget(traceId, trace!);
      this.#idleTraces += 1;
    }
    if (this.#open.size >= this.#bounds.maxOpenTraces) {
      this.#forget(...this.#open.entries().next().value!);
      this.#evictedTraces += 1;
    }
    return { partials: new Map(), touchedAt: 0, bytes: 0, contentDropped: false };
  }

  #rememberTaken(traceId: string): void {
    this.#taken.add(traceId);
    if (this.#taken.size <= this.#bounds.maxOpenTraces) return;
    for (const oldest of this.#taken) {
      this.#taken.delete(oldest);
      return;
    }
  }

  #dropOldestContent(): void {
    for (const trace of this.#open.values()) {
      if (trace.contentDropped || trace.bytes === 0) continue;
      trace.contentDropped = true;
      this.#contentDropped += 1;
      for (const partial of trace.partials.values()) partial.dropContent();
      this.#recount(trace);
      if (this.#digestBytes <= this.#bounds.maxDigestBytes) return;
    }
  }

  #recount(trace: OpenTrace): void {
    let bytes = 0;
    for (const partial of trace.partials.values()) bytes += partial.bytes;
    this.#addBytes(trace, bytes - trace.bytes);
  }

  #addBytes(trace: OpenTrace, bytes: number): void {
    trace.bytes += bytes;
    this.#digestBytes += bytes;
  }

  #forget(traceId: string, trace: OpenTrace): void {
    this.#open.delete(traceId);
    this.#addBytes(trace, -trace.bytes);
  }
}
