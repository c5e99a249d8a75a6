import { ProxyTracerProvider, trace, type TracerProvider } from '@opentelemetry/api';
import { apiRegistry } from '../otel/api-registry.js';
import type { ApiCopy } from './api-copies.js';
import type { Application, Loaded } from './application.js';
import type { Placeholders } from './make-way.js';
import { addProcessor, runningProvider } from './providers.js';
import { RelayProvider } from './relay-provider.js';

/** An SDK of the application that we started. */
export interface StartedSdk {
  readonly provider: TracerProvider;
  readonly placeholders: Placeholders;
  /** All tracers that were handed out follow to another provider; the instrumentations that were started record nothing more. */
  handOver(provider: TracerProvider): void;
  shutdown(): Promise<void>;
}

interface Instrumentation {
  setTracerProvider(provider: TracerProvider): void;
  disable(): void;
  /** Private in all generations: the modules that it patches. */
  readonly _modules?: readonly unknown[];
}

type Sdk = { start(): void; shutdown(): Promise<void> };
type Provider = TracerProvider & { register(): void; shutdown(): Promise<void> };

/** What to install where nothing can be started. */
export const SDK_TO_INSTALL = '@opentelemetry/sdk-node @opentelemetry/auto-instrumentations-node';

const AUTO = '@opentelemetry/auto-instrumentations-node';

/**
 * Starts the SDK that the application has installed, with its auto-instrumentations. The provider
 * is not registered: it stands behind the API's own proxies, so that the application can still
 * register one.
 *
 * @param withInstrumentations `false`: the application's own are being started by somebody else.
 * @returns undefined: there is none to start.
 */
export function startSdk(application: Application, processor: object, copies: readonly ApiCopy[], withInstrumentations: boolean): StartedSdk | undefined {
  const before = { ...apiRegistry() };
  const node = application.load('@opentelemetry/sdk-node') ?? application.load('@opentelemetry/sdk-node', AUTO);
  const started = typeof node?.['NodeSDK'] === 'function' ? startNodeSdk(node, application, processor, withInstrumentations) : startProvider(application, processor);
  const provider = started && runningProvider();
  if (started === undefined || provider === undefined) return undefined;

  const relay = new RelayProvider(provider);
  trace.disable();
  for (const copy of copies) (copy.trace.getTracerProvider() as Partial<ProxyTracerProvider>).setDelegate?.(relay);

  const { context, propagation } = apiRegistry();
  const { instrumentations } = started;
  return {
    provider,
    placeholders: {
      context: before.context === undefined ? context : undefined,
      propagation: before.propagation === undefined ? propagation : undefined,
    },
    handOver(other) {
      relay.setDelegate(other);
      // The application may bring the same ones, and must not see every request twice.
      for (const instrumentation of instrumentations) silence(instrumentation);
    },
    shutdown: () => started.shutdown(),
  };
}

/** A patch that is taken off takes those with it that were put over it since; one that writes to nowhere does no harm. */
function silence(instrumentation: Instrumentation): void {
  instrumentation.setTracerProvider(new ProxyTracerProvider());
  // What patches nothing (undici's) would still add its headers.
  if (instrumentation._modules?.length === 0) instrumentation.disable();
}

/** An SDK that runs, before its provider is parted from the API. */
interface RunningSdk {
  readonly instrumentations: readonly Instrumentation[];
  shutdown(): Promise<void>;
}

function startNodeSdk(node: Loaded, application: Application, processor: object, withInstrumentations: boolean): RunningSdk {
  const NodeSDK = node['NodeSDK'] as new (configuration: object) => Sdk;
  const auto = withInstrumentations ? application.load(AUTO) : undefined;
  const make = auto?.['getNodeAutoInstrumentations'] as (() => Instrumentation[]) | undefined;
  const instrumentations = make?.() ?? [];
  // Exporters that the environment names are the application's wish too; without one there is only ours.
  const named = isSet('OTEL_TRACES_EXPORTER') && process.env['OTEL_TRACES_EXPORTER'] !== 'none';
  const sdk = withoutUnaskedSignals(() => {
    const made = new NodeSDK({ instrumentations, ...(named ? {} : { spanProcessors: [processor] }) });
    made.start();
    return made;
  });
  const provider = named ? runningProvider() : undefined;
  if (provider !== undefined) addProcessor(provider, processor);
  return { instrumentations, shutdown: () => sdk.shutdown() };
}

function startProvider(application: Application, processor: object): RunningSdk | undefined {
  const NodeTracerProvider = application.load('@opentelemetry/sdk-trace-node')?.['NodeTracerProvider'] as (new (configuration: object) => Provider) | undefined;
  if (NodeTracerProvider === undefined) return undefined;
  const provider = new NodeTracerProvider({ spanProcessors: [processor] });
  provider.register();
  return { instrumentations: [], shutdown: () => provider.shutdown() };
}

/** NodeSDK sends logs and metrics to a collector on this machine when nobody says that it should not. */
function withoutUnaskedSignals<T>(start: () => T): T {
  const before = ['OTEL_LOGS_EXPORTER', 'OTEL_METRICS_EXPORTER'].filter((name) => !isSet(name)).map((name) => [name, process.env[name]] as const);
  for (const [name] of before) process.env[name] = 'none';
  try {
    return start();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

function isSet(name: string): boolean {
  return (process.env[name] ?? '').trim() !== '';
}
