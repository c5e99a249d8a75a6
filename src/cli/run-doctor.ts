import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import pc from 'picocolors';
import { examine } from './doctor/doctor.js';
import type { Section } from './doctor/report.js';
import { checkLines, optionLines, summaryLine } from './doctor/report-text.js';
import { version } from './version.js';

/** Options of `doctor`, as the command line gives them. */
export interface DoctorCommandOptions {
  readonly send?: boolean;
  readonly json?: boolean;
  /** Not `--env-file`, which Node takes for its own wherever it stands. Source: run with Node 20.20. */
  readonly env?: string;
}

/**
 * Prints what it finds, as it finds it, and ends the process: status 1 if a step failed, else 0.
 *
 * @throws Error, in words for a user, when the file of variables cannot be read.
 */
export async function runDoctor({ send = false, json = false, env: file }: DoctorCommandOptions): Promise<void> {
  const environment = file === undefined ? process.env : { ...readVariables(file), ...process.env };
  const say = (line: string): void => void (json || console.log(line));
  const folder = process.cwd();

  say(`opentelemetry-exporter-honeyhive ${version}, Node ${process.versions.node}`);
  say(pc.dim(`in ${folder}`));
  let current: Section | undefined;
  const report = await examine(
    { environment, folder, version, send },
    {
      onOptions: (rows) => {
        say(pc.bold('\nOptions, as the environment sets them (those in code are not seen from here)'));
        for (const line of optionLines(rows, pc)) say(line);
      },
      onCheck: (section, check) => {
        if (section !== current) say(pc.bold(`\n${TITLES[section]}`));
        current = section;
        for (const line of checkLines(check, pc)) say(line);
      },
    },
  );
  say(`\n${summaryLine(report, pc)}`);
  if (!send && report.ok) say(pc.dim('doctor --send sends a session, too.'));
  // A name that is still being resolved would keep the process.
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : '', () => process.exit(report.ok ? 0 : 1));
}

const TITLES = { configuration: 'Environment', application: 'Application', server: 'Server' } as const;

function readVariables(file: string): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? 'it is no file of variables'}`, { cause: error });
  }
}
