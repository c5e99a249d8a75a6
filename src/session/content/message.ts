import type { Json, JsonObject } from '../session.js';
import { asText, getOwn, isObject, type ParseJson } from './json.js';
import { mediaMarker } from './media.js';

/** One message of a chat, as HoneyHive shows it. */
export interface Message extends JsonObject {
  role: string;
}

/** A call that a model asked for. */
interface ToolCall extends JsonObject {
  name: string;
  arguments: Json;
}

/** What the parts of one message come to; nearly always a text and no more. */
interface Gathered {
  text: string | undefined;
  reasoning: string | undefined;
  toolCalls: ToolCall[] | undefined;
  results: Message[] | undefined;
}

type Part = JsonObject;
type PartReader = (part: Part, into: Gathered, parse: ParseJson) => void;

const LANGCHAIN_ROLES: ReadonlyMap<string, string> = new Map([
  ['HumanMessage', 'user'],
  ['AIMessage', 'assistant'],
  ['SystemMessage', 'system'],
  ['ToolMessage', 'tool'],
  ['FunctionMessage', 'tool'],
]);

/** Roles of other vendors that have a name of their own here. */
const ROLE_NAMES: ReadonlyMap<string, string> = new Map([
  ['human', 'user'],
  ['ai', 'assistant'],
  ['model', 'assistant'],
  ['function', 'tool'],
  // LangChain's dictionaries name them by `type`.
  ['system', 'system'],
  ['tool', 'tool'],
]);

// A role of its own makes an object a message. Its other fields are looked up as they are, which is
// several times faster: what every object inherits has none of these names.

/** The responses API gives an item an id of its own, beside that of the call. */
function callId(part: JsonObject): Json | undefined {
  return part['call_id'] ?? part['toolCallId'] ?? part['tool_use_id'] ?? part['id'];
}

const text: PartReader = (part, into) => {
  addText(into, part['content'] ?? part['text'] ?? part['refusal']);
};

const reasoning: PartReader = (part, into) => {
  const thought = part['content'] ?? part['text'] ?? part['thinking'] ?? part['reasoning'];
  if (isSaid(thought)) into.reasoning = joined(into.reasoning, asText(thought));
};

const toolCall: PartReader = (part, into, parse) => {
  addToolCall(into, part, parse);
};

const toolResult: PartReader = (part, into, parse) => {
  const result = part['response'] ?? part['result'] ?? part['output'] ?? part['content'];
  const content = Array.isArray(result) && result.every(isShown) ? (gatheredFrom(result, parse).text ?? '') : result;
  (into.results ??= []).push(toolMessage(callId(part), part['name'] ?? part['toolName'], content));
};

const media: PartReader = (part, into) => {
  addText(into, mediaMarker(part));
};

/**
 * Parts of messages by type, whoever wrote them.
 *
 * Sources: OpenTelemetry GenAI message schemas; OpenAI chat and responses; Anthropic content
 * blocks; Vercel AI SDK model messages.
 */
const PART_READERS: ReadonlyMap<string, PartReader> = new Map([
  ['text', text],
  ['input_text', text],
  ['output_text', text],
  ['refusal', text],
  ['reasoning', reasoning],
  ['thinking', reasoning],
  ['tool_call', toolCall],
  ['tool-call', toolCall],
  ['tool_use', toolCall],
  ['function_call', toolCall],
  ['tool_call_response', toolResult],
  ['tool_result', toolResult],
  ['tool-result', toolResult],
  ['function_call_output', toolResult],
  ...['blob', 'file', 'uri', 'image', 'image_url', 'input_image', 'audio', 'input_audio', 'input_file', 'document', 'video', 'media'].map(
    (type): [string, PartReader] => [type, media],
  ),
]);

/**
 * One message in the house's shape, or several where tool results were packed into one.
 * `undefined`: this is no chat message.
 */
export function readMessage(raw: Json, parse: ParseJson): Message[] | undefined {
  if (!isObject(raw)) return undefined;
  const message = unwrapped(raw);
  const role = roleOf(message, raw);
  const content = message['parts'] ?? message['content'] ?? message['contents'];
  if (role === undefined || (!isSaid(content) && message['content'] === undefined && !hasToolCalls(message))) return undefined;

  const gathered = gatheredFrom(content, parse);
  const calls = message['tool_calls'];
  if (isSaid(calls)) for (const call of listOf(calls)) if (isObject(call)) addToolCall(gathered, call, parse);
  const single = message['function_call'];
  if (isObject(single)) addToolCall(gathered, single, parse);
  const refusal = message['refusal'];
  if (typeof refusal === 'string') gathered.text ??= refusal;

  const { text: said, reasoning: thought, toolCalls, results } = gathered;
  if (role === 'tool' && results === undefined) return [toolMessage(message['tool_call_id'] ?? message['id'], message['name'], said)];
  if (said === undefined && thought === undefined && toolCalls === undefined) return results ?? [];
  const name = message['name'];
  const own: Message = typeof name === 'string' ? { role, name } : { role };
  if (said !== undefined) own['content'] = said;
  if (thought !== undefined) own['reasoning'] = thought;
  if (toolCalls !== undefined) own['tool_calls'] = toolCalls;
  if (results === undefined) return [own];
  // Anthropic packs the results of tools into the user's next turn: they came before what is asked there.
  return role === 'user' ? [...results, own] : [own, ...results];
}

function gatheredFrom(content: Json | undefined, parse: ParseJson): Gathered {
  const gathered: Gathered = { text: undefined, reasoning: undefined, toolCalls: undefined, results: undefined };
  gatherContent(content, gathered, parse);
  return gathered;
}

function gatherContent(content: Json | undefined, into: Gathered, parse: ParseJson): void {
  if (typeof content === 'string') {
    const parts = content.startsWith('[{') ? parse(content) : undefined;
    if (Array.isArray(parts) && parts.every(isPart)) gatherContent(parts, into, parse);
    else addText(into, content);
    return;
  }
  const entries = listOf(content);
  for (let at = 0; at < entries.length; at += 1) {
    const entry = entries[at]!;
    if (isPart(entry)) gatherPart(entry, into, parse);
    else addText(into, entry);
  }
}

function gatherPart(raw: Part, into: Gathered, parse: ParseJson): void {
  // OpenInference wraps each part once more.
  const inner = raw['message_content'];
  const part = isObject(inner) ? inner : raw;
  const { type } = part;
  const read = typeof type === 'string' ? PART_READERS.get(type) : text;
  if (read !== undefined) read(part, into, parse);
  else if (isSaid(part['content'] ?? part['text'])) text(part, into, parse);
  else addText(into, JSON.stringify(part));
}

function isPart(value: Json): value is Part {
  return isObject(value) && (typeof value['type'] === 'string' || value['message_content'] !== undefined || typeof value['text'] === 'string');
}

/** A part that a tool answered with for reading; any other list is data of the tool's own. */
function isShown(value: Json): boolean {
  const type = isObject(value) ? value['type'] : undefined;
  return type === 'text' || type === 'image';
}

/** OpenInference wraps a message in `message`, LangChain in its own serialised form. */
function unwrapped(raw: JsonObject): JsonObject {
  if (raw['role'] !== undefined || raw['content'] !== undefined) return raw;
  const { message, kwargs, data } = raw;
  if (isObject(message)) return message;
  if (isObject(kwargs)) return kwargs;
  return isObject(data) ? data : raw;
}

function roleOf(message: JsonObject, raw: JsonObject): string | undefined {
  const langchainId = raw['lc'] === undefined ? undefined : raw['id'];
  if (Array.isArray(langchainId)) {
    const name = langchainId.at(-1);
    const role = typeof name === 'string' ? LANGCHAIN_ROLES.get(name.replace(/Chunk$/, '')) : undefined;
    if (role !== undefined) return role;
  }
  const role = getOwn(message, 'role');
  if (typeof role === 'string') return ROLE_NAMES.get(role) ?? role;
  // LangChain's other form says `type: "human"`; a type alone is a role only where it is known.
  const { type } = raw;
  return typeof type === 'string' ? ROLE_NAMES.get(type) : undefined;
}

function hasToolCalls(message: JsonObject): boolean {
  return listOf(message['tool_calls']).length > 0 || isObject(message['function_call']);
}

function readToolCall(raw: JsonObject, parse: ParseJson): ToolCall {
  const wrapped = raw['tool_call'];
  const call = isObject(wrapped) ? wrapped : raw;
  const described = call['function'];
  const body = isObject(described) ? described : call;
  const id = callId(call);
  const given = body['arguments'] ?? body['input'] ?? body['args'];
  const name = asText(body['name'] ?? body['toolName'] ?? 'unknown');
  const args = typeof given === 'string' ? (parse(given) ?? given) : (given ?? {});
  return isSaid(id) ? { id, name, arguments: args } : { name, arguments: args };
}

function toolMessage(id: Json | undefined, name: Json | undefined, content: Json | undefined): Message {
  const message: Message = { role: 'tool' };
  if (isSaid(id)) message['tool_call_id'] = id;
  if (isSaid(name)) message['name'] = name;
  message['content'] = isSaid(content) ? asText(content) : '';
  return message;
}

function addText(into: Gathered, said: Json | undefined): void {
  if (isSaid(said)) into.text = joined(into.text, asText(said));
}

function addToolCall(into: Gathered, call: JsonObject, parse: ParseJson): void {
  (into.toolCalls ??= []).push(readToolCall(call, parse));
}

function joined(before: string | undefined, text: string): string {
  return before === undefined ? text : `${before}\n${text}`;
}

function isSaid(value: Json | undefined): value is NonNullable<Json> {
  return value !== undefined && value !== null;
}

function listOf(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}
