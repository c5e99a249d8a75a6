import { hasLandmark, landmark } from '../landmarks.js';
import type { Json, JsonObject } from '../session.js';
import { isObject, setOwn } from './json.js';
import { bytesIn, statedMime } from './media.js';

// Shorter ones are icons: less than their marker is worth.
const SHORTEST_MEDIA = 256;
const DATA_URLS = /data:([\w.+-]+\/[\w.+-]+)?(?:;[\w=.+-]+)*;base64,([\w+/=-]{256,})/g;
const BASE64 = /^[\w+/-]+={0,2}$/;

// Looked for in every session; as a text it is found many times faster than as a pattern.
const DATA_URL = ';base64,';
// `mediaType`, `mime_type` and the like, beside base64 without more: of no weight in a small session.
const MEDIA_TYPE = /[mM](?:edia|ime)_?[Tt]ype/;
const SMALL_SESSION = 4096;

// As the name of a field, also in JSON that stands in a text.
const MEDIA_TYPE_FIELDS = [landmark('T', 1, 'y', /T(?<=[mM](?:edia|ime)T)ype\\*" *:/), landmark('_', 1, 't', /_(?<=[mM](?:edia|ime)_)type\\*" *:/)];

/** Whether a printed session may hold an image, a sound or a file in base64. */
export function mayHoldMedia(text: string): boolean {
  return text.includes(DATA_URL) || (text.length > SMALL_SESSION && namesMediaType(text));
}

function namesMediaType(text: string): boolean {
  return (text.includes('Type') || text.includes('_type')) && hasLandmark(text, MEDIA_TYPE_FIELDS);
}

/** The same with each such part replaced by its type and size. What is given is changed. */
export function stripMedia<J extends Json>(value: J): J {
  return strip(value) as J;
}

function strip(value: Json): Json {
  if (typeof value === 'string') return stripText(value);
  if (typeof value !== 'object' || value === null) return value;
  const mime = isObject(value) ? mediaType(value) : undefined;
  for (const [key, entry] of Object.entries(value)) {
    const stripped = mime !== undefined && typeof entry === 'string' && isBase64(entry) ? marker(mime, entry) : strip(entry);
    if (stripped === entry) continue;
    if (Array.isArray(value)) value[Number(key)] = stripped;
    else setOwn(value, key, stripped);
  }
  return value;
}

/** Text is no media, however long its words are. */
function mediaType(value: JsonObject): string | undefined {
  const mime = statedMime(value);
  return mime !== undefined && /^(?!text\/)[\w.+-]+\/[\w.+-]+/.test(mime) ? mime : undefined;
}

/** A text, or JSON in a text. */
function stripText(text: string): string {
  if (text.length < SHORTEST_MEDIA || !(text.includes(DATA_URL) || MEDIA_TYPE.test(text))) return text;
  const withoutUrls = text.replace(DATA_URLS, (_url, mime: string | undefined, base64: string) => marker(mime ?? 'unknown type', base64));
  if (!/^\s*[[{]/.test(withoutUrls) || !MEDIA_TYPE.test(withoutUrls)) return withoutUrls;
  try {
    const json = JSON.parse(withoutUrls) as Json;
    const before = JSON.stringify(json);
    const after = JSON.stringify(strip(json));
    return after === before ? withoutUrls : after;
  } catch {
    return withoutUrls;
  }
}

function isBase64(text: string): boolean {
  return text.length >= SHORTEST_MEDIA && BASE64.test(text);
}

function marker(mime: string, base64: string): string {
  return `[${mime}, ${bytesIn(base64)} bytes]`;
}
