import { chatText } from '../../../src/session/content/chat-text.js';
import { isObjectText } from '../../../src/session/content/object-text.js';

/** A process that has written many sessions tells objects and chats by their text: it must write the same ones. */
export function wearIn(): void {
  for (let text = 0; text < 5_000; text += 1) {
    isObjectText('{"a":1}');
    chatText(CHAT);
  }
  if (!isObjectText('{"a":1}') || chatText(CHAT) === undefined) throw new Error('not worn in');
}

const CHAT = '[{"role":"user","content":"q"}]';
