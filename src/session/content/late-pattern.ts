/**
 * A pattern for long texts that takes milliseconds to compile, as long as parsing some thousand texts: a
 * process that ends soon is better off without, and parses.
 */
export class LatePattern {
  readonly #source: string;
  readonly #flags: string;
  #pattern: RegExp | undefined;
  readonly #worth: number;
  #seen = 0;

  /** @param worth so many texts are parsed before the pattern is compiled. */
  constructor(source: string, flags: string = '', worth: number = WORTH_COMPILING) {
    this.#source = source;
    this.#flags = flags;
    this.#worth = worth;
  }

  /** What to look at a text with; `undefined`: it is to be parsed. */
  for(text: string): RegExp | undefined {
    if (this.#seen < this.#worth) {
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
