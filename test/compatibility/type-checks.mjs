// Consumers as compilers see them: every TypeScript, every way to resolve modules, ESM and
// CommonJS, every SDK; strict, and with the declarations of all libraries checked.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forAll, project, run, WORKSHOP } from './workshop.mjs';

const COMPILERS = ['5.4', '5.9', '6.0', '7.0'];
/** With the `module` that goes with each. */
const RESOLUTIONS = { node16: 'node16', nodenext: 'nodenext', bundler: 'preserve' };

/** Nothing in it is cast: our classes are the SDK's interfaces, or it does not compile. */
function consumer(sdk) {
  const isSdk3 = sdk === '@opentelemetry/sdk-trace';
  const provider = isSdk3 ? 'TracerProvider' : 'BasicTracerProvider';
  const argument = isSdk3 ? '{ exporter }' : 'exporter';
  return `
import { metrics } from '@opentelemetry/api';
import { BatchSpanProcessor, ${provider}, type ReadableSpan, SimpleSpanProcessor, type SpanExporter, type SpanProcessor } from '${sdk}';
import {
  currentSessionId, enrichSession, HoneyHiveSessionExporter, HoneyHiveSessionProcessor, registerHoneyHive, withSession,
  type ExporterStats, type HoneyHiveOptions, type HoneyHiveRegistration, type ReadableSpanLike, type Session,
} from 'opentelemetry-exporter-honeyhive';
import 'opentelemetry-exporter-honeyhive/register';
import { type ReceivedSession, startHoneyHive } from 'opentelemetry-exporter-honeyhive/testing';

const beforeSend = (session: Session, root: ReadableSpanLike): Session | null => (root.name === 'secret' ? null : { ...session, source: 'consumer' });
const options: HoneyHiveOptions = { apiKey: () => Promise.resolve('key'), beforeSend, meterProvider: metrics.getMeterProvider(), sessionRoots: (span) => span.kind === 1 };
const exporter = new HoneyHiveSessionExporter(options);
export const asExporter: SpanExporter = exporter;
export const asProcessor: SpanProcessor = new HoneyHiveSessionProcessor({ exporter });
export const takesTheirSpans = (span: ReadableSpan): ReadableSpanLike => span;
export const flush: Required<SpanExporter>['forceFlush'] = () => exporter.forceFlush();
export const provider = new ${provider}({ spanProcessors: [asProcessor, new SimpleSpanProcessor(${argument}), new BatchSpanProcessor(${argument})] });
export const registration: HoneyHiveRegistration = registerHoneyHive(options);
export const stats: ExporterStats = registration.stats();
export const answer: Promise<number> = withSession({ sessionName: 'nightly', userId: 'ada' }, async () => {
  enrichSession({ outputs: { answer: 42 }, metrics: { accuracy: 1 } });
  return (currentSessionId() ?? '').length;
});
export const received: Promise<ReceivedSession[]> = startHoneyHive().then((hive) => hive.sessions({ count: 1, timeout: 1_000 }));
// @ts-expect-error a misspelt option is seen at compile time
export const misspelt = new HoneyHiveSessionExporter({ apikey: 'key' });
`;
}

/** Its own declarations compile with `bundler` alone. */
const VERCEL_CONSUMER = `
import { registerOTel } from '@vercel/otel';
import { HoneyHiveSessionProcessor } from 'opentelemetry-exporter-honeyhive';
registerOTel({ serviceName: 'consumer', spanProcessors: ['auto', new HoneyHiveSessionProcessor()] });
`;

/**
 * Compiles the consumers of all SDKs in one program, in which each finds the packages of its own
 * folder. Says what became of each compiler and resolution to `onResult({ title, ok, output })`.
 *
 * @param sdks by version: `{ folder, name }`.
 */
export async function checkTypes(sdks, onResult) {
  const compilers = join(project('compatibility/compilers'), 'node_modules');
  const files = Object.values(sdks).flatMap(({ folder, name }) => write(folder, 'consumer', consumer(name)));
  const vercelFiles = write(sdks['2.12.1'].folder, 'vercel', VERCEL_CONSUMER);
  const checks = COMPILERS.flatMap((compiler) => Object.keys(RESOLUTIONS).map((resolution) => ({ compiler, resolution })));
  await forAll(checks, async ({ compiler, resolution }) => {
    const config = join(WORKSHOP, `tsconfig-${compiler}-${resolution}.json`);
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      target: 'es2022',
      module: RESOLUTIONS[resolution],
      moduleResolution: resolution,
      types: ['node'],
      typeRoots: [join(sdks['2.12.1'].folder, 'node_modules/@types')],
    };
    writeFileSync(config, JSON.stringify({ compilerOptions, files: [...files, ...(resolution === 'bundler' ? vercelFiles : [])] }));
    const { ok, output } = await run(process.execPath, [join(compilers, `typescript-${compiler}/bin/tsc`), '-p', config], { cwd: WORKSHOP, timeout: 240_000 });
    onResult({ title: `TypeScript ${compiler}, ${resolution}`, ok, output });
  });
}

/** As ESM and as CommonJS. */
function write(folder, name, text) {
  return ['mts', 'cts'].map((extension) => {
    const path = join(folder, `${name}.${extension}`);
    writeFileSync(path, text);
    return path;
  });
}
