/** Longest wait that is taken from a server: past a day the header is a mistake. */
const LONGEST_MILLIS = 24 * 60 * 60 * 1000;

const SECONDS = /^\d+(\.\d+)?$/;
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * How long the server asks to wait, in milliseconds from `now` and at most a day. `undefined` when
 * the header is missing or says nothing that can be read.
 *
 * Source: RFC 9110, 10.2.3 (delta-seconds or an HTTP-date) and 5.6.7 (the three forms of a date).
 *
 * @param now Unix milliseconds.
 */
export function retryAfterMillis(header: string | readonly string[] | undefined, now: number): number | undefined {
  const value = (typeof header === 'string' ? header : header?.[0])?.trim();
  if (!value) return undefined;
  if (SECONDS.test(value)) return Math.min(Number(value) * 1000, LONGEST_MILLIS);

  // Date.parse takes far more for a date than HTTP does: '-5' is a day in May 2001 to V8.
  if (!HTTP_DATE.test(value)) return undefined;
  // The asctime form names no zone and means GMT; V8 would read it as local time.
  const time = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  if (Number.isNaN(time)) return undefined;
  return Math.min(Math.max(time - now, 0), LONGEST_MILLIS);
}
