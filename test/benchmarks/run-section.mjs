import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Of the exporter, where a part is about a server that does not answer. */
const QUIET = '--disable-warning=HONEYHIVE_NOTHING_DELIVERED';

/**
 * One part of the bench in a process of its own: no part finds compiled code or a heap that another has left.
 *
 * @returns what the file's `section` returns: `{ title, text, tables: [{ head, rows }], bars }`.
 */
export async function runSection(file, { quick, execPath = process.execPath }) {
  const child = fork(fileURLToPath(import.meta.url), [file, quick ? '--quick' : '--full'], { execPath, execArgv: [QUIET] });
  const gone = once(child, 'exit');
  const answered = once(child, 'message').then(([section]) => section);
  const section = await Promise.race([answered, gone.then(([status]) => Promise.reject(new Error(`${file} ended with status ${status} and no figures`)))]);
  await gone;
  return section;
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  // The bench is gone, however it went.
  const leave = () => process.exit(1);
  process.on('disconnect', leave);
  const { section } = await import(`./${process.argv[2]}`);
  const figures = await section({ quick: process.argv[3] === '--quick' });
  process.off('disconnect', leave);
  process.send(figures, () => process.exit());
}
