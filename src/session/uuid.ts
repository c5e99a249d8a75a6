import { createHash } from 'node:crypto';

// RFC 9562, appendix: the namespace for URLs.
const URL_NAMESPACE: Buffer = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The UUIDv5 of a text in the URL namespace (RFC 9562, section 5.5): the same text, the same id. */
export function uuidOf(text: string): string {
  const hash = createHash('sha1').update(URL_NAMESPACE).update(text, 'utf8').digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50; // version 5
  hash[8] = (hash[8]! & 0x3f) | 0x80; // variant of RFC 9562
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
