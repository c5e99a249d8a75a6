/** `warn`: it works, but perhaps not as meant. `skip`: not tried, because of what failed before. */
export type Status = 'ok' | 'warn' | 'fail' | 'skip';

/** One thing that was looked at. */
export interface Check {
  /** Stays the same from version to version; some can occur several times. */
  readonly id: string;
  readonly status: Status;
  /** What was found. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** One option as the environment sets it. */
export interface ConfigurationRow {
  readonly option: string;
  /** As text, secrets masked; null: none. */
  readonly value: string | null;
  /** The variable that sets it; null: the default. */
  readonly variable: string | null;
}

/** Parts of a report, in the order in which they are looked at. */
export const SECTIONS = ['configuration', 'application', 'server'] as const;

/** A part of a report. */
export type Section = (typeof SECTIONS)[number];

/** What `doctor --json` prints. Fields are added, never renamed or removed, as long as `format` is 1. */
export interface Report {
  readonly format: 1;
  /** Of this package, as the command has it. */
  readonly version: string;
  readonly node: string;
  readonly folder: string;
  /** No check failed: the exit status is 0. */
  readonly ok: boolean;
  readonly options: readonly ConfigurationRow[];
  readonly checks: readonly (Check & { readonly section: Section })[];
}
