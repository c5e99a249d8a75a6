/** A JSON object that was read. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** What a second start of the same session leaves as the first one set it. */
const KEPT_BUCKETS = ['config', 'inputs', 'outputs'] as const;
const KEPT_TIMES = ['start_time', 'end_time', 'duration'] as const;

// As a session is printed. Quotes inside of texts are escaped, so keys are found as keys only.
const OWN_FIELDS = /("event_name":"[^"\\]*(?:\\.[^"\\]*)*").*?("start_time":\d+),("end_time":\d+),("duration":[\d.e+-]+)/s;

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
export function foreignEvent(session: string, answer: string): JsonRecord | undefined {
  if (!answer.includes('"start_time"') || saysTheSame(session, answer)) return undefined;
  const stored = parseObject(answer);
  const own = stored && parseObject(session);
  return own && differs(own, stored) ? stored : undefined;
}

/** Name, times and a word of each bucket are in the answer as we sent them. */
function saysTheSame(session: string, answer: string): boolean {
  const fields = OWN_FIELDS.exec(session);
  return fields !== null && fields.slice(1).every((field) => hasField(answer, field)) && KEPT_BUCKETS.every((bucket) => hasWordOf(bucket, session, answer));
}

function hasField(answer: string, field: string): boolean {
  const at = answer.indexOf(field);
  const next = answer[at + field.length];
  return at >= 0 && (next === ',' || next === '}');
}

function hasWordOf(bucket: string, session: string, answer: string): boolean {
  const at = session.indexOf(`"${bucket}":{`);
  if (at < 0) return true;
  SCALAR_FIELD.lastIndex = at + bucket.length + 3;
  const word = SCALAR_FIELD.exec(session)?.[0];
  return word !== undefined && answer.includes(word);
}

/** Another start has set the name or the times, or nobody has set what we have to say. */
function differs(own: JsonRecord, stored: JsonRecord): boolean {
  const { event_name: name } = stored;
  if (typeof name === 'string' && name !== own['event_name']) return true;
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
