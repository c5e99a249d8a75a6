/**
 * A pattern for long texts that takes milliseconds to compile, as long as parsing some thousand texts: a
 * process that ends soon is better off without, and parses.
 */
export class LatePattern {
  readonly #source: string;
  readonly #flags: string;
  #pattern: RegExp | undefined;
  #seen = 0;

  constructor(source: string, flags: string = '') {
    this.#source = source;
    this.#flags = flags;
  }

  /** What to look at a text with; `undefined`: it is to be parsed. */
  for(text: string): RegExp | undefined {
    if (this.#seen < WORTH_COMPILING) {
      this.#seen += 1;
      return undefined;
    }
    if (text.length > LONGEST) return undefined;
    this.#pattern ??= new RegExp(this.#source, this.#flags);
    return this.#pattern;
  }
}

const WORTH_COMPILING = 5_000;
// V8 keeps a place to come back to for each part of a text that matches.
const LONGEST = 65_536;
