import type { Claim, Facts } from '../../conventions/facts.js';
import { JsonText } from '../json-text.js';
import type { Json, JsonObject } from '../session.js';
import { chatInRequest, chatInResponse, type FoundChat, readMessages, systemMessage } from './chat.js';
import { fieldsOf, listOf } from './fields.js';
import { isShallow, getOwn, isObject, type ParseJson, setOwn, structured } from './json.js';
import type { Message } from './message.js';

/** What a span was given or gave back: chat messages, fields, or both. */
interface Content {
  messages?: Message[];
  fields?: JsonObject;
}

/** `inputs` of a session, out of the span whose input stands for it. */
export function inputsOf(facts: Facts, parse: ParseJson): JsonObject | undefined {
  const content = contentOf(facts, 'inputs', parse);
  if (content === undefined) return undefined;
  const { messages, fields = {} } = content;
  if (messages === undefined) return fields;
  const instructions = instructionsOf(facts, parse);
  const known = messages.some((message) => message.role === 'system');
  return { ...fields, chat_history: instructions === undefined || known ? messages : [instructions, ...messages] };
}

/** `outputs` of a session, out of the span whose output stands for it. */
export function outputsOf(facts: Facts, parse: ParseJson): JsonObject | undefined {
  const content = contentOf(facts, 'outputs', parse);
  if (content === undefined) return undefined;
  const { messages, fields = {} } = content;
  if (messages === undefined) return fields;
  const answer = messages.findLast((message) => message.role === 'assistant') ?? messages.at(-1)!;
  // What the model did on its way to the answer; what it was asked stands in the inputs.
  const asked = messages.findLastIndex((message) => message.role === 'user' || message.role === 'system');
  const steps = messages.slice(asked + 1).filter((message) => message !== answer);
  return { ...fields, ...answer, ...(steps.length > 0 ? { chat_history: steps } : {}) };
}

/** System instructions that no chat will carry: they belong to the configuration then. */
export function looseInstructions(facts: Facts, parse: ParseJson): string | undefined {
  const content = instructionsOf(facts, parse)?.['content'];
  return typeof content === 'string' ? content : undefined;
}

function instructionsOf(facts: Facts, parse: ParseJson): Message | undefined {
  const part = facts.claims.get('system_instructions')?.parts[0];
  if (part !== undefined) return systemMessage(structured(part.value, parse), parse);
  // Anthropic's clients pass them as a parameter beside the chat.
  const given = facts.claims.get('config')?.parts.find(({ form }) => form === 'parameters');
  const parameters = given === undefined ? undefined : structured(given.value, parse);
  return isObject(parameters) ? systemMessage(parameters['system'] ?? parameters['instructions'], parse) : undefined;
}

// Node 20 has it; the language level that we compile for does not name it yet.
const isWellFormed = (text: string): boolean => (text as unknown as { isWellFormed(): boolean }).isWellFormed();

/** HoneyHive's own bucket, given as one JSON object: it is sent as it is. */
export function wholeText(facts: Facts, target: 'inputs' | 'outputs', parse: ParseJson): JsonText | undefined {
  const parts = facts.claims.get(target)?.parts;
  if (parts?.length !== 1 || parts[0]!.form !== 'fields' || parts[0]!.path !== '') return undefined;
  const { value } = parts[0]!;
  if (typeof value !== 'string') return undefined;
  const json = parse(value);
  // JSON.stringify escapes a lone surrogate; as it is, it would not survive UTF-8.
  const sendable = isObject(json) && Object.keys(json).length > 0 && isShallow(json) && isWellFormed(value);
  return sendable ? new JsonText(value) : undefined;
}

function contentOf(facts: Facts, target: 'inputs' | 'outputs', parse: ParseJson): Content | undefined {
  const claim = facts.claims.get(target);
  if (claim === undefined) return undefined;
  const content = readContent(claim, target, facts, parse);
  const says = (content.messages?.length ?? 0) > 0 || (content.fields !== undefined && Object.keys(content.fields).length > 0);
  return says ? content : undefined;
}

function readContent({ parts }: Claim, target: 'inputs' | 'outputs', facts: Facts, parse: ParseJson): Content {
  const { form, value } = parts[0]!;
  switch (form) {
    case 'fields':
      return { fields: fieldsOf(parts, parse) };
    case 'indexed': {
      const list = listOf(parts);
      const messages = readMessages(list, parse);
      return messages === undefined ? { fields: { value: list } } : { messages };
    }
    case 'event': {
      const list = parts.map((part) => eventMessage(part.value, part.path, parse));
      const messages = readMessages(list, parse);
      return messages === undefined ? { fields: { value: list } } : { messages };
    }
    default:
      return readValue(structured(value, parse) ?? null, target, form === 'tool' ? undefined : facts, parse);
  }
}

/** Whatever an application handed in or got back. `facts` of an AI span let text be chat. */
function readValue(given: Json, target: 'inputs' | 'outputs', facts: Facts | undefined, parse: ParseJson): Content {
  // A JSON string in a string: some SDKs encode twice.
  const value = typeof given === 'string' ? (parse(given) ?? given) : given;
  if (facts?.work !== undefined) {
    const chat = isObject(value) ? chatIn(value, target, parse) : { messages: readMessages(value, parse), rest: {} };
    if (chat?.messages !== undefined) {
      // Beside the chat, a request to a model has parameters, which stand in the configuration.
      const beside = facts.work.model === true ? {} : chat.rest;
      return Object.keys(beside).length > 0 ? { messages: chat.messages, fields: beside } : { messages: chat.messages };
    }
    if (typeof value === 'string' && facts.work.tier === 'conversation') {
      return { messages: [{ role: target === 'inputs' ? 'user' : 'assistant', content: value }] };
    }
  }
  return { fields: isObject(value) ? value : { value } };
}

function chatIn(value: JsonObject, target: 'inputs' | 'outputs', parse: ParseJson): FoundChat | undefined {
  return target === 'inputs' ? chatInRequest(value, parse) : chatInResponse(value, parse);
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
