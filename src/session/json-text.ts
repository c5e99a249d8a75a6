import type { JsonObject } from './session.js';

// Nothing that JSON escapes.
const PLAIN = /^[ !#-[\]-~]*$/;
const SHORT = 64;

/**
 * A text as it stands between the quotes of JSON, which go with what stands beside it: each part that a text is put
 * together of takes memory. Names and ids need no escapes: looking is twice as fast as JSON.stringify.
 */
export function escaped(text: string): string {
  return text.length <= SHORT && PLAIN.test(text) ? text : JSON.stringify(text).slice(1, -1);
}

/**
 * A JSON object that is still the text in which it came: it goes into the request as it is, since
 * printing it again would cost more than everything else that is done for a session.
 */
export class JsonText {
  readonly text: string;
  /** None of its fields is null or has a dot in its name. */
  readonly isPlain: boolean;
  #object: JsonObject | undefined;

  /** @param object what it says; may be left out where the text is known to be an object of plain fields. */
  constructor(text: string, object?: JsonObject) {
    this.text = text;
    this.#object = object;
    this.isPlain = object === undefined;
  }

  /** What it says. */
  get object(): JsonObject {
    this.#object ??= JSON.parse(this.text) as JsonObject;
    return this.#object;
  }

  /** For whoever prints or looks into a session as a whole. */
  toJSON(): JsonObject {
    return this.object;
  }

  /** The fields without their braces; of an object that is not empty. */
  get inner(): string {
    const { text } = this;
    return text.slice(text.indexOf('{') + 1, text.lastIndexOf('}'));
  }
}

/** A chat that is still text. */
export class ChatText extends JsonText {
  /** Of its tool calls: there is no other place for names that are not ours. */
  readonly toolArguments: string;

  constructor(text: string, toolArguments: string) {
    super(text);
    this.toolArguments = toolArguments;
  }
}
