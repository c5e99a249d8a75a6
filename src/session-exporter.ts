import { diag } from '@opentelemetry/api';
import type { HoneyHiveOptions } from './config/options.js';
import { type Config, resolveConfig } from './config/resolve.js';
import { Delivery } from './delivery/delivery.js';
import type { DeliveryStats } from './delivery/delivery-stats.js';
import type { NotSent, PendingSession } from './delivery/pending-session.js';
import { failed, resultOf } from './export-outcome.js';
import { type ExportResult, ExportResultCode } from './otel/core.js';
import type { BeforeSend } from './session/before-send.js';
import { type FinishSettings, finishSession } from './session/finish-session.js';
import type { SessionFacts } from './session/session-facts.js';
import { frozenCopy, isAnnouncement, type ReadableSpanLike } from './span/readable-span.js';
import type { TraceCounts } from './trace/open-traces.js';
import { isSessionRoot } from './trace/root-rule.js';
import { SessionIntake } from './trace/session-intake.js';
import { VERSION } from './version.js';
import { warnOnce } from './warnings.js';

/** What an exporter has done since it was made. Counters only grow; the rest is as of now. */
export interface ExporterStats extends DeliveryStats, TraceCounts {
  /** Roots that became no session, by reason; not among `accepted`. */
  readonly filtered: Readonly<Record<string, number>>;
  /** Spans that could not be read. */
  readonly unreadableSpans: number;
}

/**
 * Sends the root spans of traces to HoneyHive, each as one session that also tells what its
 * descendants said.
 *
 * `export` may be called again before it has answered: all calls share the same connections. It
 * never throws and calls back exactly once, with SUCCESS only when the server took every session.
 *
 * @throws TypeError from the constructor, for an option with a wrong name or value.
 */
export class HoneyHiveSessionExporter {
  readonly #config: Config;
  readonly #intake: SessionIntake;
  readonly #settings: FinishSettings;
  readonly #delivery: Delivery | undefined;
  readonly #filtered = new Map<string, number>();
  #unreadableSpans = 0;
  #shutdown: Promise<void> | undefined;

  constructor(options: HoneyHiveOptions = {}) {
    const { config, warnings } = resolveConfig(options);
    const { sessionName } = config;
    this.#config = config;
    this.#intake = new SessionIntake({ ...config, sessionName: typeof sessionName === 'function' ? sessionName : undefined });
    this.#settings = { ...config, sessionName: typeof sessionName === 'string' ? sessionName : undefined };
    if (config.disabled) return;
    for (const warning of warnings) warnOnce('HONEYHIVE_INVALID_SETTING', warning);
    if (config.url?.startsWith('http:') && !isLoopback(config.url)) {
      warnOnce('HONEYHIVE_PLAIN_HTTP', `sessions and the key go to ${new URL(config.url).host} unencrypted; use an https URL in HH_API_URL`);
    }
    if (config.apiKey === undefined) {
      warnOnce('HONEYHIVE_MISSING_API_KEY', 'no HoneyHive key: nothing is sent. Set HH_API_KEY, or the option apiKey');
    } else if (config.url !== undefined) {
      this.#delivery = new Delivery({ ...config, apiKey: config.apiKey, url: config.url, version: VERSION, env: process.env });
    }
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
    const refusal = this.#refusal();
    if (refusal !== undefined) return answer(refusal);

    const sessions = this.#take(spans);
    if (sessions.length === 0) return answer({ code: ExportResultCode.SUCCESS });
    void this.#delivery!.deliver(sessions).then((report) => answer(resultOf(report)));
  }

  /** Tries at once whatever is queued, and resolves when it has ended or after `flushTimeoutMillis`. Never rejects. */
  async forceFlush(): Promise<void> {
    // Whoever waits for this would wait in vain if the process ended meanwhile: timers hold it.
    await this.#delivery?.flush(this.#config.flushTimeoutMillis, true);
  }

  /** Flushes within `shutdownTimeoutMillis`, then counts what is left as dropped. Never rejects; later exports answer FAILED. */
  shutdown(): Promise<void> {
    this.#shutdown ??= (async () => this.#delivery?.shutdown(this.#config.shutdownTimeoutMillis, true))();
    return this.#shutdown;
  }

  /** What became of everything so far. */
  stats(): ExporterStats {
    return {
      ...(this.#delivery?.stats() ?? NOTHING_SENT),
      ...this.#intake.counts(),
      filtered: Object.fromEntries(this.#filtered),
      unreadableSpans: this.#unreadableSpans,
    };
  }

  /** Why nothing is exported, if so. */
  #refusal(): ExportResult | undefined {
    if (this.#config.disabled) return { code: ExportResultCode.SUCCESS };
    if (this.#shutdown !== undefined) return failed('ExporterShutdownError', 'the HoneyHive exporter has been shut down');
    if (this.#config.apiKey === undefined) return failed('MissingApiKeyError', 'no HoneyHive key; set HH_API_KEY, or the option apiKey');
    if (this.#config.url === undefined) return failed('InvalidUrlError', 'the HoneyHive URL in HH_DATA_PLANE_URL or HH_API_URL is no http or https URL');
    return undefined;
  }

  /** Folds all children of the batch before its roots are taken: they may come in any order. */
  #take(spans: readonly ReadableSpanLike[]): PendingSession[] {
    const roots: ReadableSpanLike[] = [];
    const rootIds = new Set<string>();
    for (const span of spans ?? []) {
      this.#guarded(() => {
        if (isAnnouncement(span)) return;
        if (isSessionRoot(span, this.#config.sessionRoots, warnOfUnknownParents)) {
          rootIds.add(span.spanContext().spanId);
          roots.push(span);
        } else {
          this.#intake.fold(span);
        }
      });
    }
    const sessions: PendingSession[] = [];
    for (const root of roots) {
      this.#guarded(() => {
        const taken = this.#intake.take(root, rootIds);
        if ('facts' in taken) {
          const beforeSend = this.#beforeSend(root);
          sessions.push({ bytes: taken.bytes, serialize: () => this.#textOf(taken.facts, beforeSend) });
        } else this.#filtered.set(taken.filtered, (this.#filtered.get(taken.filtered) ?? 0) + 1);
      });
    }
    return sessions;
  }

  #beforeSend(root: ReadableSpanLike): BeforeSend | undefined {
    const { beforeSend } = this.#config;
    if (beforeSend === undefined) return undefined;
    const copy = frozenCopy(root);
    return (session) => beforeSend(session, copy);
  }

  #textOf(facts: SessionFacts, beforeSend: BeforeSend | undefined): string | NotSent {
    const finished = finishSession(facts, this.#settings, beforeSend);
    switch (finished.kind) {
      case 'text':
        return finished.text;
      case 'declined':
        return finished;
      case 'failed':
        warnOnce('HONEYHIVE_BEFORE_SEND_FAILED', `beforeSend failed, so the session was dropped: ${finished.why}. Return the session, or null to drop it`);
        return { kind: 'dropped', reason: 'before_send_failed' };
    }
  }

  /** One broken span must not cost the others of its batch. */
  #guarded(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#unreadableSpans += 1;
      diag.warn('HoneyHive exporter: a span could not be read and was skipped', error);
    }
  }
}

const NOTHING_SENT: DeliveryStats = {
  accepted: 0,
  delivered: 0,
  declined: 0,
  rejected: {},
  dropped: {},
  queued: 0,
  deferred: 0,
  inFlight: 0,
  pendingBytes: 0,
  pausedUntil: undefined,
  lastError: undefined,
};

function warnOfUnknownParents(): void {
  warnOnce(
    'HONEYHIVE_REMOTE_PARENT_UNKNOWN',
    "sessionRoots 'local' needs OpenTelemetry SDK 2 or newer: SDK 1.30 does not tell remote parents from local ones, so only spans without a parent become sessions",
  );
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === '[::1]';
}
