import { isObjectText } from '../../../src/session/content/object-text.js';

/** A process that has written many sessions tells objects by their text: it must write the same ones. */
export function wearIn(): void {
  for (let text = 0; text < 5_000; text += 1) isObjectText('{"a":1}');
  if (!isObjectText('{"a":1}')) throw new Error('not worn in');
}
