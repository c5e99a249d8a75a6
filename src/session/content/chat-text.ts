import { LatePattern } from './late-pattern.js';
import { NAME, objectOf, STRING, UNCLOSED_STRING } from './object-text.js';

/** A message in the house's shape, put together out of the text in which it came. */
export interface WrittenMessage {
  role: string;
  /** A JSON object that lacks its closing brace: more may be added, and each part that a text is put together of takes time. */
  text: string;
  /** Of its tool calls, one behind the other: there is no other place for names that are not ours. */
  toolArguments: string;
}

/** A message whose parts are not all read yet: JSON strings that may go on, and a list without its brackets and its last brace. */
interface Unfinished {
  role: string;
  content: string | undefined;
  reasoning: string | undefined;
  toolCalls: string | undefined;
  toolArguments: string;
  results: WrittenMessage[] | undefined;
}

// Names are looked for by the `":` at their end.
const OBJECT = objectOf(2, `${NAME}:`);
const FINISH = `"finish_reason":(?:${STRING}|null)`;

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'];
// Of messages with a text, up to that, in one piece.
const CONTENT_OF = new Map(ROLES.map((role) => [role, JSON.stringify({ role, content: '' }).slice(0, -'""}'.length)]));
const OPENING = String.raw`\{"role":"(${ROLES.join('|')})",(?:${FINISH},)?`;
const END = String.raw`(?:,${FINISH})?\}(,|\]$)`;
const PART = [
  `"text","(?:content|text)":(${UNCLOSED_STRING})"`,
  // In one: a pattern with two that hold objects takes half as long again to compile.
  String.raw`"tool_call(?:_response","id":(${STRING}),"response":|",((?:"id":${STRING},)?"name":${STRING},"arguments":)(?=\{))(${STRING}|${OBJECT})`,
  `"reasoning","content":(${UNCLOSED_STRING})"`,
].join('|');

// A message or a further part of one. A list of parts in a text is left to whoever parses.
const MESSAGE = String.raw`(?:${OPENING}"(?:parts|content)":\[)?\{"type":(?:${PART})\}(?:,(?=\{"type")|\]${END})|${OPENING}"content":(?!"\[\{)(${UNCLOSED_STRING})"${END}`;

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
  for (;;) {
    const found = message.exec(text);
    if (found === null) return undefined;
    const role = found[1] ?? found[8];
    // A message begins where the one before has ended.
    if ((role === undefined) !== (open !== undefined)) return undefined;
    open ??= { role: role!, content: undefined, reasoning: undefined, toolCalls: undefined, toolArguments: '', results: undefined };
    addPart(open, found);
    const end = found[7] ?? found[10];
    if (end === undefined) continue;
    if (!addMessage(open, messages)) return undefined;
    if (end !== ',') return messages;
    open = undefined;
  }
}

function addPart(into: Unfinished, found: RegExpExecArray): void {
  const said = found[2] ?? found[9];
  const thought = found[6];
  if (said !== undefined) into.content = joined(into.content, said);
  else if (thought !== undefined) into.reasoning = joined(into.reasoning, thought);
  else {
    const call = found[4];
    const value = found[5]!;
    if (call === undefined) {
      const content = value.startsWith('"') ? value : JSON.stringify(JSON.stringify(JSON.parse(value)));
      (into.results ??= []).push({ role: 'tool', text: `{"role":"tool","tool_call_id":${found[3]},"content":${content}`, toolArguments: '' });
    } else {
      into.toolCalls = into.toolCalls === undefined ? `{${call}${value}` : `${into.toolCalls}},{${call}${value}`;
      into.toolArguments += value;
    }
  }
}

/** Answers `false` where whoever parses must decide what goes first, or is left out. */
function addMessage({ role, content, reasoning, toolCalls, toolArguments, results }: Unfinished, messages: WrittenMessage[]): boolean {
  if (results !== undefined) {
    for (const result of results) messages.push(result);
    return content === undefined && reasoning === undefined && toolCalls === undefined;
  }
  let text = content === undefined ? `{"role":"${role}"` : `${CONTENT_OF.get(role)}${content}"`;
  if (reasoning !== undefined) text += `,"reasoning":${reasoning}"`;
  if (toolCalls !== undefined) text += `,"tool_calls":[${toolCalls}}]`;
  messages.push({ role, text, toolArguments });
  return role !== 'tool' || (reasoning === undefined && toolCalls === undefined);
}

/** JSON strings, put together as one; all lack their last quote. */
function joined(before: string | undefined, text: string): string {
  return before === undefined ? text : `${before}\\n${text.slice(1)}`;
}
