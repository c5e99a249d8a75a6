import { hash } from 'node:crypto';

// RFC 9562, appendix: the namespace for URLs.
const URL_NAMESPACE: Buffer = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The UUIDv5 of a text in the URL namespace (RFC 9562, section 5.5): the same text, the same id. */
export function uuidOf(text: string): string {
  const bytes = Buffer.allocUnsafe(URL_NAMESPACE.length + Buffer.byteLength(text));
  URL_NAMESPACE.copy(bytes);
  bytes.write(text, URL_NAMESPACE.length);
  const hex = hash('sha1', bytes, 'hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
