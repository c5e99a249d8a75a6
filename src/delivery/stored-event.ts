/** A JSON object that was read. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** What a second start of the same session leaves as the first one set it. */
const KEPT_BUCKETS = ['config', 'inputs', 'outputs'] as const;
const KEPT_TIMES = ['start_time', 'end_time', 'duration'] as const;

// As a session is printed; quotes inside of texts are escaped, so keys are found as keys only.
const OWN_FIELDS = /"start(_time":\d+),"end_time":\d+,("duration":[\d.e+-]+)(?:,"project":"[^"\\]*")?,"(config|inputs|outputs|user_properties|metadata)":\{/;
const ANY_CONTENT = /"(?:config|inputs|outputs)":\{/;

const START = '"start';
// To find a text that is much longer can take time in proportion to both.
const LONGEST_LOOK = 512;
const COMMA = 44;
const CLOSING_BRACE = 125;

// One scalar field, up to where another server might escape a character.
const SCALAR_FIELD = /"[\w.-]{1,64}":(?:"[ !#-%'-;=?-[\]-~]{1,64}|-?\d+(?:\.\d+)?|true|false)/g;

/**
 * The event that a start met, as the server answers with it, when it is another's: then the start
 * has merged metadata and user properties, and everything else of ours is not there. `undefined`:
 * the event is ours, or the answer does not say (older servers give an id alone).
 *
 * The stored event is as large as the session, and parsing it would cost as much as all else that an
 * attempt does. So first our own words are looked for in its text; only where one is missing is it parsed.
 *
 * Source: HoneyHive data plane API 1.9.0, `createSession` and `PostSessionStartResponse`.
 */
export function foreignEvent(session: string, answer: Buffer): JsonRecord | undefined {
  if (saysTheSame(session, answer) || !answer.includes('"start_time"')) return undefined;
  const stored = parseObject(answer.toString());
  const own = stored && parseObject(session);
  return own && differs(own, stored) ? stored : undefined;
}

/**
 * Times and a word of the first bucket are in the answer as we sent them. More is not looked for,
 * since each look takes a pass over the text: what others make of the same root, with the same times, is empty.
 */
function saysTheSame(session: string, answer: Buffer): boolean {
  const fields = OWN_FIELDS.exec(session);
  if (fields === null) return false;
  const isMerged = fields[3] === 'metadata' || fields[3] === 'user_properties';
  if (isMerged && ANY_CONTENT.test(session)) return false;
  SCALAR_FIELD.lastIndex = fields.index + fields[0].length;
  const word = SCALAR_FIELD.exec(session)?.[0];
  // What a server does not put in another order takes one look.
  const inARow = session.slice(fields.index + START.length, SCALAR_FIELD.lastIndex);
  if (word !== undefined && inARow.length <= LONGEST_LOOK && positionOf(inARow, answer) >= 0) return true;
  if (!hasStart(answer, fields[1]!) || !isField(answer, fields[2]!, positionOf(fields[2]!, answer))) return false;
  return isMerged || (word !== undefined && positionOf(word, answer) >= 0);
}

/** `_` is seldom in texts: what begins with it is found several times faster than what begins with a quote. */
function hasStart(answer: Buffer, timeField: string): boolean {
  for (let at = positionOf(timeField, answer); at >= 0; at = positionOf(timeField, answer, at + 1)) {
    if (isField(answer, timeField, at) && answer.toString('latin1', Math.max(at - START.length, 0), at) === START) return true;
  }
  return false;
}

/** It ends there, and is not the beginning of a longer number. */
function isField(answer: Buffer, field: string, at: number): boolean {
  const next = answer[at + field.length];
  return at >= 0 && (next === COMMA || next === CLOSING_BRACE);
}

/** Of ASCII in UTF-8, which Node finds without decoding anything. */
function positionOf(ascii: string, answer: Buffer, from: number = 0): number {
  return answer.indexOf(ascii, from, 'latin1');
}

/** Another start has set the times, or nobody has set what we have to say. */
function differs(own: JsonRecord, stored: JsonRecord): boolean {
  // A server may round what it stores.
  if (KEPT_TIMES.some((time) => Math.abs(Number(stored[time] ?? own[time]) - Number(own[time])) > 1)) return true;
  return KEPT_BUCKETS.some((bucket) => !isEmpty(own[bucket]) && bucket in stored && isEmpty(stored[bucket]));
}

/** Nothing is in it. */
export function isEmpty(bucket: unknown): boolean {
  return typeof bucket !== 'object' || bucket === null || Object.keys(bucket).length === 0;
}

/** Undefined when a text is no JSON object. */
export function parseObject(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined;
  } catch {
    return undefined;
  }
}
