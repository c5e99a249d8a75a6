import type { BatchReport } from './delivery/delivery-stats.js';
import type { Diagnostics } from './delivery/diagnostics.js';
import type { AddingInstrument, MeterProviderLike, MetricAttributes, RecordingInstrument } from './otel/meter.js';
import { VERSION } from './version.js';

/** What hands sessions to delivery: `otel.component.type` of its metrics. */
export type ComponentType = 'HoneyHiveSessionExporter' | 'HoneyHiveSessionProcessor';

/** Instances of each component that have metrics. Two copies of this package (ESM and CommonJS) share it. */
const INSTANCES: unique symbol = Symbol.for('opentelemetry-exporter-honeyhive.instances') as never;

/**
 * What the exporter does, as OpenTelemetry's SDK components tell it of themselves. Names, units and
 * attributes: semantic conventions 1.45, "OpenTelemetry SDK metrics", status Development.
 *
 * The spans that count are those of sessions: the root and every descendant that was folded into it,
 * when the root is handed to delivery; each once, by what the export was answered for its session.
 */
export class ExportMetrics {
  readonly #diagnostics: Diagnostics;
  readonly #component: MetricAttributes;
  readonly #inflight: AddingInstrument;
  readonly #exported: AddingInstrument;
  readonly #duration: RecordingInstrument;

  /** Undefined when the provider gives no usable meter: that is said, and harms nothing else. */
  static create(provider: MeterProviderLike, type: ComponentType, url: string | undefined, diagnostics: Diagnostics): ExportMetrics | undefined {
    let metrics: ExportMetrics | undefined;
    quietly(diagnostics, () => {
      metrics = new ExportMetrics(provider, type, url, diagnostics);
    });
    return metrics;
  }

  private constructor(provider: MeterProviderLike, type: ComponentType, url: string | undefined, diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
    const meter = provider.getMeter('opentelemetry-exporter-honeyhive', VERSION);
    this.#inflight = meter.createUpDownCounter('otel.sdk.exporter.span.inflight', {
      unit: '{span}',
      description: 'Spans of sessions whose export has not been answered.',
    });
    this.#exported = meter.createCounter('otel.sdk.exporter.span.exported', {
      unit: '{span}',
      description: 'Spans of sessions whose export has been answered, with error.type when it failed.',
    });
    this.#duration = meter.createHistogram('otel.sdk.exporter.operation.duration', {
      unit: 's',
      description: 'Time from the call of an export to its answer.',
      // Count, sum and extremes are enough, says the convention.
      advice: { explicitBucketBoundaries: [] },
    });
    this.#component = { 'otel.component.type': type, 'otel.component.name': `${type}/${nextInstance(type)}`, ...serverOf(url) };
  }

  /** A session of so many spans is on its way. */
  started(spans: number): void {
    this.#add(this.#inflight, spans);
  }

  /** What became of sessions that were on their way will be told. Must not reject. */
  answeredBy(answer: Promise<BatchReport>): void {
    void answer.then((report) => {
      const { spans } = report;
      this.#add(this.#inflight, -spans);
      const failures = Object.entries(report.failedSpans);
      const failed = failures.reduce((sum, [, count]) => sum + count, 0);
      this.#add(this.#exported, spans - failed);
      for (const [reason, count] of failures) this.#add(this.#exported, count, errorType(reason));
      this.#recordDuration(report, failures);
    });
  }

  /** Spans were handed over when nothing is exported at all, for a reason that an error has as its name. */
  refused(spans: number, errorName: string): void {
    this.#add(this.#exported, spans, errorType(errorName));
  }

  #add(instrument: AddingInstrument, value: number, more?: MetricAttributes): void {
    if (value !== 0) quietly(this.#diagnostics, () => instrument.add(value, { ...this.#component, ...more }));
  }

  #recordDuration(report: BatchReport, failures: [reason: string, spans: number][]): void {
    const [first] = failures.sort(([, a], [, b]) => b - a);
    const status: MetricAttributes = report.lastStatus === undefined ? {} : { 'http.response.status_code': report.lastStatus };
    const failure = first === undefined ? {} : errorType(first[0]);
    quietly(this.#diagnostics, () => this.#duration.record(report.elapsedMillis / 1000, { ...this.#component, ...failure, ...status }));
  }
}

/** The convention for HTTP has the bare status as the error's type. */
function errorType(reason: string): MetricAttributes {
  return { 'error.type': reason.replace(/^http_(?=\d)/, '') };
}

function nextInstance(type: ComponentType): number {
  const holder = globalThis as { [INSTANCES]?: Map<string, number> };
  const instances = (holder[INSTANCES] ??= new Map());
  const instance = instances.get(type) ?? 0;
  instances.set(type, instance + 1);
  return instance;
}

function serverOf(url: string | undefined): MetricAttributes {
  if (url === undefined) return {};
  const { hostname, port, protocol } = new URL(url);
  return { 'server.address': hostname, 'server.port': Number(port) || (protocol === 'https:' ? 443 : 80) };
}

/** The meter is the application's, and one that throws must cost it no session. */
function quietly(diagnostics: Diagnostics, measure: () => void): void {
  try {
    measure();
  } catch (error) {
    diagnostics.warn('meter', 'the option meterProvider gave a meter that threw, so metrics are missing', error);
  }
}
