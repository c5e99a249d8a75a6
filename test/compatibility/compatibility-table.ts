import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** SDK, runtime, module system, and the way in. */
export type Case = readonly [sdk: string, runtime: string, module: string, way: string];

/** What `cases.json` holds. */
export interface Cases {
  readonly factors: { readonly sdk: string[]; readonly runtime: string[]; readonly module: string[]; readonly way: string[] };
  /** Pairs that no case can have. */
  readonly impossible: { readonly because: string }[];
  /** Every other pair of two factors' values is in one of these. */
  readonly cases: Case[];
  /** What is no factor: other runtimes, other makers' providers, the entry for tests. */
  readonly beside: Case[];
}

export const compatibility = JSON.parse(readFileSync(join(process.cwd(), 'test/compatibility/cases.json'), 'utf8')) as Cases;

const TITLES: Readonly<Record<string, string>> = {
  SimpleSpanProcessor: 'exporter under `SimpleSpanProcessor`',
  BatchSpanProcessor: 'exporter under `BatchSpanProcessor`',
  HoneyHiveSessionProcessor: '`HoneyHiveSessionProcessor`',
  registerHoneyHive: '`registerHoneyHive`',
  preload: 'preload (`/register`)',
  '@vercel/otel': '`HoneyHiveSessionProcessor` under `@vercel/otel`',
  testing: 'the entry for tests (`/testing`)',
};

/** The README's table: what of the suite ran on which SDK. */
export function compatibilityTable({ factors, cases, beside }: Cases = compatibility): string {
  const all = [...cases, ...beside];
  const cell = (sdk: string, way: string): string =>
    all
      .filter((row) => row[0] === sdk && row[3] === way)
      .map(([, runtime, module]) => `${runtime} \`${module}\``)
      .join(', ');
  const rows = Object.entries(TITLES).map(([way, title]) => `| ${title} | ${factors.sdk.map((sdk) => cell(sdk, way)).join(' | ')} |`);
  return [`| | ${factors.sdk.map((sdk) => `SDK ${sdk}`).join(' | ')} |`, `|${'---|'.repeat(factors.sdk.length + 1)}`, ...rows].join('\n');
}
