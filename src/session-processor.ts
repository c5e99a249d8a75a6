import { type Context, trace, TraceFlags } from '@opentelemetry/api';
import { saidIn } from './application/context.js';
import { SESSION_ID } from './application/said.js';
import { propagateSessionId, sessionIdInBaggage } from './application/session-baggage.js';
import { AwaitingRoots } from './awaiting-roots.js';
import type { ListNode } from './collections/linked-list.js';
import type { HoneyHiveOptions } from './config/options.js';
import { flushOnExit } from './flush-on-exit.js';
import { type HeldRoot, HeldRoots, type HoldingEntry } from './held-roots.js';
import { markAsOwn } from './own.js';
import type { HoneyHiveSessionExporter } from './session-exporter.js';
import { type ExporterStats, SessionPipeline } from './session-pipeline.js';
import { inPlaceOf, isFirstPass } from './span/first-pass.js';
import { isAnnouncement, parentIdOf, parentOf, pendingResource, type ReadableSpanLike, type StartedSpanLike } from './span/readable-span.js';
import { OpenSpans } from './trace/open-spans.js';
import { isSilentSpan } from './trace/silent-span.js';
import { Entry } from './trace/trace-spans.js';

// What is looked at for each span: a constant of another package's is looked up each time, and a
// field is compared with `true` or `false`, since it may be anything to the compiler.
const { SAMPLED } = TraceFlags;

/** What a processor has done since it was made. */
export interface ProcessorStats extends ExporterStats {
  /** Roots that have ended and wait for their descendants, or for their resource. */
  readonly heldRoots: number;
  /** Traces with spans that have started and not ended; of those that never end at most `maxOpenTraces`. */
  readonly startedTraces: number;
}

/**
 * Makes sessions of traces as they end: the recommended way in. It sees spans start, and so knows
 * when a root's descendants have ended (a streamed answer, a handler that outlives its request) and
 * which parents are in another process. Roots go straight into delivery: there is no batch and no
 * second queue, and children do not fill the SDK's.
 *
 * Nothing here throws into `span.end()`.
 *
 * @throws TypeError from the constructor, for an option with a wrong name or value.
 */
export class HoneyHiveSessionProcessor {
  /**
   * The span that started last, until anything else happens. Often that is its own end (of a middleware,
   * of a query while nothing else goes on): then it needs no place among the open spans.
   */
  #deferred: StartedSpanLike | undefined;
  #deferredIn: Context | undefined;
  readonly #defersStarts: boolean;
  /** Spans that have nothing to say are only counted. */
  readonly #countsSilent: boolean;
  /** What is stamped says nothing of a span. */
  readonly #ownKey: string | undefined;
  readonly #pipeline: SessionPipeline;
  readonly #spans: OpenSpans<ListNode<HeldRoot>>;
  readonly #stampSpans: boolean;
  readonly #held: HeldRoots;
  readonly #awaiting = new AwaitingRoots();
  readonly #stopFlushOnExit: () => void;
  #shutdown: Promise<void> | undefined;

  /** @param options those of the exporter; or an exporter to share: its queue, its connections, its settings. */
  constructor(options: HoneyHiveOptions | { readonly exporter: HoneyHiveSessionExporter } = {}) {
    const pipeline = 'exporter' in options ? options.exporter.pipeline : new SessionPipeline(options, 'HoneyHiveSessionProcessor');
    const { maxOpenTraces, settleTimeoutMillis, stampSpans, propagateSession, sessionRoots, flushTimeoutMillis, shutdownTimeoutMillis } = pipeline.config;
    this.#pipeline = pipeline;
    this.#spans = new OpenSpans(maxOpenTraces, (traceId, spanId, spans) => pipeline.addSilent(traceId, spanId, spans));
    this.#held = new HeldRoots(settleTimeoutMillis, () => this.#releaseDue(performance.now()));
    this.#stampSpans = stampSpans;
    // What is stamped or handed on is decided when a span starts.
    this.#defersStarts = !stampSpans && !propagateSession;
    this.#ownKey = stampSpans ? SESSION_ID : undefined;
    // A function is asked about every span.
    this.#countsSilent = typeof sessionRoots !== 'function';
    pipeline.keepTracesThat((traceId) => this.#spans.has(traceId) || this.#deferred?.spanContext().traceId === traceId);
    pipeline.application.findPlacesBy(({ traceId, spanId }) => {
      this.#startDeferred();
      return this.#spans.entryOf(traceId, spanId);
    });
    // Who flushes knows what for; a script that is at its end is not to wait longer than for a shutdown.
    this.#stopFlushOnExit = flushOnExit({ forceFlush: () => this.#finish(Math.min(flushTimeoutMillis, shutdownTimeoutMillis), (left) => pipeline.flushLast(left)) });
    markAsOwn(this);
  }

  onStart(span: StartedSpanLike, parentContext: Context): void {
    this.#startDeferred();
    this.#deferred = span;
    this.#deferredIn = parentContext;
    if (this.#defersStarts === false) this.#startDeferred();
  }

  onEnd(span: ReadableSpanLike): void {
    try {
      this.#end(span);
    } catch (error) {
      this.#pipeline.unreadable(error);
    }
  }

  /**
   * Sends every root that has ended before, with what has ended below it, and resolves when each is
   * delivered or given up, or after `flushTimeoutMillis`. Never rejects.
   */
  forceFlush(): Promise<void> {
    return this.#finish(this.#pipeline.config.flushTimeoutMillis, (left) => this.#pipeline.flush(left));
  }

  /** As `forceFlush`, within `shutdownTimeoutMillis`; later spans are ignored. Never rejects. A second call gives the promise of the first. */
  shutdown(): Promise<void> {
    this.#stopFlushOnExit();
    this.#shutdown ??= this.#finish(this.#pipeline.config.shutdownTimeoutMillis, (left) => this.#pipeline.shutdown(left));
    return this.#shutdown;
  }

  /** What became of everything so far. */
  stats(): ProcessorStats {
    this.#startDeferred();
    return { ...this.#pipeline.stats(), heldRoots: this.#held.size + this.#awaiting.size, startedTraces: this.#spans.size };
  }

  /** Comes before all else that looks at open spans, or changes them. */
  #startDeferred(): void {
    const span = this.#deferred;
    const context = this.#deferredIn;
    if (span === undefined) return;
    this.#forgetDeferred();
    try {
      this.#start(span, context!);
    } catch (error) {
      this.#pipeline.unreadable(error);
    }
  }

  #forgetDeferred(): void {
    this.#deferred = undefined;
    this.#deferredIn = undefined;
  }

  // Most spans are children with nothing to say: what they need stands apart from the rest, so that it is compiled into one piece.
  #start(span: StartedSpanLike, parentContext: Context): void {
    const { traceId, spanId, traceFlags } = span.spanContext();
    if ((traceFlags & SAMPLED) === 0 || this.#pipeline.refuses) return;
    const entry = this.#spans.startBelow(traceId, spanId, parentIdOf(span)) ?? this.#startOther(span, parentContext);
    if (this.#stampSpans && entry?.sessionId !== undefined) stamp(span, entry.sessionId);
  }

  #startOther(span: StartedSpanLike, parentContext: Context): HoldingEntry | undefined {
    const { traceId, spanId } = span.spanContext();
    const parent = parentOf(span);
    // SDK 1.30's spans do not tell; the context that they start in does.
    const remote = parent !== undefined && (parent.remote ?? trace.getSpanContext(parentContext)?.isRemote === true);
    const started = this.#spans.start(traceId, spanId, parent?.spanId, remote);
    const entry = started?.entry;
    if (entry !== undefined && entry === started) {
      const before = remote ? this.#spans.held(traceId, parent.spanId) : undefined;
      if (before?.held !== undefined && isFirstPass(before.held.value.root)) this.#goOn(entry, span, before, before.held);
      this.#begin(entry, span, parentContext);
    }
    return entry;
  }

  #end(span: ReadableSpanLike): void {
    const isDeferred = this.#deferred === span;
    if (!isDeferred) this.#startDeferred();
    const { traceId, spanId, traceFlags } = span.spanContext();
    if ((traceFlags & SAMPLED) === 0) return;
    if (this.#countsSilent === true && !this.#pipeline.refuses) {
      if (!isSilentSpan(span, this.#ownKey)) {
        if (isDeferred && this.#foldDeferred(span, traceId)) return;
      } else {
        const entry = isDeferred ? this.#spans.countBelow(traceId, span) : this.#spans.endSilent(traceId, spanId, parentIdOf(span));
        if (entry !== undefined) {
          if (isDeferred) this.#forgetDeferred();
          if (entry.held !== undefined) this.#settle(entry);
          return;
        }
      }
    }
    if (isDeferred) this.#startDeferred();
    this.#endOther(span, traceId, spanId);
  }

  /** Folds a span that has something to say, and ends before anything else happens. `false`: it is to be started, and ended as any other. */
  #foldDeferred(span: ReadableSpanLike, traceId: string): boolean {
    const parent = parentOf(span);
    if (parent === undefined || isAnnouncement(span)) return false;
    if (!this.#spans.passBelow(traceId, parent.spanId)) return false;
    this.#forgetDeferred();
    this.#pipeline.fold(span, 0, false, false);
    return true;
  }

  #endOther(span: ReadableSpanLike, traceId: string, spanId: string): void {
    if (isAnnouncement(span)) return;
    const ended = this.#spans.end(traceId, spanId);
    const isEntry = ended !== undefined && ended === ended.entry;
    if (this.#pipeline.refuses) {
      this.#pipeline.countRefused(1);
      if (isEntry) this.#spans.leave(traceId, ended.entry);
      return;
    }
    const before = isEntry ? ended.entry.goesOnWith : undefined;
    const root = before === undefined ? span : inPlaceOf(before, span);
    if (this.#isSessionRoot(root, ended && isEntry && ended.entry.isLocalRoot, ended?.entry.joins)) {
      const entry = ended?.entry ?? new Entry<ListNode<HeldRoot>>(spanId, true, false);
      const waits = entry.openBelow > 0 || isFirstPass(root);
      // A root that a rule has found in the middle of a trace does not wait: what is open there may not be below it.
      if (isEntry && waits && this.#pipeline.config.settleTimeoutMillis > 0) this.#held.hold(root, entry);
      else this.#send(root, entry, isEntry);
      return;
    }
    const parent = parentOf(span);
    if (parent !== undefined) this.#spans.tell(traceId, parent.spanId);
    if (ended === undefined) return this.#pipeline.fold(span);
    const { entry } = ended;
    this.#pipeline.fold(span, ended.silentBelow, isEntry && entry.isLocalRoot && parent !== undefined);
    if (isEntry) {
      this.#spans.leave(traceId, entry);
      // No session begins here.
      this.#pipeline.application.take(traceId, entry);
    } else this.#settle(entry);
  }

  /** A root that waits does so no longer than something is open below it. */
  #settle(entry: HoldingEntry): void {
    if (entry.openBelow === 0 && entry.held !== undefined && !isFirstPass(entry.held.value.root)) this.#send(this.#held.take(entry.held).root, entry, true);
  }

  /** What is known of a session when its topmost span in this process starts. */
  #begin(entry: HoldingEntry, span: StartedSpanLike, parentContext: Context): void {
    entry.span = new WeakRef(span);
    const said = saidIn(parentContext);
    if (said !== undefined) this.#pipeline.application.say(span.spanContext(), said);
    if (this.#pipeline.config.propagateSession && entry.goesOnWith === undefined) {
      propagateSessionId();
      entry.sessionId = sessionIdInBaggage(parentContext);
      entry.joins = entry.sessionId !== undefined;
    }
    if (this.#stampSpans) entry.sessionId ??= this.#pipeline.application.sessionIdOf(span.spanContext(), span.attributes ?? {});
  }

  /** The session of a root that has ended is that of this span, where its work goes on. */
  #goOn(entry: HoldingEntry, span: StartedSpanLike, before: HoldingEntry, held: ListNode<HeldRoot>): void {
    const { traceId } = span.spanContext();
    const said = this.#pipeline.application.take(traceId, before);
    this.#held.take(held);
    this.#spans.leave(traceId, before);
    const { hasParent, sessionId, joins, silentBelow } = before;
    Object.assign(entry, { goesOnWith: held.value.root, hasParent, sessionId, joins, silentBelow });
    if (said !== undefined) this.#pipeline.application.say(span.spanContext(), said);
  }

  #isSessionRoot(span: ReadableSpanLike, isLocalRoot: boolean | undefined, joins = false): boolean {
    const { sessionRoots } = this.#pipeline.config;
    if (typeof sessionRoots === 'function') {
      let isRoot = false;
      // One that throws must not leave the trace open for ever.
      this.#pipeline.guarded(() => {
        isRoot = sessionRoots(span) === true;
      });
      return isRoot;
    }
    const parent = parentOf(span);
    if (parent === undefined) return true;
    if (sessionRoots === 'trace' && !joins) return false;
    // Where nobody saw it start, its own word has to do.
    return isLocalRoot ?? parent.remote === true;
  }

  #releaseDue(now: number): void {
    this.#startDeferred();
    for (let held = this.#held.takeDue(now); held !== undefined; held = this.#held.takeDue(now)) {
      const { root, entry } = held;
      this.#pipeline.guarded(() => this.#send(root, entry, true));
    }
  }

  #send(root: ReadableSpanLike, entry: HoldingEntry, isEntry: boolean): void {
    const pending = pendingResource(root);
    if (pending === undefined) this.#sendNow(root, entry, isEntry);
    else {
      // After a shutdown delivery counts it as dropped.
      this.#awaiting.add(pending, () => {
        this.#startDeferred();
        this.#pipeline.guarded(() => this.#sendNow(root, entry, isEntry));
      });
    }
  }

  #sendNow(root: ReadableSpanLike, entry: HoldingEntry, isEntry: boolean): void {
    const { traceId } = root.spanContext();
    const otherRoots = this.#spans.otherEntries(traceId, entry);
    const takesRest = isEntry && otherRoots.size === 0;
    if (takesRest) this.#spans.handOver(traceId);
    const session = this.#pipeline.take(root, { otherRoots, takesRest, silentBelow: isEntry ? entry.silentBelow : 0 }, entry);
    if (isEntry) this.#spans.leave(traceId, entry);
    if (session !== undefined) this.#pipeline.deliverSoon(session);
  }

  async #finish(timeoutMillis: number, then: (leftMillis: number) => Promise<void>): Promise<void> {
    const start = performance.now();
    this.#releaseDue(Infinity);
    if (this.#awaiting.size > 0) await this.#awaiting.sendAll(timeoutMillis / 2);
    await then(Math.max(1, timeoutMillis - (performance.now() - start)));
  }
}

/** The only change that is ever made to a span. What the application says itself stays. */
function stamp(span: StartedSpanLike, sessionId: string): void {
  if (!Object.hasOwn(span.attributes ?? {}, SESSION_ID)) span.setAttribute?.(SESSION_ID, sessionId);
}
