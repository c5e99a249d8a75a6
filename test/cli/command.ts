import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

// The command is tested as it is shipped; npm test builds before it tests.
const COMMAND = join(process.cwd(), 'dist/cli/main.cjs');

const running = new Set<ChildProcessByStdio<null, Readable, Readable>>();
const folders: string[] = [];

/** The environment of a test: nothing that was set for HoneyHive, OpenTelemetry, a proxy or colours (CI has them on). */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(HH|OTEL|NODE_OPTIONS)|_PROXY$|^(NO|FORCE)_COLOR$|^CI$/i.test(name));
  return Object.fromEntries(kept);
}

/** What a command came to. */
export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Starts the command; `printed` grows with what it prints. Killed after 30 s. */
export function startCommand(args: readonly string[], { cwd, env = { NO_COLOR: '1' } }: { cwd: string; env?: NodeJS.ProcessEnv }) {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd, env: { ...cleanEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (printed.out += String(chunk)));
  child.stderr.on('data', (chunk) => (printed.err += String(chunk)));
  const ended = once(child, 'close').then(([code]) => {
    clearTimeout(timer);
    running.delete(child);
    return code as number | null;
  });
  async function sees(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(printed.out);
      if (found) return found[1] ?? found[0];
      await Promise.race([
        once(child.stdout, 'data'),
        ended.then((code) => {
          throw new Error(`ended with ${code}: ${printed.out}${printed.err}`);
        }),
      ]);
    }
  }
  return { child, printed, ended, sees };
}

/** Runs the command to its end. */
export async function runCommand(args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): Promise<Ended> {
  const { ended, printed } = startCommand(args, options);
  return { code: await ended, ...printed };
}

/** A folder of its own that `cleanUp` removes. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'honeyhive-cli-'));
  folders.push(folder);
  return folder;
}

/** For `afterEach`: ends what was started, removes what was made. */
export async function cleanUp(): Promise<void> {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}
