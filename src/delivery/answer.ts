import { decoded, isEncoded } from './content-encoding.js';
import type { AttemptOutcome } from './outcome.js';
import { MOST_REDIRECTS } from './redirect.js';
import { retryAfterMillis } from './retry-after.js';
import type { HttpAnswer, HttpAnswerBody } from './settings.js';
import { parseObject } from './stored-event.js';

const MIB = 1024 * 1024;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;

/** Bytes of an answer that are read at most. A server that takes a session answers with the stored event. */
export function longestAnswer(requestLength: number): number {
  return MIB + 2 * requestLength;
}

/** An answer that has been read. */
export class ReadAnswer {
  readonly status: number;
  readonly headers: HttpAnswer['headers'];
  readonly bytes: Buffer;
  /** `bytes` are only the beginning. */
  readonly cut: boolean;

  constructor(status: number, headers: HttpAnswer['headers'], bytes: Buffer, cut: boolean = false) {
    this.status = status;
    this.headers = headers;
    this.bytes = bytes;
    this.cut = cut;
  }

  /** Of a stored event, which is as large as the session, nobody needs it. */
  get text(): string {
    return this.bytes.toString();
  }
}

/** Reads an answer up to `longest` bytes. What is longer is cut, and its connection ended. */
export async function readAnswer(answer: HttpAnswer, longest: number): Promise<ReadAnswer> {
  const { statusCode: status, headers, body } = answer;
  // text() is the fast way and exists everywhere, but has no limit of its own.
  const isShort = Number(headers['content-length'] ?? Infinity) <= longest && !isEncoded(headers);
  if (isShort || !isIterable(body)) return new ReadAnswer(status, headers, Buffer.from(await body.text()));

  const reader = new AnswerReader(status, headers, longest);
  for await (const chunk of body) if (!reader.add(chunk)) break;
  return reader.answer();
}

/** Puts an answer together as it comes in. */
export class AnswerReader {
  readonly #status: number;
  readonly #headers: HttpAnswer['headers'];
  readonly #longest: number;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(status: number, headers: HttpAnswer['headers'], longest: number) {
    this.#status = status;
    this.#headers = headers;
    this.#longest = longest;
  }

  /** Answers whether more is wanted. */
  add(chunk: Uint8Array): boolean {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    return this.#length <= this.#longest;
  }

  answer(): ReadAnswer {
    const [first] = this.#chunks;
    const whole = this.#chunks.length === 1 ? Buffer.from(first!.buffer, first!.byteOffset, first!.length) : Buffer.concat(this.#chunks);
    return new ReadAnswer(this.#status, this.#headers, decoded(whole, this.#headers, this.#longest), this.#length > this.#longest);
  }
}

function isIterable(body: HttpAnswerBody): body is HttpAnswerBody & AsyncIterable<Uint8Array> {
  return body[Symbol.asyncIterator] !== undefined;
}

/** The server took what it was sent. */
export function isTaken(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * What an answer means for the session.
 *
 * @param host Whom messages name.
 * @param now Unix milliseconds, for a Retry-After that holds a date.
 */
export function outcomeOf(answer: ReadAnswer, host: string, now: number): AttemptOutcome {
  const { status } = answer;
  const reason = `http_${status}`;
  if (isTaken(status)) return outcomeOfSuccess(answer, host);
  if (status === 401 || status === 403) {
    return { kind: 'unauthorised', reason, status, message: `${host} refused the API key (HTTP ${status})` };
  }
  if (status === 408 || status === 429 || status >= 500) {
    const wait = retryAfterMillis(answer.headers['retry-after'], now);
    const message = `${host} answered HTTP ${status}${errorCode(answer)}`;
    return { kind: 'retryable', reason, status, message, ...(wait === undefined ? {} : { retryAfterMillis: wait }) };
  }
  if (status >= 300 && status < 400) {
    return { kind: 'rejected', reason, status, message: redirectMessage(answer, host) };
  }
  return { kind: 'rejected', reason, status, message: `${host} answered HTTP ${status}${errorCode(answer)}` };
}

function outcomeOfSuccess(answer: ReadAnswer, host: string): AttemptOutcome {
  const { status } = answer;
  if (!isObjectOrEmpty(answer)) {
    const message = `${host} answered HTTP ${status} with something else than HoneyHive's JSON: a proxy, a login or a maintenance page?`;
    return { kind: 'retryable', reason: 'unexpected_answer', status, message };
  }
  return { kind: 'delivered', status };
}

/** Not parsed: the stored event is as large as the session itself, and that it is one is all that matters here. */
function isObjectOrEmpty(answer: ReadAnswer): boolean {
  const { bytes, cut } = answer;
  if (bytes[0] === OPENING_BRACE && bytes.at(-1) === CLOSING_BRACE) return true;
  const text = answer.text.trim();
  // That of a large session is too long to be read, but whoever answers so has stored it.
  return text === '' || (text.startsWith('{') && (cut || text.endsWith('}')));
}

function redirectMessage(answer: ReadAnswer, host: string): string {
  const location = answer.headers['location'];
  const target = typeof location === 'string' ? hostOf(location) : undefined;
  const to = target === undefined ? '' : ` to ${target}`;
  return `${host} redirected${to} (HTTP ${answer.status}), and only redirects to the same origin are followed, ${MOST_REDIRECTS} at most: set HH_API_URL (or HH_DATA_PLANE_URL) to the final address`;
}

/** Only the host: the rest of a Location may hold a token. A relative one names no host. */
function hostOf(location: string): string | undefined {
  return URL.canParse(location) ? new URL(location).host : undefined;
}

/**
 * HoneyHive's error bodies are `{statusCode, message, success, errorCode}`. Only the code is safe to
 * repeat: the message may quote the session or the key.
 */
function errorCode(answer: ReadAnswer): string {
  const code = parseObject(answer.text)?.['errorCode'];
  return typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? ` (${code})` : '';
}
