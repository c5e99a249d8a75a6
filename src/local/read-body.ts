import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.js';

/**
 * The largest body that is taken: 5 MB, read as 5,000,000 bytes.
 *
 * documented: 5 MB (docs, troubleshooting). our guess: the decimal megabyte; the smaller reading,
 * so that what passes here passes there in either case.
 */
export const MAX_BODY_BYTES = 5_000_000;

/**
 * Reads a request's body to its end.
 *
 * @returns the bytes, or `undefined` above {@link MAX_BODY_BYTES}.
 * @throws Refusal when the client goes away before the end.
 */
export async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // What is too much is still read, and thrown away: a client that is answered while it
      // writes sees a reset connection instead of the 413.
      if (bytes > MAX_BODY_BYTES) chunks.length = 0;
      else chunks.push(chunk);
    }
  } catch {
    throw new Refusal(400, 'the upload ended before the end of its body');
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks, bytes);
}
