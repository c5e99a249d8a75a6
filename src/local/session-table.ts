import Table from 'cli-table3';
import pc from 'picocolors';
import type { DrawOptions } from './arrival-line.js';
import { oneLine } from './one-line.js';
import { summarize } from './session-summary.js';
import type { StoredEvent } from './stored-event.js';

const COLUMNS = ['session', 'user', 'input', 'output', 'time', 'error'];
const NAME_WIDTH = 28;
const USER_WIDTH = 20;
const TIME_WIDTH = 8;

/** Sessions as a table, one row each, in the order given. */
export function sessionTable(
  events: readonly StoredEvent[],
  { width = 160, color = pc.isColorSupported }: DrawOptions = {},
): string {
  const colors = pc.createColors(color);
  // Each column has a border and a space on either side.
  const frame = 3 * COLUMNS.length + 1;
  const textWidth = Math.max(8, Math.floor((width - frame - NAME_WIDTH - USER_WIDTH - TIME_WIDTH) / 3));
  const table = new Table({ head: COLUMNS, style: { compact: true, head: color ? ['bold'] : [], border: color ? ['dim'] : [] } });
  for (const event of events) {
    const summary = summarize(event);
    table.push([
      oneLine(summary.name, NAME_WIDTH),
      oneLine(summary.user, USER_WIDTH),
      oneLine(summary.input, textWidth),
      oneLine(summary.output, textWidth),
      { content: oneLine(summary.duration, TIME_WIDTH), hAlign: 'right' },
      colors.red(oneLine(summary.error, textWidth)),
    ]);
  }
  return table.toString();
}
