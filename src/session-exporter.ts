import type { HoneyHiveOptions } from './config/options.js';
import type { PendingSession } from './delivery/pending-session.js';
import { resultOf } from './export-outcome.js';
import { type ExportResult, ExportResultCode } from './otel/core.js';
import { markAsOwn } from './own.js';
import { type ExporterStats, SessionPipeline } from './session-pipeline.js';
import { isAnnouncement, type ReadableSpanLike } from './span/readable-span.js';
import { isSessionRoot } from './trace/root-rule.js';
import { warnOnce } from './warnings.js';

/**
 * Sends the root spans of traces to HoneyHive, each as one session that also tells what its
 * descendants said. For the SDK's own span processors; whoever can choose takes
 * `HoneyHiveSessionProcessor`, which waits for descendants that outlive their root.
 *
 * `export` may be called again before it has answered: all calls share the same connections. It
 * never throws and calls back exactly once, with SUCCESS only when the server took every session.
 *
 * @throws TypeError from the constructor, for an option with a wrong name or value.
 */
export class HoneyHiveSessionExporter {
  /**
   * For a processor that shares this exporter, be it of the other copy of this package.
   *
   * @internal
   */
  readonly pipeline: SessionPipeline;

  constructor(options: HoneyHiveOptions = {}) {
    this.pipeline = new SessionPipeline(options, 'HoneyHiveSessionExporter');
    markAsOwn(this);
  }

  /** Takes finished spans; the result is that of all sessions among them. */
  export(spans: readonly ReadableSpanLike[], done: (result: ExportResult) => void): void {
    const answer = (result: ExportResult): void => {
      try {
        done(result);
      } catch (error) {
        this.pipeline.diagnostics.warn('callback', 'the callback of an export threw', error);
      }
    };
    const refusal = this.pipeline.refusal();
    if (refusal !== undefined) {
      this.pipeline.countRefused(Array.isArray(spans) ? spans.length : 0);
      return answer(refusal);
    }
    const { propagateSession, stampSpans } = this.pipeline.config;
    if (propagateSession || stampSpans) warnOfMissingProcessor();

    const sessions = this.#take(spans);
    if (sessions.length === 0) return answer({ code: ExportResultCode.SUCCESS });
    void this.pipeline.deliver(sessions).then((report) => answer(resultOf(report)));
  }

  /** Tries at once whatever is queued, and resolves when it has ended or after `flushTimeoutMillis`. Never rejects. */
  forceFlush(): Promise<void> {
    return this.pipeline.flush();
  }

  /** Flushes within `shutdownTimeoutMillis`, then counts what is left as dropped. Never rejects; later exports answer FAILED. */
  shutdown(): Promise<void> {
    return this.pipeline.shutdown();
  }

  /** What became of everything so far. */
  stats(): ExporterStats {
    return this.pipeline.stats();
  }

  /** Folds all children of the batch before its roots are taken: they may come in any order. */
  #take(spans: readonly ReadableSpanLike[]): PendingSession[] {
    const { pipeline } = this;
    const roots: ReadableSpanLike[] = [];
    const otherRoots = new Set<string>();
    for (const span of Array.isArray(spans) ? (spans as readonly ReadableSpanLike[]) : []) {
      pipeline.guarded(() => {
        if (isAnnouncement(span)) return;
        if (isSessionRoot(span, pipeline.config.sessionRoots, warnOfUnknownParents)) {
          otherRoots.add(span.spanContext().spanId);
          roots.push(span);
        } else {
          pipeline.fold(span);
        }
      });
    }
    const sessions: PendingSession[] = [];
    for (const root of roots) {
      const session = pipeline.take(root, { otherRoots });
      if (session !== undefined) sessions.push(session);
    }
    return sessions;
  }
}

function warnOfMissingProcessor(): void {
  warnOnce(
    'HONEYHIVE_NEEDS_PROCESSOR',
    'propagateSession and stampSpans need HoneyHiveSessionProcessor, which sees spans start; an exporter does nothing of it',
  );
}

function warnOfUnknownParents(): void {
  warnOnce(
    'HONEYHIVE_REMOTE_PARENT_UNKNOWN',
    "sessionRoots 'local' needs OpenTelemetry SDK 2 or newer, or HoneyHiveSessionProcessor: the spans that SDK 1.30 exports do not tell remote parents from local ones, so only spans without a parent become sessions",
  );
}
