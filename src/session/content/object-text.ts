import { LatePattern } from './late-pattern.js';

// The grammar of RFC 8259, unrolled so that no character is looked at twice, but for needless escapes.
/** A string as JSON.stringify writes it. */
export const STRING: string = String.raw`"[^"\\\x00-\x1f]*(?:\\(?:["\\bfnrt]|u00[01][0-9a-fA-F])[^"\\\x00-\x1f]*)*"`;
const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const SPACE = String.raw`[ \t\n\r]*`;
// Each level doubles the pattern, and takes twice as long to compile: inputs and outputs are seldom nested deeper.
const LEVELS = 3;
// Compiled as fast as some hundred texts are parsed, and enough for most.
const EARLY_LEVELS = 1;
const EARLY_WORTH = 100;

function listOf(entry: string, opening: string, closing: string, times: '*' | '+' = '*'): string {
  return `${opening}${SPACE}(?:${entry}${SPACE}(?:,${SPACE}(?!${closing})|(?=${closing})))${times}${closing}`;
}

function valueOf(levels: number, name: string): string {
  const leaf = `${STRING}|${NUMBER}|true|false|null`;
  if (levels === 0) return `(?:${leaf})`;
  return `(?:${leaf}|${listOf(valueOf(levels - 1, name), '\\[', '\\]')}|${objectOf(levels - 1, name)})`;
}

/** An object's pattern: how deep its values may be nested, and how names with their colon are written. */
export function objectOf(levels: number, name: string): string {
  return listOf(name + SPACE + valueOf(levels, name), '\\{', '\\}');
}

// Names with a dot are nested by it, and fields that are null left out: not as they are written.
const FIELD = String.raw`"[^"\\.\x00-\x1f]*"${SPACE}:${SPACE}(?!null)`;

/**
 * What may be escaped but need not be: a slash, and all but control characters. Whoever looks for
 * something in a text would not see it. JSON.stringify never writes it.
 */
export const NEEDLESS_ESCAPE: RegExp = /\\(?:\/|u(?!00[01]))/;

function plainObject(levels: number): string {
  return `^${SPACE}${listOf(FIELD + valueOf(levels, `${STRING}${SPACE}:`), '\\{', '\\}', '+')}${SPACE}$`;
}

// Most JSON is written without white space, and not to look for any takes a tenth less. Other JSON is told at its first space.
const EARLY = new LatePattern(plainObject(EARLY_LEVELS).replaceAll(SPACE, ''), '', EARLY_WORTH);
const COMPACT = new LatePattern(plainObject(LEVELS).replaceAll(SPACE, ''));
const SPACED = new LatePattern(plainObject(LEVELS));

/**
 * Whether a text is for certain a JSON object of plain fields, one at least. Texts that are nested deeper, or
 * long, are left to JSON.parse, which takes twice as long and makes objects that nobody needs.
 */
export function isObjectText(text: string): boolean {
  const compact = COMPACT.for(text);
  if (compact === undefined) return EARLY.for(text)?.test(text) === true;
  return compact.test(text) || SPACED.for(text)?.test(text) === true;
}
