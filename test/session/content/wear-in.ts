import { chatText } from '../../../src/session/content/chat-text.js';
import { isObjectText } from '../../../src/session/content/object-text.js';

/** A process that has written many sessions tells objects and chats by their text: it must write the same ones. */
export function wearIn(): void {
  // Those with white space come to be looked at only when those without are.
  for (let text = 0; text < 10_000; text += 1) {
    isObjectText('{ "a": 1 }');
    chatText(CHAT);
  }
  if (!isObjectText('{"a":1}') || !isObjectText('{ "a": 1 }') || chatText(CHAT) === undefined) throw new Error('not worn in');
}

const CHAT = '[{"role":"user","content":"q"}]';
