import type * as Zlib from 'node:zlib';
import type { HttpAnswer } from './settings.js';

/** Flushed: the answer may have been cut. */
type Decode = (zlib: typeof Zlib, bytes: Buffer, maxOutputLength: number) => Buffer;

const gunzip: Decode = (zlib, bytes, maxOutputLength) => zlib.gunzipSync(bytes, { maxOutputLength, finishFlush: zlib.constants.Z_SYNC_FLUSH });

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: (zlib, bytes, maxOutputLength) => zlib.inflateSync(bytes, { maxOutputLength, finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  br: (zlib, bytes, maxOutputLength) => zlib.brotliDecompressSync(bytes, { maxOutputLength, finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }),
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
    // Loaded here: hardly any service needs it.
    return decode(process.getBuiltinModule('node:zlib'), bytes, longest);
  } catch {
    return bytes;
  }
}

function decoderFor(headers: HttpAnswer['headers']): Decode | undefined {
  const encoding = headers['content-encoding'];
  return typeof encoding === 'string' ? DECODERS[encoding.trim().toLowerCase()] : undefined;
}
