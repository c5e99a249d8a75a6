import { brotliDecompressSync, constants, gunzipSync, inflateSync, type ZlibOptions } from 'node:zlib';
import type { HttpAnswer } from './settings.js';

type Decode = (bytes: Buffer, options: ZlibOptions) => Buffer;

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: (bytes, { maxOutputLength }) => brotliDecompressSync(bytes, { maxOutputLength, finishFlush: constants.BROTLI_OPERATION_FLUSH }),
};

/** We ask for no compression, and some gateways compress all the same. */
export function isEncoded(headers: HttpAnswer['headers']): boolean {
  return decoderFor(headers) !== undefined;
}

/** The bytes of an answer as they were before a gateway compressed them; as they are when that fails. */
export function decoded(bytes: Buffer, headers: HttpAnswer['headers'], longest: number): Buffer {
  const decode = decoderFor(headers);
  if (decode === undefined) return bytes;
  try {
    // Flushed: the answer may have been cut.
    return decode(bytes, { maxOutputLength: longest, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return bytes;
  }
}

function decoderFor(headers: HttpAnswer['headers']): Decode | undefined {
  const encoding = headers['content-encoding'];
  return typeof encoding === 'string' ? DECODERS[encoding.trim().toLowerCase()] : undefined;
}
