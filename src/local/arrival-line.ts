import pc from 'picocolors';
import type { Arrival } from './arrival.js';
import { displayWidth, oneLine } from './one-line.js';
import { summarize } from './session-summary.js';

/** How lines and tables are drawn. */
export interface DrawOptions {
  /** Columns. Default 160. */
  readonly width?: number;
  /** Default: what picocolors finds out about the terminal, `NO_COLOR` and `FORCE_COLOR`. */
  readonly color?: boolean;
}

const VERB_COLORS = { new: 'green', merged: 'yellow', updated: 'cyan', event: 'blue', refused: 'red', failed: 'magenta' } as const;

/**
 * One arrival as one line: time, verb, name, user, input -> output, duration, error. What a session
 * says cannot break the line or reach the terminal as commands.
 */
export function arrivalLine(arrival: Arrival, { width = 160, color = pc.isColorSupported }: DrawOptions = {}): string {
  const colors = pc.createColors(color);
  let left = width;

  // Taken in order of importance, put together in order of reading.
  const take = (text: string, most: number, least = 0): string => {
    const part = oneLine(text, Math.max(0, Math.min(most, left)));
    const padded = part + ' '.repeat(Math.max(0, Math.min(least, left) - displayWidth(part)));
    if (padded !== '') left -= displayWidth(padded) + GAP.length;
    return padded;
  };

  const time = take(clockTime(arrival.at), 8);
  const verb = take(arrival.verb, 7, 7);
  const head = [colors.dim(time), colors[VERB_COLORS[arrival.verb]](verb)];
  if (arrival.verb === 'refused') {
    const { status, method, path, reason } = arrival;
    return joined([...head, colors.red(take(`${status} ${method} ${path}: ${reason}`, left))]);
  }
  if (arrival.verb === 'failed') {
    const { method, path, fault } = arrival;
    return joined([...head, colors.magenta(take(`${method} ${path}: ${fault}, as asked for`, left))]);
  }

  const summary = summarize(arrival.event);
  const name = take(summary.name, 28, 20);
  const user = take(summary.user, 20, 12);
  const duration = take(summary.duration, 8);
  const error = take(summary.error, Math.max(0, Math.floor(left / 2)));
  const work = take(inputToOutput(summary.input, summary.output, left), left);
  return joined([...head, colors.bold(name), user, work, colors.dim(duration), colors.red(error)]);
}

const GAP = '  ';
const ARROW = ' -> ';

function joined(parts: string[]): string {
  return parts.filter((part) => part !== '').join(GAP).trimEnd();
}

// Each side gets half of the room, and what the other one leaves.
function inputToOutput(input: string, output: string, width: number): string {
  const room = Math.max(0, width - ARROW.length);
  const half = Math.floor(room / 2);
  const all = { input: oneLine(input, room), output: oneLine(output, room) };
  if (all.input === '' && all.output === '') return '';
  const inputWidth = Math.max(half, room - displayWidth(all.output));
  const outputWidth = Math.max(room - half, room - displayWidth(all.input));
  return `${oneLine(all.input, inputWidth)}${ARROW}${oneLine(all.output, outputWidth)}`;
}

function clockTime(millis: number): string {
  const date = new Date(millis);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
