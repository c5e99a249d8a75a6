/**
 * What is needed of the metrics API, described by its shape, so that the `MeterProvider` of any
 * version of it fits.
 */
export interface MeterProviderLike {
  getMeter(name: string, version?: string): MeterLike;
}

export interface MeterLike {
  createCounter(name: string, options?: InstrumentOptions): AddingInstrument;
  createUpDownCounter(name: string, options?: InstrumentOptions): AddingInstrument;
  createHistogram(name: string, options?: InstrumentOptions): RecordingInstrument;
}

export interface AddingInstrument {
  add(value: number, attributes?: MetricAttributes): void;
}

export interface RecordingInstrument {
  record(value: number, attributes?: MetricAttributes): void;
}

export interface InstrumentOptions {
  description?: string;
  unit?: string;
  advice?: { explicitBucketBoundaries?: number[] };
}

export type MetricAttributes = Record<string, string | number>;
