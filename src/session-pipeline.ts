import { ApplicationSay, type SessionPlace } from './application-say.js';
import type { HoneyHiveOptions } from './config/options.js';
import { type Config, resolveConfig } from './config/resolve.js';
import { estimateBytes } from './conventions/facts.js';
import { Delivery } from './delivery/delivery.js';
import { type BatchReport, type DeliveryStats, NOTHING_DELIVERED } from './delivery/delivery-stats.js';
import { Diagnostics } from './delivery/diagnostics.js';
import type { PendingSession } from './delivery/pending-session.js';
import { type ComponentType, ExportMetrics } from './export-metrics.js';
import { failed } from './export-outcome.js';
import { type ExportResult, ExportResultCode } from './otel/core.js';
import { PendingRoot } from './pending-root.js';
import type { BeforeSend } from './session/before-send.js';
import type { FinishSettings } from './session/finish-session.js';
import { smallerSession } from './session/smaller-session.js';
import { frozenCopy, parentOf, type ReadableSpanLike } from './span/readable-span.js';
import type { TraceCounts } from './trace/open-traces.js';
import { SessionIntake, type TakeOptions } from './trace/session-intake.js';
import { VERSION } from './version.js';
import { warnOnce } from './warnings.js';

/** What an exporter or a processor has done since it was made. Counters only grow; the rest is as of now. */
export interface ExporterStats extends DeliveryStats, TraceCounts {
  /** Roots that became no session, by reason; not among `accepted`. */
  readonly filtered: Readonly<Record<string, number>>;
  /** Spans that could not be read. */
  readonly unreadableSpans: number;
}

// Of a copy of a span, its texts not counted.
const COPY_BYTES = 1024;

// So many spans with a parent elsewhere and no session: whoever set this up expects some.
const TELLING_REMOTE_SPANS = 20;

/**
 * Spans in, sessions out: what the exporter and the processor have in common.
 *
 * @internal
 */
export class SessionPipeline {
  readonly config: Config;
  readonly application: ApplicationSay;
  readonly diagnostics: Diagnostics = new Diagnostics();
  readonly #intake: SessionIntake;
  readonly #settings: FinishSettings;
  readonly #delivery: Delivery | undefined;
  readonly #metrics: ExportMetrics | undefined;
  readonly #filtered = new Map<string, number>();
  #unreadableSpans = 0;
  #remoteSpans = 0;
  #shutdown: Promise<void> | undefined;

  /** @throws TypeError for an option with a wrong name or value. */
  constructor(options: HoneyHiveOptions, component: ComponentType) {
    const { config, warnings } = resolveConfig(options);
    const { sessionName } = config;
    this.config = config;
    this.#intake = new SessionIntake({ ...config, sessionName: typeof sessionName === 'function' ? sessionName : undefined });
    this.#settings = { ...config, sessionName: typeof sessionName === 'string' ? sessionName : undefined };
    this.application = new ApplicationSay(config);
    if (config.disabled) return;
    if (config.meterProvider !== undefined) this.#metrics = ExportMetrics.create(config.meterProvider, component, config.url, this.diagnostics);
    for (const warning of warnings) warnOnce('HONEYHIVE_INVALID_SETTING', warning);
    if (config.url?.startsWith('http:') && !isLoopback(config.url)) {
      warnOnce('HONEYHIVE_PLAIN_HTTP', `sessions and the key go to ${new URL(config.url).host} unencrypted; use an https URL in HH_API_URL`);
    }
    if (config.apiKey === undefined) {
      warnOnce('HONEYHIVE_MISSING_API_KEY', 'no HoneyHive key: nothing is sent. Set HH_API_KEY, or the option apiKey');
    } else if (config.url !== undefined) {
      this.#delivery = new Delivery({ ...config, apiKey: config.apiKey, url: config.url, version: VERSION, env: process.env, smaller: smallerSession });
      this.application.listen();
    }
  }

  /** Nothing is exported. Asked for every span, hence without the reason. */
  get refuses(): boolean {
    return this.#delivery === undefined || this.#shutdown !== undefined;
  }

  /** Why nothing is exported, if so. */
  refusal(): ExportResult | undefined {
    if (this.config.disabled) return { code: ExportResultCode.SUCCESS };
    if (this.#shutdown !== undefined) return failed('ExporterShutdownError', 'the HoneyHive exporter has been shut down');
    if (this.config.apiKey === undefined) return failed('MissingApiKeyError', 'no HoneyHive key; set HH_API_KEY, or the option apiKey');
    if (this.config.url === undefined) return failed('InvalidUrlError', 'the HoneyHive URL in HH_DATA_PLANE_URL or HH_API_URL is no http or https URL');
    return undefined;
  }

  /** Counts spans that came when nothing is exported. */
  countRefused(spans: number): void {
    if (this.#metrics === undefined) return;
    const error = this.refusal()?.error;
    if (error !== undefined) this.#metrics.refused(spans, error.name);
  }

  /** Traces with open spans are not forgotten for age. */
  keepTracesThat(areOpen: (traceId: string) => boolean): void {
    this.#intake.keepTracesThat(areOpen);
  }

  /** Adds spans that were only counted below one that may still be open. */
  addSilent(traceId: string, parentSpanId: string, spans: number): void {
    this.#intake.addSilent(traceId, parentSpanId, spans);
  }

  /**
   * Takes in a span that is no root.
   *
   * @param silentBelow ended spans below it that were only counted.
   * @param hasRemoteParent Its parent is in another process; default: as far as the span itself tells.
   * @param isSilent it has nothing to say, see `isSilentSpan`; default: as that finds.
   */
  fold(span: ReadableSpanLike, silentBelow: number = 0, hasRemoteParent: boolean = parentOf(span)?.remote === true, isSilent?: boolean): void {
    try {
      this.#intake.fold(span, silentBelow, isSilent);
      if (hasRemoteParent) this.#noteRemoteParent();
    } catch (error) {
      this.unreadable(error);
    }
  }

  /** The session of a root; undefined when the filter left it out or it could not be read. */
  take(root: ReadableSpanLike, options: TakeOptions, place?: SessionPlace): PendingSession | undefined {
    try {
      // Field by field: to spread an object takes as long as all the rest here.
      const { otherRoots, takesRest, silentBelow } = options;
      const said = this.application.take(root.spanContext().traceId, place);
      const taken = this.#intake.take(root, { otherRoots, takesRest, silentBelow, said, sessionId: place?.sessionId });
      if ('facts' in taken) {
        const beforeSend = this.#beforeSend(root);
        // The copy that beforeSend is shown may hold more than is kept of the root: most texts are the same.
        const bytes = beforeSend === undefined ? taken.bytes : Math.max(taken.bytes, estimateBytes([root.attributes, root.events])) + COPY_BYTES;
        return new PendingRoot(bytes, taken.facts, this.#settings, beforeSend, place?.joins === true);
      }
      this.#filtered.set(taken.filtered, (this.#filtered.get(taken.filtered) ?? 0) + 1);
    } catch (error) {
      this.unreadable(error);
    }
    return undefined;
  }

  /** Only where `refusal` has nothing to say. */
  deliver(sessions: readonly PendingSession[]): Promise<BatchReport> {
    const answer = this.#delivery!.deliver(sessions);
    if (this.#metrics !== undefined) for (const { spans = 1 } of sessions) this.#metrics.started(spans);
    this.#metrics?.answeredBy(answer);
    return answer;
  }

  /** As `deliver`, for whoever waits for no answer. */
  deliverSoon(session: PendingSession): void {
    const answer = this.#delivery!.deliverSoon(session);
    this.#metrics?.started(session.spans ?? 1);
    if (answer !== undefined) this.#metrics?.answeredBy(answer);
  }

  /** Never rejects. Timers hold the process: whoever waits for this would wait in vain if it ended meanwhile. */
  async flush(timeoutMillis: number = this.config.flushTimeoutMillis): Promise<void> {
    await this.#delivery?.flush(timeoutMillis, true);
  }

  /** As `flush`, when the process has nothing left to do: see `Delivery`. */
  async flushLast(timeoutMillis: number): Promise<void> {
    await this.#delivery?.flushLast(timeoutMillis);
  }

  /** Never rejects. A second call gives the promise of the first. */
  shutdown(timeoutMillis: number = this.config.shutdownTimeoutMillis): Promise<void> {
    this.application.stopListening();
    this.#shutdown ??= (async () => this.#delivery?.shutdown(timeoutMillis, true))();
    return this.#shutdown;
  }

  stats(): ExporterStats {
    return {
      ...(this.#delivery?.stats() ?? NOTHING_DELIVERED),
      ...this.#intake.counts(),
      filtered: Object.fromEntries(this.#filtered),
      unreadableSpans: this.#unreadableSpans,
    };
  }

  /** One broken span must not cost the others of its batch, and nothing of ours may throw into the application. */
  guarded(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.unreadable(error);
    }
  }

  unreadable(error: unknown): void {
    this.#unreadableSpans += 1;
    this.diagnostics.warn('unreadable_span', 'a span could not be read and was skipped', error);
  }

  #beforeSend(root: ReadableSpanLike): BeforeSend | undefined {
    const { beforeSend } = this.config;
    if (beforeSend === undefined) return undefined;
    const copy = frozenCopy(root);
    return (session) => beforeSend(session, copy);
  }

  #noteRemoteParent(): void {
    if (this.#remoteSpans >= TELLING_REMOTE_SPANS) return;
    this.#remoteSpans += 1;
    if (this.#remoteSpans < TELLING_REMOTE_SPANS || (this.#delivery?.stats().accepted ?? 0) > 0) return;
    warnOnce(
      'HONEYHIVE_REMOTE_PARENTS_ONLY',
      `${TELLING_REMOTE_SPANS} spans had their parent in another service, and none was the root of a trace, so there is no session. ` +
        "If this service is to make sessions of its own, set HH_EXPORTER_SESSION_ROOTS=local, or the option sessionRoots: 'local'",
    );
  }
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === '[::1]';
}
