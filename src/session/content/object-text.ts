import { LatePattern } from './late-pattern.js';

// The grammar of RFC 8259, unrolled so that no character is looked at twice, but for needless escapes.
const SPECIAL = String.raw`"\\\x00-\x1f\ud800-\udfff`;
// JSON.stringify escapes a lone surrogate; as it is, it would not survive UTF-8.
const PAIR = String.raw`[\ud800-\udbff][\udc00-\udfff]`;
const ESCAPE = String.raw`\\(?:["\\bfnrt]|u00[01][0-9a-fA-F])`;

/** A string without its last quote. To walk over three characters at a time takes a quarter less; that there is but one way to do so keeps time in proportion to the text. */
function unclosed(special: string, other: string): string {
  const character = `[^${special}]`;
  const some = `(?:${character.repeat(3)})*(?:${character}${character}?)?`;
  return `"${some}(?:(?:${other})${some})*`;
}

/** A string as JSON.stringify writes it. */
export const STRING: string = `${unclosed(SPECIAL, `${ESCAPE}|${PAIR}`)}"`;
/** A string without escapes. */
export const NAME: string = `${unclosed(SPECIAL, PAIR)}"`;
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
const FIELD = `${unclosed(`.${SPECIAL}`, PAIR)}"${SPACE}:${SPACE}(?!null)`;

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
 * Whether a text is for certain a well-formed JSON object of plain fields, one at least. Texts that are nested deeper, or
 * long, are left to JSON.parse, which takes twice as long and makes objects that nobody needs.
 */
export function isObjectText(text: string): boolean {
  const compact = COMPACT.for(text);
  if (compact === undefined) return EARLY.for(text)?.test(text) === true;
  return compact.test(text) || SPACED.for(text)?.test(text) === true;
}
