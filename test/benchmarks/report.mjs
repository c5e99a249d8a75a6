import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';

const require = createRequire(import.meta.url);

/** Where and with what this ran: without it no figure can be compared with another. */
export function machine() {
  const versions = ['undici', '@opentelemetry/sdk-trace-base', '@opentelemetry/api'].map((name) => `${name} ${versionOf(name)}`);
  return `Node ${process.version} (V8 ${process.versions.v8}), ${process.platform} ${process.arch}, ${os.cpus()[0]?.model}, ${os.availableParallelism()} CPUs\n${versions.join(', ')}`;
}

/** Other work on the machine makes figures, and to some degree ratios, worse. */
export const load = () => `load average ${os.loadavg().map((load) => load.toFixed(1)).join(' ')} on ${os.availableParallelism()} CPUs`;

/** A section as Markdown. */
export function markdown({ title, text, tables }) {
  return [`## ${title}`, text.trim(), ...tables.map(({ head, rows }) => table(head, rows))].join('\n\n');
}

export function table(head, rows) {
  const widths = head.map((title, column) => Math.max(...[title, ...rows.map((row) => row[column])].map((cell) => cell.length)));
  const line = (cells) => `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

export const summaryTable = (bars) =>
  table(['row', 'ours', 'alternative', 'ratio', 'bar', 'verdict'], bars.map((bar) => [...bar.row, verdict(bar)]));

export const verdict = ({ met }) => (met === undefined ? '-' : met ? 'met' : 'NOT met');

export const micros = (value) => `${value.toFixed(value < 10 ? 2 : 1)} µs`;
export const perSecond = (value) => `${Math.round(value).toLocaleString('en')}/s`;
export const ratio = ({ median, min, max }) => `${median.toFixed(2)}x (${min.toFixed(2)}-${max.toFixed(2)})`;

function versionOf(name) {
  // Not every package exports its package.json.
  const folder = require.resolve.paths(name).find((path) => readable(`${path}/${name}/package.json`));
  return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version;
}

function readable(file) {
  try {
    return readFileSync(file).length > 0;
  } catch {
    return false;
  }
}
