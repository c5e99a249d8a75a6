import type { Claim } from '../../conventions/claim.js';
import type { Facts } from '../../conventions/facts.js';
import type { Work } from '../../conventions/work.js';
import { ChatText, JsonText } from '../json-text.js';
import type { Json, JsonObject } from '../session.js';
import { callArguments } from './call.js';
import { chatInRequest, chatInResponse, type FoundChat, readMessages, systemMessage } from './chat.js';
import { chatText, type WrittenMessage } from './chat-text.js';
import { fieldsOf, listOf, wholeObject } from './fields.js';
import { getOwn, isEmpty, isObject, type ParseJson, setOwn, structured, structuredEntries } from './json.js';
import type { Message } from './message.js';
import { pieces } from './pieces.js';

/** What a span was given or gave back: chat messages, fields, or both. */
interface Content {
  messages?: Message[];
  fields?: JsonObject;
}

type Direction = 'inputs' | 'outputs';

/** `inputs` of a session, out of the span whose input stands for it. */
export function inputsOf(facts: Facts, parse: ParseJson): JsonObject | JsonText | undefined {
  const claim = facts.claim('inputs');
  if (claim === undefined) return undefined;
  const whole = wholeObject(claim, parse);
  if (whole !== undefined) return whole;
  const written = writtenChat(claim, facts);
  const asText = written && inputsText(written, instructionsOf(facts, parse));
  if (asText !== undefined) return asText;
  const content = contentOf(claim, 'inputs', facts.work, parse);
  if (content?.messages === undefined) return content?.fields;
  const instructions = instructionsOf(facts, parse);
  const known = content.messages.some((message) => message.role === 'system');
  return inputsFrom({ ...content, messages: instructions === undefined || known ? content.messages : [instructions, ...content.messages] });
}

/** `outputs` of a session, out of the span whose output stands for it. */
export function outputsOf(facts: Facts, parse: ParseJson): JsonObject | JsonText | undefined {
  const claim = facts.claim('outputs');
  if (claim === undefined) return transcriptAnswer(facts, parse);
  const whole = wholeObject(claim, parse);
  if (whole !== undefined) return whole;
  const written = writtenChat(claim, facts);
  return (written && outputsText(written)) ?? outputsFrom(contentOf(claim, 'outputs', facts.work, parse));
}

/** A chat that needs no parsing. */
function writtenChat(claim: Claim, { work }: Facts): WrittenMessage[] | undefined {
  const { plan, value } = claim[0]!;
  return (plan.form === 'chat' || plan.form === 'value') && work !== undefined && typeof value === 'string' ? chatText(value) : undefined;
}

/** As `inputsFrom`, with the system's instructions in front unless the chat has them. `undefined`: they have names that are not ours. */
function inputsText(messages: readonly WrittenMessage[], instructions: Message | undefined): ChatText | undefined {
  if (instructions?.['tool_calls'] !== undefined) return undefined;
  const known = messages.some(({ role }) => role === 'system');
  const first = instructions === undefined || known ? '' : `${JSON.stringify(instructions)},`;
  return new ChatText(`{"chat_history":[${first}${listed(messages)}]}`, argumentsIn(messages));
}

/** As `outputsFrom`; `undefined`: nobody answered. */
function outputsText(messages: readonly WrittenMessage[]): ChatText | undefined {
  const answer = messages.findLast(({ role }) => role === 'assistant');
  if (answer === undefined) return undefined;
  const steps = stepsTo(answer, messages);
  if (steps.length === 0) return new ChatText(`${answer.text}}`, answer.toolArguments);
  return new ChatText(`${answer.text},"chat_history":[${listed(steps)}]}`, answer.toolArguments + argumentsIn(steps));
}

function listed(messages: readonly WrittenMessage[]): string {
  let list = '';
  for (const { text } of messages) list = list === '' ? text : `${list}},${text}`;
  return `${list}}`;
}

function argumentsIn(messages: readonly WrittenMessage[]): string {
  let all = '';
  for (const { toolArguments } of messages) all += toolArguments;
  return all;
}

/** As `outputsOf`, of a span that stands for the root: one that hands on the question, as LangGraph's first node does, has no answer to it. */
export function answerOf(facts: Facts, parse: ParseJson): JsonObject | JsonText | undefined {
  const outputs = outputsOf(facts, parse);
  const asks = outputs !== undefined && !(outputs instanceof JsonText) && outputs['role'] === 'user' && outputs['content'] !== undefined;
  return asks ? undefined : outputs;
}

/** What some span says of the whole trace. */
export function traceContent(claim: Claim, direction: Direction, parse: ParseJson): JsonObject | undefined {
  const content = contentOf(claim, direction, WHOLE_TRACE, parse);
  return direction === 'inputs' ? inputsFrom(content) : outputsFrom(content);
}

const WHOLE_TRACE: Work = { tier: 'conversation' };

function inputsFrom(content: Content | undefined): JsonObject | undefined {
  if (content?.messages === undefined) return content?.fields;
  return { ...content.fields, chat_history: content.messages };
}

function outputsFrom(content: Content | undefined): JsonObject | undefined {
  if (content?.messages === undefined) return content?.fields;
  const { messages, fields } = content;
  const answer = messages.findLast((message) => message.role === 'assistant') ?? messages.at(-1)!;
  const steps = stepsTo(answer, messages);
  return { ...fields, ...answer, ...(steps.length > 0 ? { chat_history: steps } : {}) };
}

/** What the model did on its way to the answer; what it was asked stands in the inputs. */
function stepsTo<M extends { role: string }>(answer: M, messages: readonly M[]): M[] {
  const asked = messages.findLastIndex(({ role }) => role === 'user' || role === 'system');
  return messages.slice(asked + 1).filter((message) => message !== answer);
}

/** System instructions that no chat will carry: they belong to the configuration then. */
export function looseInstructions(facts: Facts, parse: ParseJson): string | undefined {
  const content = instructionsOf(facts, parse)?.['content'];
  return typeof content === 'string' ? content : undefined;
}

function instructionsOf(facts: Facts, parse: ParseJson): Message | undefined {
  const statement = facts.claim('system_instructions')?.[0];
  if (statement !== undefined) return systemMessage(structured(statement.value, parse), parse);
  // Anthropic's clients pass them as a parameter beside the chat.
  const given = facts.claim('config')?.find(({ plan }) => plan.form === 'parameters');
  const parameters = given === undefined ? undefined : structured(given.value, parse);
  return isObject(parameters) ? systemMessage(parameters['system'] ?? parameters['instructions'], parse) : undefined;
}

function contentOf(claim: Claim, direction: Direction, work: Work | undefined, parse: ParseJson): Content | undefined {
  const content = readContent(claim, direction, work, parse);
  const says = (content.messages?.length ?? 0) > 0 || (content.fields !== undefined && !isEmpty(content.fields));
  return says ? content : undefined;
}

function readContent(claim: Claim, direction: Direction, work: Work | undefined, parse: ParseJson): Content {
  const { plan, value } = claim[0]!;
  switch (plan.form) {
    case 'fields':
      return { fields: fieldsOf(claim, parse) };
    case 'indexed':
      return chatOr(listOf(claim), parse);
    case 'event':
      return chatOr(claim.map((said) => eventMessage(said.value, said.plan.path, parse)), parse);
    case 'message': {
      const { message, object } = pieces(claim, parse);
      return message === undefined ? readValue(object ?? null, direction, work, parse) : { ...chatOr([message], parse), ...(isObject(object) ? { fields: object } : {}) };
    }
    case 'transcript': {
      const messages = readMessages(structured(value, parse), parse);
      if (messages === undefined) return readValue(structured(value, parse) ?? null, direction, work, parse);
      return { messages: messages.slice(0, answerStart(messages)) };
    }
    case 'call':
      return readValue(callArguments(structured(value, parse) ?? null), direction, work, parse);
    case 'json_entries': {
      const entries = structuredEntries(value, parse) ?? null;
      return { fields: isObject(entries) ? entries : { value: entries } };
    }
    default:
      return readValue(structured(value, parse) ?? null, direction, plan.form === 'tool' ? undefined : work, parse);
  }
}

function chatOr(list: Json[], parse: ParseJson): Content {
  const messages = readMessages(list, parse);
  return messages === undefined ? { fields: { value: list } } : { messages };
}

/** Where a transcript turns from what was asked to the last answer. */
function answerStart(messages: readonly Message[]): number {
  return messages.findLastIndex((message) => message.role !== 'assistant') + 1;
}

function transcriptAnswer(facts: Facts, parse: ParseJson): JsonObject | undefined {
  const statement = facts.claim('inputs')?.[0];
  if (statement?.plan.form !== 'transcript') return undefined;
  const messages = readMessages(structured(statement.value, parse), parse) ?? [];
  const answer = messages.slice(answerStart(messages));
  return answer.length > 0 ? outputsFrom({ messages: answer }) : undefined;
}

/** Whatever an application handed in or got back. The work of an AI span lets text be chat. */
function readValue(given: Json, direction: Direction, work: Work | undefined, parse: ParseJson): Content {
  // A JSON string in a string: some SDKs encode twice.
  const value = typeof given === 'string' ? (parse(given) ?? given) : given;
  if (work !== undefined) {
    const chat = isObject(value) ? chatIn(value, direction, work, parse) : { messages: readMessages(value, parse), rest: {} };
    if (chat?.messages !== undefined) {
      // Beside the chat, a request to a model has parameters, which stand in the configuration.
      const beside = work.model === true ? {} : chat.rest;
      return !isEmpty(beside) ? { messages: chat.messages, fields: beside } : { messages: chat.messages };
    }
    if (typeof value === 'string' && work.tier === 'conversation') {
      return { messages: [{ role: direction === 'inputs' ? 'user' : 'assistant', content: value }] };
    }
  }
  return { fields: isObject(value) ? value : { value } };
}

function chatIn(value: JsonObject, direction: Direction, work: Work, parse: ParseJson): FoundChat | undefined {
  return direction === 'inputs' ? chatInRequest(value, work.model === true, parse) : chatInResponse(value, parse);
}

/**
 * A span event that is one message. Older conventions put the message in `gen_ai.event.content`
 * or, for a choice, in `message`; newer ones in attributes of their own.
 */
function eventMessage(attributes: unknown, role: string, parse: ParseJson): JsonObject {
  const message: JsonObject = { role };
  for (const [key, value] of Object.entries(attributes as object)) {
    const json = structured(value, parse);
    if (json === undefined) continue;
    if ((key === 'message' || key === 'gen_ai.event.content') && isObject(json)) {
      const inner = getOwn(json, 'message');
      for (const [name, field] of Object.entries(isObject(inner) ? inner : json)) setOwn(message, name, field);
    } else if (!key.startsWith('gen_ai.')) setOwn(message, key, json);
  }
  return message;
}
