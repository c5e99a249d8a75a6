import { diag, type TracerProvider } from '@opentelemetry/api';
import type { HoneyHiveOptions } from './config/options.js';
import { isOwn } from './own.js';
import { type ApiCopy, apiCopies } from './registration/api-copies.js';
import { Application } from './registration/application.js';
import { isPreloaded, registerEsmHook } from './registration/esm-hook.js';
import { makeWay } from './registration/make-way.js';
import { addProcessor, delegateOf, processorsOf, runningProvider } from './registration/providers.js';
import { SDK_TO_INSTALL, type StartedSdk, startSdk } from './registration/start-sdk.js';
import { HoneyHiveSessionExporter } from './session-exporter.js';
import type { ExporterStats } from './session-pipeline.js';
import { HoneyHiveSessionProcessor } from './session-processor.js';
import { warnOnce } from './warnings.js';

/** What `registerHoneyHive` has set up. */
export interface HoneyHiveRegistration {
  /** The application's spans reach HoneyHive. Becomes true when the application registers a provider later. */
  readonly attached: boolean;
  /** As that of `HoneyHiveSessionProcessor`. Never rejects. */
  forceFlush(): Promise<void>;
  /** Flushes within `shutdownTimeoutMillis` and ends what was started here, never the application's provider. Never rejects. */
  shutdown(): Promise<void>;
  /** What became of everything so far. */
  stats(): ExporterStats;
}

/** Whoever makes sessions of the provider's spans: our processor, or an exporter of ours that was there. */
type Sink = Omit<HoneyHiveRegistration, 'attached'>;

const REGISTRATION: unique symbol = Symbol.for('opentelemetry-exporter-honeyhive.registration') as never;

/**
 * Makes sessions of this process's traces, whoever set up tracing:
 *
 * - a provider is registered: attaches to it
 * - none is: starts the SDK that the application has installed (`@opentelemetry/sdk-node`, with
 *   `@opentelemetry/auto-instrumentations-node` if that is there), and gives way to a provider that
 *   the application registers later, to which it then attaches
 *
 * Without a key, or switched off by the environment, nothing is installed. What stands in the way is
 * said by one process warning. A second call, also of the other copy of this package, gives the
 * registration of the first until that is shut down. No signal handler is installed; what is left
 * is flushed once when the process has nothing left to do.
 *
 * @throws TypeError for an option with a wrong name or value.
 */
export function registerHoneyHive(options: HoneyHiveOptions = {}): HoneyHiveRegistration {
  const holder = globalThis as { [REGISTRATION]?: HoneyHiveRegistration };
  const known = holder[REGISTRATION];
  if (known !== undefined) {
    if (Object.keys(options).length > 0) diag.warn('HoneyHive is registered already: the options of another registerHoneyHive count for nothing');
    return known;
  }
  const exporter = new HoneyHiveSessionExporter(options);
  if (exporter.pipeline.refusal() !== undefined) return inert(exporter);
  const registration = new Registration(exporter, () => delete holder[REGISTRATION]);
  holder[REGISTRATION] = registration;
  registration.start();
  return registration;
}

/** The pipeline has said why. */
function inert(exporter: HoneyHiveSessionExporter): HoneyHiveRegistration {
  return { attached: false, forceFlush: () => exporter.forceFlush(), shutdown: () => exporter.shutdown(), stats: () => exporter.stats() };
}

class Registration implements HoneyHiveRegistration {
  attached = false;
  readonly #ended: () => void;
  #sink: Sink;
  readonly #exporter: HoneyHiveSessionExporter;
  readonly #processor: HoneyHiveSessionProcessor;
  #sdk: StartedSdk | undefined;
  #stopMakingWay: () => void = () => {};

  constructor(exporter: HoneyHiveSessionExporter, ended: () => void) {
    this.#exporter = exporter;
    this.#processor = new HoneyHiveSessionProcessor({ exporter });
    this.#sink = this.#processor;
    this.#ended = ended;
  }

  start(): void {
    const application = new Application();
    // It registers a provider itself, before us or after us, and has instrumentations for it.
    const hasAutoRegister = isPreloaded('auto-instrumentations-node/register');
    const running = runningProvider();
    if (hasAutoRegister) registerEsmHook(application);
    if (running !== undefined) {
      this.#attachTo(running);
      return;
    }
    const copies = apiCopies(application);
    this.#sdk = this.#startSdk(application, copies, hasAutoRegister);
    this.attached = this.#sdk !== undefined;
    if (this.attached && !hasAutoRegister) registerEsmHook(application);
    this.#stopMakingWay = makeWay(copies, this.#sdk?.placeholders, (provider) => this.#onLaterProvider(delegateOf(provider)));
  }

  #startSdk(application: Application, copies: readonly ApiCopy[], hasAutoRegister: boolean): StartedSdk | undefined {
    try {
      const sdk = startSdk(application, this.#processor, copies, !hasAutoRegister);
      if (sdk === undefined && !hasAutoRegister) {
        warnOnce(
          'HONEYHIVE_NO_SDK',
          `no tracing is set up and no OpenTelemetry SDK was found that can be started: npm install ${SDK_TO_INSTALL} (a provider that the application registers itself is used all the same)`,
        );
      }
      return sdk;
    } catch (error) {
      warnOnce('HONEYHIVE_SDK_FAILED', `the OpenTelemetry SDK of the application did not start, so there are no sessions: ${String(error)}`);
      return undefined;
    }
  }

  async forceFlush(): Promise<void> {
    await this.#sink.forceFlush();
  }

  async shutdown(): Promise<void> {
    this.#stopMakingWay();
    this.#ended();
    await this.#sink.shutdown();
    await this.#sdk?.shutdown().catch((error: unknown) => diag.debug('HoneyHive: the SDK did not shut down', error));
  }

  stats(): ExporterStats {
    return this.#sink.stats();
  }

  #attachTo(provider: TracerProvider): void {
    const present = sinkIn(provider);
    if (present !== undefined) {
      this.#sink = present;
      // It makes no sessions then: it would only keep what the application says, and know wrong ids.
      this.#exporter.pipeline.application.stopListening();
    }
    this.attached = present !== undefined || addProcessor(provider, this.#processor);
    if (this.attached) return;
    warnOnce(
      'HONEYHIVE_NOT_ATTACHED',
      'the tracer provider of this process takes no further span processor, so there are no sessions: add new HoneyHiveSessionProcessor() to its spanProcessors',
    );
  }

  #onLaterProvider(provider: TracerProvider): void {
    if (provider === this.#sdk?.provider) return;
    this.#attachTo(provider);
    if (this.#sdk === undefined) return;
    this.#sdk.handOver(provider);
    diag.info('HoneyHive: the application has registered a tracer provider of its own, which is used from now on; only spans that have started before still end in the one that HoneyHive started');
  }
}

/** One of ours that the application has configured itself: a second one would send every session twice. */
function sinkIn(provider: TracerProvider): Sink | undefined {
  for (const processor of processorsOf(provider)) {
    const exporter = (processor as { _exporter?: unknown } | null)?._exporter;
    for (const one of [processor, exporter]) if (isOwn(one)) return one as unknown as Sink;
  }
  return undefined;
}
