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

/** What the parts of one message come to. */
interface Gathered {
  texts: string[];
  reasoning: string[];
  toolCalls: ToolCall[];
  results: Message[];
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

// The responses API gives an item an id of its own, beside that of the call.
const CALL_IDS: readonly string[] = ['call_id', 'toolCallId', 'tool_use_id', 'id'];

const text: PartReader = (part, into) => {
  const said = first(part, 'content', 'text', 'refusal');
  if (said !== undefined) into.texts.push(asText(said));
};

const reasoning: PartReader = (part, into) => {
  const thought = first(part, 'content', 'text', 'thinking', 'reasoning');
  if (thought !== undefined) into.reasoning.push(asText(thought));
};

const toolCall: PartReader = (part, into, parse) => {
  into.toolCalls.push(readToolCall(part, parse));
};

const toolResult: PartReader = (part, into, parse) => {
  const result = first(part, 'response', 'result', 'output', 'content');
  const content = Array.isArray(result) && result.every(isShown) ? gatheredFrom(result, parse).texts.join('\n') : result;
  into.results.push(toolMessage(first(part, ...CALL_IDS), first(part, 'name', 'toolName'), content));
};

const media: PartReader = (part, into) => {
  into.texts.push(mediaMarker(part));
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
  const content = first(message, 'parts', 'content', 'contents');
  if (role === undefined || (content === undefined && !Object.hasOwn(message, 'content') && !hasToolCalls(message))) return undefined;

  const gathered = gatheredFrom(content, parse);
  for (const call of listOf(getOwn(message, 'tool_calls'))) if (isObject(call)) gathered.toolCalls.push(readToolCall(call, parse));
  const single = getOwn(message, 'function_call');
  if (isObject(single)) gathered.toolCalls.push(readToolCall(single, parse));
  const refusal = getOwn(message, 'refusal');
  if (typeof refusal === 'string' && gathered.texts.length === 0) gathered.texts.push(refusal);

  if (role === 'tool' && gathered.results.length === 0) {
    return [toolMessage(first(message, 'tool_call_id', 'id'), first(message, 'name'), gathered.texts.join('\n'))];
  }
  const name = getOwn(message, 'name');
  const own: Message = typeof name === 'string' ? { role, name } : { role };
  const named = Object.keys(own).length;
  if (gathered.texts.length > 0) own['content'] = gathered.texts.join('\n');
  if (gathered.reasoning.length > 0) own['reasoning'] = gathered.reasoning.join('\n');
  if (gathered.toolCalls.length > 0) own['tool_calls'] = gathered.toolCalls;
  if (Object.keys(own).length === named) return gathered.results;
  // Anthropic packs the results of tools into the user's next turn: they came before what is asked there.
  return role === 'user' ? [...gathered.results, own] : [own, ...gathered.results];
}

function gatheredFrom(content: Json | undefined, parse: ParseJson): Gathered {
  const gathered: Gathered = { texts: [], reasoning: [], toolCalls: [], results: [] };
  gatherContent(content, gathered, parse);
  return gathered;
}

function gatherContent(content: Json | undefined, into: Gathered, parse: ParseJson): void {
  if (typeof content === 'string') {
    const parts = content.startsWith('[{') ? parse(content) : undefined;
    if (Array.isArray(parts) && parts.every(isPart)) gatherContent(parts, into, parse);
    else into.texts.push(content);
    return;
  }
  for (const entry of listOf(content)) {
    if (isPart(entry)) gatherPart(entry, into, parse);
    else if (entry !== null) into.texts.push(asText(entry));
  }
}

function gatherPart(raw: Part, into: Gathered, parse: ParseJson): void {
  // OpenInference wraps each part once more.
  const inner = getOwn(raw, 'message_content');
  const part = isObject(inner) ? inner : raw;
  const type = getOwn(part, 'type');
  const read = typeof type === 'string' ? PART_READERS.get(type) : text;
  if (read !== undefined) read(part, into, parse);
  else if (first(part, 'content', 'text') !== undefined) text(part, into, parse);
  else into.texts.push(JSON.stringify(part));
}

function isPart(value: Json): value is Part {
  return isObject(value) && (typeof getOwn(value, 'type') === 'string' || 'message_content' in value || typeof getOwn(value, 'text') === 'string');
}

/** A part that a tool answered with for reading; any other list is data of the tool's own. */
function isShown(value: Json): boolean {
  const type = isObject(value) ? getOwn(value, 'type') : undefined;
  return type === 'text' || type === 'image';
}

/** OpenInference wraps a message in `message`, LangChain in its own serialised form. */
function unwrapped(raw: JsonObject): JsonObject {
  for (const key of ['message', 'kwargs', 'data']) {
    const inner = getOwn(raw, key);
    if (isObject(inner) && getOwn(raw, 'role') === undefined && getOwn(raw, 'content') === undefined) return inner;
  }
  return raw;
}

function roleOf(message: JsonObject, raw: JsonObject): string | undefined {
  const langchainId = getOwn(raw, 'id');
  if (getOwn(raw, 'lc') !== undefined && Array.isArray(langchainId)) {
    const name = langchainId.at(-1);
    const role = typeof name === 'string' ? LANGCHAIN_ROLES.get(name.replace(/Chunk$/, '')) : undefined;
    if (role !== undefined) return role;
  }
  const role = getOwn(message, 'role');
  if (typeof role === 'string') return ROLE_NAMES.get(role) ?? role;
  // LangChain's other form says `type: "human"`; a type alone is a role only where it is known.
  const type = getOwn(raw, 'type');
  return typeof type === 'string' ? ROLE_NAMES.get(type) : undefined;
}

function hasToolCalls(message: JsonObject): boolean {
  return listOf(getOwn(message, 'tool_calls')).length > 0 || isObject(getOwn(message, 'function_call'));
}

function readToolCall(raw: JsonObject, parse: ParseJson): ToolCall {
  const wrapped = getOwn(raw, 'tool_call');
  const call = isObject(wrapped) ? wrapped : raw;
  const described = getOwn(call, 'function');
  const body = isObject(described) ? described : call;
  const id = first(call, ...CALL_IDS);
  const given = first(body, 'arguments', 'input', 'args');
  const name = asText(first(body, 'name', 'toolName') ?? 'unknown');
  const args = typeof given === 'string' ? (parse(given) ?? given) : (given ?? {});
  return id === undefined ? { name, arguments: args } : { id, name, arguments: args };
}

function toolMessage(id: Json | undefined, name: Json | undefined, content: Json | undefined): Message {
  const message: Message = { role: 'tool' };
  if (id !== undefined) message['tool_call_id'] = id;
  if (name !== undefined) message['name'] = name;
  message['content'] = content === undefined ? '' : asText(content);
  return message;
}

/** The first of these fields that says something. */
function first(object: JsonObject, ...keys: string[]): Json | undefined {
  for (const key of keys) {
    const value = getOwn(object, key);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

function listOf(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}
