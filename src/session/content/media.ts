import type { Json, JsonObject } from '../session.js';
import { getOwn, isObject } from './json.js';

const DATA_URL = /^data:([^;,]*)(;[^,]*)?,/;

/** Stands for an image, a sound or a file in a text: its type, and its address or size. */
export function mediaMarker(part: JsonObject): string {
  const type = getOwn(part, 'type');
  const kind = textOf(part, 'modality') ?? (typeof type === 'string' ? type.replace(/^input_|_url$/g, '') : 'media');
  const source = sourceOf(part);
  if (source === undefined) return `[${kind}]`;
  const { key, text } = source;
  const url = DATA_URL.exec(text);
  const mime = url?.[1] || mimeOf(part);
  const isReference = (key === 'file_id' && text.length < 256) || /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  if (url === null && isReference) return `[${kind}: ${text}]`;
  return `[${kind}: ${mime ?? 'unknown type'}, ${bytesIn(url === null ? text : text.slice(url[0].length))} bytes]`;
}

/** Bytes that a base64 text stands for. */
export function bytesIn(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor((base64.length * 3) / 4) - padding;
}

function sourceOf(part: JsonObject): { key: string; text: string } | undefined {
  for (const key of ['file_id', 'uri', 'url', 'image_url', 'image', 'data', 'content', 'source', 'input_audio', 'file', 'file_data']) {
    const value: Json | undefined = getOwn(part, key);
    if (typeof value === 'string') return { key, text: value };
    if (isObject(value)) return sourceOf(value);
  }
  return undefined;
}

/** The type that an object gives for the media in it. */
export function statedMime(part: JsonObject): string | undefined {
  return textOf(part, 'mime_type') ?? textOf(part, 'media_type') ?? textOf(part, 'mediaType') ?? textOf(part, 'mimeType');
}

function mimeOf(part: JsonObject): string | undefined {
  const own = statedMime(part) ?? textOf(part, 'format');
  if (own !== undefined) return own;
  const inner = Object.values(part).find(isObject);
  return inner === undefined ? undefined : mimeOf(inner);
}

function textOf(part: JsonObject, key: string): string | undefined {
  const value = getOwn(part, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
