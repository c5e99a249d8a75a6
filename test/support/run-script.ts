import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** How a script ended. */
export interface ScriptEnd {
  code: number | null;
  stdout: string;
  stderr: string;
  /** From its first line to its end. */
  millis: number;
}

/** A script that runs in a process of its own. */
export interface RunningScript {
  readonly process: ChildProcess;
  readonly ended: Promise<ScriptEnd>;
}

// npm test builds before it tests.
const BUILT = join(process.cwd(), 'dist/cjs/index.js');

const PRELUDE = `
  const started = Date.now();
  process.on('exit', () => process.stderr.write('\\nMILLIS ' + (Date.now() - started)));
  const { HoneyHiveSessionExporter, HoneyHiveSessionProcessor } = require(${JSON.stringify(BUILT)});
  const { context, trace } = require('@opentelemetry/api');
  const { BasicTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');
  const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
  const tracerOf = (processor) => new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('script');
`;

/** Starts a script (CommonJS) that finds our classes, the SDK's and `tracerOf(processor)`; killed after 30 s. */
export function startScript(body: string, env: Readonly<Record<string, string>> = {}): RunningScript {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HH|OTEL|NODE_OPTIONS)|_PROXY$/i.test(name)));
  const child = spawn(process.execPath, ['-e', PRELUDE + body], { env: { ...clean, HH_API_KEY: 'hh_test', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const ended = new Promise<ScriptEnd>((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      const [said = '', millis = 'NaN'] = stderr.split('\nMILLIS ');
      resolve({ code, stdout: stdout.trim(), stderr: said, millis: Number(millis) });
    });
  });
  return { process: child, ended };
}

/** Runs such a script to its end. */
export function runScript(body: string, env: Readonly<Record<string, string>> = {}): Promise<ScriptEnd> {
  return startScript(body, env).ended;
}
