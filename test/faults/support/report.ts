import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

const DOCUMENT = join(process.cwd(), 'docs/reliability.md');

/** Prints a section of figures; with FAULT_DOCS=write it also takes its place in docs/reliability.md. */
export function report(section: string, lines: readonly string[]): void {
  const text = [...lines, '', machine()].join('\n');
  process.stdout.write(`\n${text}\n\n`);
  if (process.env['FAULT_DOCS'] !== 'write') return;
  const document = readFileSync(DOCUMENT, 'utf8');
  const [start, end] = [`<!-- ${section} -->`, `<!-- /${section} -->`];
  const from = document.indexOf(start);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/reliability.md has no place for ${section}`);
  writeFileSync(DOCUMENT, `${document.slice(0, from + start.length)}\n${text}\n${document.slice(to)}`);
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)];
}

/** A whole number that people can read. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** The version of a package that is used here. */
export function versionOf(name: string): string {
  return (JSON.parse(readFileSync(join(process.cwd(), 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
}

function machine(): string {
  const versions = ['undici', '@opentelemetry/sdk-trace-base'].map((name) => `${name} ${versionOf(name)}`).join(', ');
  return `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${versions}, ${process.platform} ${process.arch}, ${os.availableParallelism()} CPUs.`;
}
