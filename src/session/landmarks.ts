/** What is looked for in long texts, told by a character that they seldom have and by another near it. */
export interface Landmark {
  readonly sign: string;
  /** How far from the sign the other one stands. */
  readonly distance: number;
  /** By the code of the other one: it may be that. */
  readonly near: Uint8Array;
  readonly pattern: RegExp;
}

const ASCII = 127;

/**
 * @param near what may stand at this distance from the sign.
 * @param pattern all of it, from the sign on.
 */
export function landmark(sign: string, distance: number, near: string, pattern: RegExp): Landmark {
  const codes = new Uint8Array(ASCII + 1);
  for (const letter of near) codes[letter.charCodeAt(0)] = 1;
  return { sign, distance, near: codes, pattern: new RegExp(pattern, 'y') };
}

/** Whether a text has one of them. To jump from sign to sign is faster than a pattern, which walks over every character. */
export function hasLandmark(text: string, landmarks: readonly Landmark[]): boolean {
  for (const { sign, distance, near, pattern } of landmarks) {
    for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) {
      // Characters beyond ASCII are taken for one of it: the pattern tells.
      if (near[text.charCodeAt(at + distance) & ASCII] !== 1) continue;
      pattern.lastIndex = at;
      if (pattern.test(text)) return true;
    }
  }
  return false;
}
