import { createReadStream } from 'node:fs';

const LINE_FEED = 0x0a;

/** One line of a file, without its line feed. */
export interface FileLine {
  readonly bytes: Buffer;
  /** False for a last line that ends with the file: its writer may have been cut off. */
  readonly ended: boolean;
}

/**
 * The lines of a file, split at line feeds only. `node:readline` also splits at U+2028 and U+2029,
 * which JSON leaves unescaped inside strings, and would tear such a line in two.
 */
export async function* fileLines(path: string): AsyncGenerator<FileLine> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      rest.push(chunk.subarray(from, at));
      yield { bytes: Buffer.concat(rest), ended: true };
      rest = [];
      from = at + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  if (rest.length > 0) yield { bytes: Buffer.concat(rest), ended: false };
}
