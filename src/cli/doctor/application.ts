import type { Config } from '../../config/resolve.js';
import { PACKAGE_NAME } from '../../delivery/request-headers.js';
import { isHoneyHive } from './hosts.js';
import { dependenciesOf, findPackage, type InstalledPackage } from './packages.js';
import type { Check } from './report.js';

type Environment = Readonly<Record<string, string | undefined>>;

const API = '@opentelemetry/api';
const SDKS = ['@opentelemetry/sdk-trace', '@opentelemetry/sdk-trace-base'];
/** Packages that bring an SDK of their own, perhaps where the application itself cannot see it. */
const HOSTS = ['@opentelemetry/sdk-node', '@opentelemetry/sdk-trace-node', '@opentelemetry/auto-instrumentations-node', '@vercel/otel'];
const INSTALL_SDK = 'npm install @opentelemetry/sdk-node; or run doctor in the folder of your application';

/** What is installed in the application's folder, and what the environment says to its SDK. */
export function checkApplication(config: Config, environment: Environment, folder: string, version: string): Check[] {
  return [
    checkExporter(findPackage(PACKAGE_NAME, folder), version),
    checkApi(findPackage(API, folder)),
    checkSdk(findSdks(folder)),
    ...checkSampling(environment),
    ...checkOtlp(config, environment, folder),
  ];
}

function checkExporter(found: InstalledPackage | undefined, version: string): Check {
  const id = 'exporter';
  if (found === undefined) return { id, status: 'warn', message: `${PACKAGE_NAME} is not installed here`, remedy: `npm install ${PACKAGE_NAME}` };
  if (found.version === version) return { id, status: 'ok', message: `${PACKAGE_NAME} ${version}` };
  return { id, status: 'warn', message: `${PACKAGE_NAME} ${found.version} is installed here; this command is ${version}`, remedy: `npx ${PACKAGE_NAME}@${found.version} doctor` };
}

function checkApi(found: InstalledPackage | undefined): Check {
  const id = 'api';
  if (found === undefined) return { id, status: 'warn', message: `${API} is not installed here`, remedy: `npm install ${API}` };
  const [major = 0, minor = 0] = numbersOf(found.version);
  if (major === 1 && minor >= 3) return { id, status: 'ok', message: `${API} ${found.version}` };
  return { id, status: 'fail', message: `${API} ${found.version} is not one that this package works with`, remedy: `npm install ${API}@1` };
}

function checkSdk(found: readonly InstalledPackage[]): Check {
  const id = 'sdk';
  const [first] = found;
  if (first === undefined) return { id, status: 'warn', message: 'no OpenTelemetry SDK was found from here', remedy: INSTALL_SDK };
  const names = found.map(({ name, version }) => `${name} ${version}`).join(', ');
  const generations = new Set(found.map(({ version }) => numbersOf(version)[0] ?? 0));
  if (generations.size > 1) {
    return { id, status: 'warn', message: `several generations of the OpenTelemetry SDK: ${names}`, remedy: 'see with npm ls which one your provider is of; update the others to it' };
  }
  const [major = 0, minor = 0] = numbersOf(first.version);
  if (major < 1 || (major === 1 && minor < 30)) return { id, status: 'warn', message: `OpenTelemetry SDK ${names} is older than 1.30`, remedy: 'update it to 1.30 or newer' };
  return { id, status: 'ok', message: `OpenTelemetry SDK ${major}: ${names}` };
}

/** As the application sees it, and as what starts an SDK for it does. */
function findSdks(folder: string): InstalledPackage[] {
  const folders = [folder, ...HOSTS.flatMap((name) => findPackage(name, folder)?.folder ?? [])];
  const found = folders.flatMap((from) => SDKS.flatMap((name) => findPackage(name, from) ?? []));
  return [...new Map(found.map((one) => [`${one.name} ${one.version}`, one])).values()];
}

function checkSampling(environment: Environment): Check[] {
  const sampler = environment['OTEL_TRACES_SAMPLER']?.trim() ?? '';
  const ratio = environment['OTEL_TRACES_SAMPLER_ARG']?.trim() || '1';
  const remedy = 'unset OTEL_TRACES_SAMPLER where every unit of work is to be a session';
  if (sampler.endsWith('always_off')) return [{ id: 'sampling', status: 'warn', message: `OTEL_TRACES_SAMPLER is ${sampler}: no trace is sampled, so there are no sessions`, remedy }];
  if (sampler.endsWith('traceidratio') && Number(ratio) < 1) {
    return [{ id: 'sampling', status: 'warn', message: `OTEL_TRACES_SAMPLER is ${sampler} with ${ratio}: of your sessions only so many are made`, remedy }];
  }
  return [];
}

function checkOtlp(config: Config, environment: Environment, folder: string): Check[] {
  const names = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'].filter((name) => environment[name]?.trim());
  const [name] = names;
  if (name === undefined) return [];
  const checks: Check[] = [];
  const endpoint = environment[name]!;
  if (!config.stampSpans && (isHoneyHive(endpoint) || isSameServer(endpoint, config.url))) {
    checks.push({
      id: 'otlp-honeyhive',
      status: 'warn',
      message: `${name} names HoneyHive: spans go there too, and are not joined to the sessions of this package`,
      remedy: 'set HH_EXPORTER_STAMP_SPANS=true and use HoneyHiveSessionProcessor; or unset the endpoint',
    });
  }
  if (!hasOtlpExporter(folder, environment)) {
    checks.push({
      id: 'otlp-unused',
      status: 'warn',
      message: `${name} is set, but no OTLP exporter is among the application's dependencies`,
      remedy: 'NodeSDK exports by OTLP only until it is given spanProcessors: add a BatchSpanProcessor with an OTLPTraceExporter to them',
    });
  }
  return checks;
}

function isSameServer(endpoint: string, url: string | undefined): boolean {
  return url !== undefined && URL.canParse(endpoint.trim()) && new URL(endpoint.trim()).origin === new URL(url).origin;
}

function hasOtlpExporter(folder: string, environment: Environment): boolean {
  const names = [...dependenciesOf(folder)];
  if (names.some((name) => name.startsWith('@opentelemetry/exporter-trace-otlp-') || name === '@vercel/otel')) return true;
  // A preload reads the variables by itself.
  return /\/register\b/.test(environment['NODE_OPTIONS'] ?? '');
}

function numbersOf(version: string): number[] {
  return version.split('.').map(Number);
}
