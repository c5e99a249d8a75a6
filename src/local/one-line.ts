// Far more than a line of a terminal, so that a value of megabytes costs nothing to show.
const LOOKED_AT = 4_000;

const GRAPHEMES = new Intl.Segmenter();

// Close to what terminals do: one table of East Asian widths would be exact for one of them.
const WIDE = /\p{Emoji_Presentation}|\uFE0F|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uFF01-\uFF60]/u;

// Controls (an ESC starts a terminal command), lone surrogates, and the marks that reverse the
// order of what stands around them.
const UNSAFE = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Text of unknown origin as one harmless line: white space is flattened, control characters are
 * made visible (ESC becomes the symbol for it) and so lose their effect on a terminal.
 *
 * @param width columns; longer text is cut and ends in an ellipsis. Wide characters count two.
 */
export function oneLine(text: string, width: number): string {
  const line = text.slice(0, LOOKED_AT).replace(/\s+/gu, ' ').trim().replace(UNSAFE, visible);
  return text.length > LOOKED_AT || displayWidth(line) > width ? cut(line, width) : line;
}

/** Columns that a line of text takes on a terminal, nearly. */
export function displayWidth(line: string): number {
  let columns = 0;
  for (const { segment } of GRAPHEMES.segment(line)) columns += graphemeWidth(segment);
  return columns;
}

function graphemeWidth(grapheme: string): number {
  return WIDE.test(grapheme) ? 2 : 1;
}

function cut(line: string, width: number): string {
  let kept = '';
  let columns = 0;
  for (const { segment } of GRAPHEMES.segment(line)) {
    columns += graphemeWidth(segment);
    if (columns > width - 1) break;
    kept += segment;
  }
  return width > 0 ? `${kept}…` : '';
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // Unicode has a symbol for each control of ASCII, in the order of ASCII.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\uFFFD';
}
