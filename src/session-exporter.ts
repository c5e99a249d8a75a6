import { diag } from '@opentelemetry/api';
import type { HoneyHiveOptions } from './config/options.js';
import type { PendingSession } from './delivery/pending-session.js';
import { resultOf } from './export-outcome.js';
import { type ExportResult, ExportResultCode } from './otel/core.js';
import { type ExporterStats, SessionPipeline } from './session-pipeline.js';
import { isAnnouncement, type ReadableSpanLike } from './span/readable-span.js';
import { isSessionRoot } from './trace/root-rule.js';
import { warnOnce } from './warnings.js';

/**
 * How a processor finds the inside of an exporter that it shares. The ES module and the CommonJS
 * copy of this package have different classes; the key is the same in both.
 */
export const PIPELINE: unique symbol = Symbol.for('opentelemetry-exporter-honeyhive.pipeline') as never;

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
  /** @internal */
  readonly [PIPELINE]: SessionPipeline;

  constructor(options: HoneyHiveOptions = {}) {
    this[PIPELINE] = new SessionPipeline(options);
  }

  /** Takes finished spans; the result is that of all sessions among them. */
  export(spans: readonly ReadableSpanLike[], done: (result: ExportResult) => void): void {
    const answer = (result: ExportResult): void => {
      try {
        done(result);
      } catch (error) {
        diag.error('HoneyHive exporter: the export callback threw', error);
      }
    };
    const refusal = this[PIPELINE].refusal();
    if (refusal !== undefined) return answer(refusal);

    const sessions = this.#take(spans);
    if (sessions.length === 0) return answer({ code: ExportResultCode.SUCCESS });
    void this[PIPELINE].deliver(sessions).then((report) => answer(resultOf(report)));
  }

  /** Tries at once whatever is queued, and resolves when it has ended or after `flushTimeoutMillis`. Never rejects. */
  forceFlush(): Promise<void> {
    return this[PIPELINE].flush();
  }

  /** Flushes within `shutdownTimeoutMillis`, then counts what is left as dropped. Never rejects; later exports answer FAILED. */
  shutdown(): Promise<void> {
    return this[PIPELINE].shutdown();
  }

  /** What became of everything so far. */
  stats(): ExporterStats {
    return this[PIPELINE].stats();
  }

  /** Folds all children of the batch before its roots are taken: they may come in any order. */
  #take(spans: readonly ReadableSpanLike[]): PendingSession[] {
    const pipeline = this[PIPELINE];
    const roots: ReadableSpanLike[] = [];
    const otherRoots = new Set<string>();
    for (const span of spans ?? []) {
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

function warnOfUnknownParents(): void {
  warnOnce(
    'HONEYHIVE_REMOTE_PARENT_UNKNOWN',
    "sessionRoots 'local' needs OpenTelemetry SDK 2 or newer, or HoneyHiveSessionProcessor: the spans that SDK 1.30 exports do not tell remote parents from local ones, so only spans without a parent become sessions",
  );
}
