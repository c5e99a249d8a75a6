import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** A process of its own that runs one of the scripts in `test/faults/children` against what was built. */
export interface Child {
  /** Its next message. @throws Error when it ends before there is one, or after `timeoutMillis`. */
  next<T>(timeoutMillis: number): Promise<T>;
  tell(message: string): void;
  /** Resolves with its exit code and signal. */
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  kill(): void;
}

/** Starts one. Of the environment it gets what is given, and no setting of ours that is set here. */
export function startChild(script: string, execArgv: readonly string[], env: Readonly<Record<string, string>>): Child {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HH|OTEL|NODE_OPTIONS)|_PROXY$/i.test(name)));
  const child: ChildProcess = fork(join(process.cwd(), 'test/faults/children', script), { execArgv: [...execArgv, '--no-warnings'], env: { ...clean, HH_API_KEY: 'hh_test', ...env }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const messages: unknown[] = [];
  let wake: (() => void) | undefined;
  child.on('message', (message) => {
    messages.push(message);
    wake?.();
  });
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('exit', (code, signal) => {
      wake?.();
      resolve({ code, signal });
    });
  });
  return {
    ended,
    kill: () => void child.kill('SIGKILL'),
    tell: (message) => void child.send(message),
    async next<T>(timeoutMillis: number): Promise<T> {
      const timer = setTimeout(() => wake?.(), timeoutMillis);
      const end = performance.now() + timeoutMillis;
      while (messages.length === 0 && !isOver() && performance.now() < end) await new Promise<void>((resolve) => (wake = resolve));
      clearTimeout(timer);
      if (messages.length === 0) throw new Error(isOver() ? `${script} ended without a word` : `${script} said nothing for ${timeoutMillis} ms`);
      return messages.shift() as T;
    },
  };
}
