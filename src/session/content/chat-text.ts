import { LatePattern } from './late-pattern.js';
import { NAME, objectOf, STRING } from './object-text.js';

/** A message in the house's shape, put together out of the text in which it came. */
export interface WrittenMessage {
  role: string;
  /** A JSON object that lacks its closing brace: more may be added, and each part that a text is put together of takes time. */
  text: string;
  /** Of its tool calls, one behind the other: there is no other place for names that are not ours. */
  toolArguments: string;
}

/** A message whose parts are not all read yet: JSON strings that may go on, and a list without its brackets and its last brace. */
interface Unfinished extends WrittenMessage {
  content: string | undefined;
  reasoning: string | undefined;
  toolCalls: string | undefined;
  /** There were results of tools, each a message of its own. */
  results: boolean;
}

// Names are looked for by the `":` at their end.
const OBJECT = objectOf(2, `${NAME}:`);
const FINISH = `"finish_reason":(?:${STRING}|null)`;

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'];
// Of messages with a text, up to that, in one piece.
const CONTENT_OF = new Map(ROLES.map((role) => [role, `{"role":"${role}","content":`]));
const OPENING = String.raw`\{"role":"(${ROLES.join('|')})",(?:${FINISH},)?(?:"(?:parts|content)":\[(?=\{)|(?="content":"(?!\[\{)))`;
const END = String.raw`(?:,${FINISH})?\}(?:,(?=\{"r)|\]$)`;
// All values in one: a pattern with two that hold objects takes half as long again to compile.
const PART = [
  String.raw`"(?:text","(?:content|text)|(reasoning)","content)":(?=")`,
  String.raw`"tool_call(?:_response","id":(${STRING}),"response":|",((?:"id":${STRING},)?"name":${STRING},"arguments":)(?=\{))`,
].join('|');

// A message or a further part of one. A list of parts in a text is left to whoever parses.
const MESSAGE = String.raw`(?:${OPENING})?(?:\{"type":(?:${PART})(${STRING}|${OBJECT})\}(?:,(?=\{"type")|\]${END})|"content":(${STRING})${END})`;

// Compiled as fast as so many chats are parsed, read and printed.
const WORTH_COMPILING = 100;
const CHAT_MESSAGE = new LatePattern(MESSAGE, 'y', WORTH_COMPILING);

/**
 * The messages of a chat as OpenTelemetry's GenAI convention has it, or of roles and texts alone. `undefined`: it holds something
 * else, is written in another way, or is no JSON; to parse it tells.
 *
 * Most of a chat is texts that nobody changes: to cut them out and put them together again takes a third of the time
 * of parsing and printing.
 */
export function chatText(text: string): WrittenMessage[] | undefined {
  if (!text.startsWith('[{"role":"') || !text.endsWith('}]')) return undefined;
  const pattern = CHAT_MESSAGE.for(text);
  return pattern && readMessages(text, pattern);
}

function readMessages(text: string, message: RegExp): WrittenMessage[] | undefined {
  const messages: WrittenMessage[] = [];
  let open: Unfinished | undefined;
  message.lastIndex = 1;
  do {
    const found = message.exec(text);
    if (found === null) return undefined;
    const role = found[1];
    if (role !== undefined) {
      if (open !== undefined && !addMessage(open, messages)) return undefined;
      open = { role, text: '', toolArguments: '', content: undefined, reasoning: undefined, toolCalls: undefined, results: false };
    }
    addPart(open!, found, messages);
  } while (message.lastIndex < text.length);
  return addMessage(open!, messages) ? messages : undefined;
}

function addPart(into: Unfinished, found: RegExpExecArray, messages: WrittenMessage[]): void {
  const id = found[3];
  const call = found[4];
  const value = found[5] ?? found[6]!;
  if (id !== undefined) {
    const content = value.startsWith('"') ? value : JSON.stringify(JSON.stringify(JSON.parse(value)));
    messages.push({ role: 'tool', text: `{"role":"tool","tool_call_id":${id},"content":${content}`, toolArguments: '' });
    into.results = true;
  } else if (call !== undefined) {
    into.toolCalls = into.toolCalls === undefined ? `{${call}${value}` : `${into.toolCalls}},{${call}${value}`;
    into.toolArguments += value;
  } else if (found[2] !== undefined) into.reasoning = joined(into.reasoning, value);
  else into.content = joined(into.content, value);
}

/** Answers `false` where whoever parses must decide what goes first, or is left out. */
function addMessage(message: Unfinished, messages: WrittenMessage[]): boolean {
  const { role, content, reasoning, toolCalls, results } = message;
  if (results) return content === undefined && reasoning === undefined && toolCalls === undefined;
  let text = content === undefined ? `{"role":"${role}"` : `${CONTENT_OF.get(role)}${content}"`;
  if (reasoning !== undefined) text += `,"reasoning":${reasoning}"`;
  if (toolCalls !== undefined) text += `,"tool_calls":[${toolCalls}}]`;
  message.text = text;
  messages.push(message);
  return role !== 'tool' || (reasoning === undefined && toolCalls === undefined);
}

/** JSON strings, put together as one that lacks its last quote. */
function joined(before: string | undefined, text: string): string {
  return before === undefined ? text.slice(0, -1) : `${before}\\n${text.slice(1, -1)}`;
}
