import type pc from 'picocolors';
import type { Check, ConfigurationRow, Report, Status } from './report.js';

type Colors = ReturnType<typeof pc.createColors>;

const WIDTH = 80;
const INDENT = '  ';

const MARKS = { ok: 'ok', warn: 'warn', fail: 'FAIL', skip: '-' } as const satisfies Record<Status, string>;
const MARK_COLORS = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'dim' } as const;
const MARK_WIDTH = 4;

/** Options in columns: name, value, and the variable that sets it. */
export function optionLines(rows: readonly ConfigurationRow[], colors: Colors): string[] {
  const nameWidth = Math.max(...rows.map(({ option }) => option.length));
  return rows.map(({ option, value, variable }) => {
    const name = `${INDENT}${option.padEnd(nameWidth)}  `;
    const source = variable ?? 'default';
    const text = value ?? 'none';
    const valueWidth = Math.max(text.length, WIDTH - name.length - INDENT.length - LONGEST_SOURCE);
    const line = `${name}${text.padEnd(valueWidth)}${INDENT}${source}`;
    const inOne = line.length <= WIDTH ? line : `${name}${text}\n${' '.repeat(WIDTH - LONGEST_SOURCE)}${source}`;
    return variable === null ? colors.dim(inOne) : inOne;
  });
}

// HH_EXPORTER_SHUTDOWN_TIMEOUT
const LONGEST_SOURCE = 29;

/** A check, and what to do about it, in lines of 80 columns. */
export function checkLines({ status, message, remedy }: Check, colors: Colors): string[] {
  const mark = colors[MARK_COLORS[status]](MARKS[status].padEnd(MARK_WIDTH));
  const indent = ' '.repeat(INDENT.length + MARK_WIDTH + INDENT.length);
  const lines = wrapped(message, WIDTH - indent.length).map((line, index) => (index === 0 ? `${INDENT}${mark}${INDENT}${line}` : indent + line));
  const advice = remedy === undefined ? [] : wrapped(remedy, WIDTH - indent.length - ARROW.length);
  return [...lines, ...advice.map((line, index) => indent + (index === 0 ? ARROW : ' '.repeat(ARROW.length)) + line)];
}

const ARROW = '-> ';

/** What it comes to. */
export function summaryLine({ checks }: Report, colors: Colors): string {
  const count = (wanted: Status): number => checks.filter(({ status }) => status === wanted).length;
  const [failed, warned] = [count('fail'), count('warn')];
  const warnings = warned === 0 ? '' : `, ${warned} ${warned === 1 ? 'warning' : 'warnings'}`;
  return failed === 0 ? colors.green(`All steps passed${warnings}.`) : colors.red(`${failed} ${failed === 1 ? 'step' : 'steps'} failed${warnings}.`);
}

/** Breaks a text at its spaces; a word that is too long gets a line of its own. */
function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1)!;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
