import { InvalidArgumentError } from 'commander';
import { type Fault, type FaultKind, faultProblem } from '../local/shipped.js';

/** How `--fail` is written. */
export const FAULT_SYNTAX = 'STATUS|reset|silent|slow[,share=0.2][,times=3][,retry-after=30][,delay=500]';

const SETTINGS: Readonly<Record<string, 'share' | 'times' | 'retryAfter' | 'delay'>> = {
  share: 'share',
  times: 'times',
  'retry-after': 'retryAfter',
  delay: 'delay',
};

/**
 * Reads one `--fail`; commander calls it once for each.
 *
 * @throws InvalidArgumentError
 */
export function readFault(text: string, before: readonly Fault[] = []): Fault[] {
  const [kind = '', ...settings] = text.trim().toLowerCase().split(',');
  const fault: Fault = {
    kind: /^\d+$/.test(kind) ? Number(kind) : (kind as FaultKind),
    ...Object.fromEntries(settings.map(readSetting)),
  };
  const problem = faultProblem(fault);
  if (problem !== undefined) throw new InvalidArgumentError(`${capital(problem)}. ${USAGE}`);
  return [...before, fault];
}

function readSetting(setting: string): [string, number] {
  const [, name = '', value = ''] = /^([a-z-]+)=(\d+(?:\.\d+)?)$/.exec(setting.trim()) ?? [];
  const key = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  if (key === undefined) throw new InvalidArgumentError(`'${setting}' is no setting of a fault. ${USAGE}`);
  return [key, Number(value)];
}

const USAGE = `It is written\n  ${FAULT_SYNTAX}`;

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
