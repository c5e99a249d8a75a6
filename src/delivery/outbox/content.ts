const LINE_FEED = '\n';

/** The sessions of a file as they came out of it. */
export interface ReadContent {
  /** One per session that the file should hold; undefined where it does not. */
  readonly lines: readonly (string | undefined)[];
  /** It is not what was once written. */
  readonly damaged: boolean;
}

/** Sessions as a file holds them: JSON, one a line. */
export function contentOf(sessions: readonly string[]): Buffer {
  // In JSON a line feed only ever stands between tokens.
  return Buffer.from(sessions.map((session) => (session.includes(LINE_FEED) ? session.replaceAll(LINE_FEED, ' ') : session) + LINE_FEED).join(''));
}

/** @param sessions how many the file should hold. */
export function readContent(content: Buffer, sessions: number): ReadContent {
  const parts = content.toString().split(LINE_FEED);
  // What follows the last line feed is nothing, or a torn line.
  const torn = parts.pop() !== '';
  const lines = Array.from({ length: sessions }, (_, index) => parts[index] || undefined);
  return { lines, damaged: torn || parts.length !== sessions || lines.includes(undefined) };
}
