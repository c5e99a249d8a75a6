import { resolve } from 'node:path';
import pc from 'picocolors';
import { arrivalLine, type Fault, type LocalHoneyHive, startLocalHoneyHive } from '../local/shipped.js';

/** Options of `local`, as the command line gives them. */
export interface LocalCommandOptions {
  readonly port: number;
  readonly data: string;
  readonly key?: string;
  readonly fail?: readonly Fault[];
}

/**
 * Runs the local HoneyHive until the process is told to stop, printing one line per arrival.
 *
 * @throws Error, in words for a user, when the port or the folder cannot be used.
 */
export async function runLocal({ port, data, key, fail = [] }: LocalCommandOptions): Promise<void> {
  const hive = await startLocalHoneyHive({
    port,
    dataDirectory: data,
    faults: fail,
    ...(key !== undefined && { key }),
    onArrival: (arrival) => {
      const width = process.stdout.columns;
      console.log(arrivalLine(arrival, width > 0 ? { width } : {}));
    },
  });

  const stop = (): void => {
    hive.close().catch((error: unknown) => {
      console.error(`error: ${(error as Error).message}`);
      process.exitCode = 1;
    });
  };
  // Once: a second Ctrl-C does not wait.
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // Whoever read our lines (`| head`) is gone.
  process.stdout.on('error', stop);

  console.log(greeting(hive, data, key ?? 'local'));
}

function greeting({ url, journal }: LocalHoneyHive, data: string, key: string): string {
  const { replayedSessions = 0, unreadableLines = 0 } = journal ?? {};
  const lines = [
    `HoneyHive on this machine: ${pc.bold(url)}`,
    `Sessions are kept in ${resolve(data)}: ${replayedSessions} from before`,
  ];
  if (unreadableLines > 0) {
    const skipped = `${unreadableLines} unreadable ${unreadableLines === 1 ? 'line was' : 'lines were'} skipped`;
    lines.push(pc.yellow(`warning: ${skipped} in ${journal?.path}`));
  }
  lines.push('', 'Set in your service:', `  HH_API_URL=${url}`, `  HH_API_KEY=${key}`, '', 'Ctrl-C stops it.', '');
  return lines.join('\n');
}
