import type * as Crypto from 'node:crypto';

// It takes as long to load as half of this package: not before there is a session.
let crypto: typeof Crypto | undefined;

// RFC 9562, appendix: the namespace for URLs.
const URL_NAMESPACE: Buffer = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

// Nearly all ids are made of a trace's, which fills the rest of this.
const TRACE_ID_LENGTH = 32;
const traceBytes: Buffer = Buffer.concat([URL_NAMESPACE, Buffer.alloc(TRACE_ID_LENGTH)]);

/** The UUIDv5 of a text in the URL namespace (RFC 9562, section 5.5): the same text, the same id. */
export function uuidOf(text: string): string {
  crypto ??= process.getBuiltinModule('node:crypto');
  const hex = crypto.hash('sha1', bytesOf(text), 'hex');
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 0x3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function bytesOf(text: string): Buffer {
  const fills = text.length === TRACE_ID_LENGTH && Buffer.byteLength(text) === TRACE_ID_LENGTH;
  if (!fills) return Buffer.concat([URL_NAMESPACE, Buffer.from(text)]);
  traceBytes.write(text, URL_NAMESPACE.length);
  return traceBytes;
}
