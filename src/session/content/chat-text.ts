import { isWellFormed } from './json.js';
import { objectOf, STRING } from './object-text.js';

/** A chat in the house's shape, put together out of the text in which it came. */
export interface WrittenChat {
  messages: WrittenMessage[];
  /** Of all tool calls: there is no other place for names that are not ours. */
  toolArguments: string;
}

export interface WrittenMessage {
  role: string;
  /** A JSON object. */
  text: string;
}

/** A message whose parts are not all read yet: JSON strings, and lists without their brackets. */
interface Unfinished {
  role: string;
  content: string | undefined;
  reasoning: string | undefined;
  toolCalls: string | undefined;
  results: WrittenMessage[];
}

// Names are looked for by the `":` at their end.
const ARGUMENTS = objectOf(2, String.raw`"[^"\\\x00-\x1f]*":`);
const FINISH = `"finish_reason":(?:${STRING}|null)`;
const OPENING = String.raw`\{"role":"(system|developer|user|assistant|tool)",(?:${FINISH},)?`;
const END = String.raw`(?:,${FINISH})?\}(,|\]$)`;
const PART = [
  `"text","(?:content|text)":(${STRING})`,
  `"tool_call_response","id":(${STRING}),"response":(${STRING})`,
  `"tool_call",((?:"id":${STRING},)?"name":${STRING},"arguments":(${ARGUMENTS}))`,
  `"reasoning","content":(${STRING})`,
].join('|');

// A message or a further part of one. A list of parts in a text is left to whoever parses.
const MESSAGE = String.raw`(?:${OPENING}"(?:parts|content)":\[)?\{"type":(?:${PART})\}(?:,(?=\{"type")|\]${END})|${OPENING}"content":(?!"\[\{)(${STRING})${END}`;

let pattern: RegExp | undefined;
let seen = 0;
// As in object-text.ts.
const WORTH_COMPILING = 5_000;
const LONGEST = 65_536;

/**
 * A chat as OpenTelemetry's GenAI convention has it, or as a list of roles and texts. `undefined`: it holds something
 * else, is written in another way, or is no JSON; to parse it tells.
 *
 * Most of a chat is texts that nobody changes: to cut them out and put them together again takes a third of the time
 * of parsing and printing.
 */
export function chatText(text: string): WrittenChat | undefined {
  if (!text.startsWith('[{"role":"') || text.length > LONGEST || !isWellFormed(text)) return undefined;
  if (seen < WORTH_COMPILING) {
    seen += 1;
    return undefined;
  }
  pattern ??= new RegExp(MESSAGE, 'y');
  return readMessages(text, pattern);
}

function readMessages(text: string, message: RegExp): WrittenChat | undefined {
  const chat: WrittenChat = { messages: [], toolArguments: '' };
  let open: Unfinished | undefined;
  message.lastIndex = 1;
  for (;;) {
    const found = message.exec(text);
    if (found === null) return undefined;
    const role = found[1] ?? found[9];
    if ((role === undefined) !== (open !== undefined)) return undefined;
    open ??= { role: role!, content: undefined, reasoning: undefined, toolCalls: undefined, results: [] };
    const said = found[2] ?? found[10];
    if (said !== undefined) open.content = joined(open.content, said);
    else if (found[4] !== undefined) open.results.push({ role: 'tool', text: `{"role":"tool","tool_call_id":${found[3]},"content":${found[4]}}` });
    else if (found[6] !== undefined) {
      open.toolCalls = (open.toolCalls === undefined ? '{' : `${open.toolCalls},{`) + found[5] + '}';
      chat.toolArguments += found[6];
    } else open.reasoning = joined(open.reasoning, found[7]!);
    const end = found[8] ?? found[11];
    if (end === undefined) continue;
    if (!close(open, chat.messages)) return undefined;
    if (end !== ',') return chat;
    open = undefined;
  }
}

function close({ role, content, reasoning, toolCalls, results }: Unfinished, into: WrittenMessage[]): boolean {
  const own = content !== undefined || reasoning !== undefined || toolCalls !== undefined;
  if (results.length > 0) {
    for (const result of results) into.push(result);
    return !own;
  }
  if (role === 'tool' && (reasoning !== undefined || toolCalls !== undefined)) return false;
  let text = `{"role":"${role}"`;
  if (content !== undefined) text += `,"content":${content}`;
  if (reasoning !== undefined) text += `,"reasoning":${reasoning}`;
  if (toolCalls !== undefined) text += `,"tool_calls":[${toolCalls}]`;
  into.push({ role, text: text + '}' });
  return true;
}

function joined(before: string | undefined, text: string): string {
  return before === undefined ? text : `${before.slice(0, -1)}\\n${text.slice(1)}`;
}
