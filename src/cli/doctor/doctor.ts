import { resolveConfig } from '../../config/resolve.js';
import { checkApplication } from './application.js';
import { checkConfiguration, configurationRows } from './configuration.js';
import type { Check, ConfigurationRow, Report, Section } from './report.js';
import { scrubber } from './secrets.js';
import { checkServer } from './server.js';

/** What is looked at. */
export interface DoctorSettings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of the application. */
  readonly folder: string;
  readonly version: string;
  /** Send a session, too. */
  readonly send: boolean;
}

/** Hears of findings as they are made. */
export interface DoctorListener {
  onOptions(rows: readonly ConfigurationRow[]): void;
  onCheck(section: Section, check: Check): void;
}

/** Looks at the configuration, the application's folder and the server. Changes nothing, unless it is to send a session. */
export async function examine({ environment, folder, version, send }: DoctorSettings, listener: DoctorListener): Promise<Report> {
  const scrub = scrubber(environment);
  const resolved = resolveConfig({}, environment);
  const options = configurationRows(resolved).map((row) => ({ ...row, value: row.value === null ? null : scrub(row.value) }));
  listener.onOptions(options);

  const checks: (Check & { section: Section })[] = [];
  const add = (section: Section, { id, status, message, remedy }: Check): void => {
    const check = { id, status, message: scrub(message), ...(remedy !== undefined && { remedy: scrub(remedy) }) };
    checks.push({ section, ...check });
    listener.onCheck(section, check);
  };
  for (const check of checkConfiguration(resolved, environment, folder)) add('configuration', check);
  for (const check of checkApplication(resolved.config, environment, folder, version)) add('application', check);
  for await (const check of checkServer({ config: resolved.config, environment, version, send })) add('server', check);
  return { format: 1, version, node: process.versions.node, folder, ok: checks.every(({ status }) => status !== 'fail'), options, checks };
}
