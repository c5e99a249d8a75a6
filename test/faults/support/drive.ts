import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { type ExporterStats, type HoneyHiveOptions, HoneyHiveSessionExporter, HoneyHiveSessionProcessor } from '../../../src/index.js';
import { chatAttributes, endedRoots } from './spans.js';
import { endedIn, StatsWatch } from './stats-watch.js';

/** One way in: hands over new root spans of SDK 2, and tells what it is told. */
export interface Driver {
  /** Hands over so many; resolves when that has been answered, by a processor when they have ended or wait in vain. */
  send(count: number): Promise<Answered>;
  flush(): Promise<void>;
  stats(): ExporterStats;
  /** Ends it, and gives each look at the counters at which they did not add up. */
  end(): Promise<readonly string[]>;
}

/** What was said to one `send`. */
export interface Answered {
  /** 0: SUCCESS. A processor tells nobody. */
  readonly code: 0 | 1 | undefined;
  readonly error: Error | undefined;
  readonly callbacks: number;
  readonly millis: number;
}

export interface DriveOptions extends HoneyHiveOptions {
  /** Characters of the question in each session. */
  readonly questionLength?: number;
}

/** Through `export`, called as the SDK's processors call it. */
export function exporterDriver({ questionLength, ...options }: DriveOptions): Driver {
  const exporter = new HoneyHiveSessionExporter(options);
  const watch = new StatsWatch(() => exporter.stats());
  return {
    stats: () => exporter.stats(),
    flush: () => exporter.forceFlush(),
    send: (count) => {
      const began = performance.now();
      let callbacks = 0;
      return new Promise((resolve) => {
        exporter.export(endedRoots(count, questionLength), ({ code, error }) => {
          callbacks += 1;
          const millis = performance.now() - began;
          // Later, so that a second callback is seen.
          setTimeout(() => resolve({ code, error, callbacks, millis }), 20);
        });
      });
    },
    async end() {
      await exporter.shutdown();
      watch.stop();
      return watch.breaches;
    },
  };
}

/** Through a tracer provider of SDK 2, for so many milliseconds at most. */
export function processorDriver({ questionLength = 100, ...options }: DriveOptions, patienceMillis: number): Driver {
  const processor = new HoneyHiveSessionProcessor(options);
  const provider = new BasicTracerProvider({ spanProcessors: [processor] });
  const tracer = provider.getTracer('faults');
  const watch = new StatsWatch(() => processor.stats());
  return {
    stats: () => processor.stats(),
    flush: () => processor.forceFlush(),
    async send(count) {
      const began = performance.now();
      const before = processor.stats().accepted;
      for (let index = 0; index < count; index += 1) tracer.startSpan('chat', { root: true, attributes: chatAttributes(questionLength) }).end();
      await until(() => endedIn(processor.stats()) >= before + count, patienceMillis);
      return { code: undefined, error: undefined, callbacks: 0, millis: performance.now() - began };
    },
    async end() {
      await provider.shutdown();
      watch.stop();
      return watch.breaches;
    },
  };
}

/** Waits until something holds, or for so long. Answers whether it holds. */
export async function until(holds: () => boolean, atMostMillis: number): Promise<boolean> {
  const end = performance.now() + atMostMillis;
  while (!holds() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  return holds();
}
