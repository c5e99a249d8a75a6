import type { Json, JsonObject } from '../session.js';
import { getOwn, isObject, type ParseJson } from './json.js';
import { type Message, readMessage } from './message.js';

/** A list of chat messages, or `undefined` when any of it is something else. */
export function readMessages(value: Json | undefined, parse: ParseJson): Message[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  // LangChain keeps one list per prompt.
  const list = value.length === 1 && Array.isArray(value[0]) ? value[0] : value;
  const messages: Message[] = [];
  for (let at = 0; at < list.length; at += 1) {
    const read = readMessage(list[at]!, parse);
    if (read === undefined) return undefined;
    for (const message of read) messages.push(message);
  }
  return messages;
}

/** A chat found in a whole request or response, and what else stood beside it. */
export interface FoundChat {
  messages: Message[];
  rest: JsonObject;
}

/**
 * The chat in a request to a model: `messages` (OpenAI, Anthropic with its `system`, LangChain,
 * LangGraph), or `contents` (Gemini). What a model is asked may also be one text, as `prompt`
 * (AI SDK) or `input` (OpenAI); only of a call to a model, since applications name their own
 * fields so, too.
 */
export function chatInRequest(request: JsonObject, toModel: boolean, parse: ParseJson): FoundChat | undefined {
  for (const key of ['messages', 'contents', 'input', 'prompt']) {
    const given = getOwn(request, key);
    const isText = toModel && typeof given === 'string' && (key === 'input' || key === 'prompt');
    const messages: Message[] | undefined = isText ? [{ role: 'user', content: given }] : readMessages(given, parse);
    if (messages === undefined) continue;
    const { [key]: _chat, system, instructions, ...rest } = request;
    const said = systemMessage(system ?? instructions, parse);
    return { messages: said === undefined ? messages : [said, ...messages], rest };
  }
  return undefined;
}

/**
 * The chat in a response of a model: OpenAI `choices` and `output`, Anthropic's message itself,
 * LangChain `generations` and `messages`, Gemini `candidates`.
 */
export function chatInResponse(response: JsonObject, parse: ParseJson): FoundChat | undefined {
  const self = readMessage(response, parse) ?? readMessage(getOwn(response, 'message') ?? null, parse) ?? textAnswer(response, parse);
  if (self !== undefined && self.length > 0) return { messages: self, rest: {} };
  for (const key of ['choices', 'generations', 'candidates', 'output', 'messages']) {
    const { [key]: found, ...rest } = response;
    if (!Array.isArray(found)) continue;
    const list = found.length === 1 && Array.isArray(found[0]) ? found[0] : found;
    const messages = readMessages(list.map(answerIn), parse);
    if (messages !== undefined && messages.length > 0) return { messages, rest };
  }
  return undefined;
}

/** The answer as agent frameworks hand it on: its text, and what the model asked for or drew beside it. */
function textAnswer(response: JsonObject, parse: ParseJson): Message[] | undefined {
  const { text, toolCalls, files, reasoning, object, ...rest } = response;
  const isAnswer = typeof text === 'string' && Object.keys(rest).every((name) => ANSWER_DETAILS.has(name)) && (object === undefined || object === null);
  if (!isAnswer || Object.keys(response).length < 2) return undefined;
  const parts: Json[] = [{ type: 'text', text }];
  if (typeof reasoning === 'string' && reasoning !== '') parts.push({ type: 'reasoning', text: reasoning });
  for (const file of Array.isArray(files) ? files : []) if (isObject(file)) parts.push({ ...file, type: 'file' });
  const message: JsonObject = { role: 'assistant', content: parts };
  if (Array.isArray(toolCalls) && toolCalls.length > 0) message['tool_calls'] = toolCalls;
  return readMessage(message, parse);
}

// What Mastra and the AI SDK put beside the text of an answer.
const ANSWER_DETAILS: ReadonlySet<string> = new Set(['toolResults', 'sources', 'warnings', 'finishReason', 'usage', 'steps', 'reasoningText']);

function answerIn(choice: Json): Json {
  if (!isObject(choice)) return choice;
  const message = getOwn(choice, 'message');
  if (isObject(message)) return message;
  const content = getOwn(choice, 'content');
  if (isObject(content) && Array.isArray(getOwn(content, 'parts'))) return content;
  const type = getOwn(choice, 'type');
  // The responses API lists calls beside messages.
  if (type === 'function_call' || type === 'reasoning') return { role: 'assistant', parts: [choice] };
  const text = getOwn(choice, 'text');
  if (typeof text === 'string' && getOwn(choice, 'role') === undefined) return { role: 'assistant', content: text };
  return choice;
}

/** System instructions as a message: a text, a list of parts, or nothing. */
export function systemMessage(value: Json | undefined, parse: ParseJson): Message | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return readMessage({ role: 'system', content: value }, parse)?.[0];
}
