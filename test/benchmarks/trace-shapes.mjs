import { readFileSync } from 'node:fs';
import { SpanKind } from '@opentelemetry/api';
import { SPANS } from './fold.mjs';

const HTTP = { 'http.request.method': 'POST', 'http.route': '/chat', 'url.path': '/chat', 'url.scheme': 'https', 'server.address': 'shop.example', 'http.response.status_code': 200 };

/** A web request with one model call below it: ten small spans, as instrumentations of Express, pg, redis, undici and a GenAI client write. */
export const WEB_REQUEST = { root: ['POST /chat', SpanKind.SERVER, HTTP], children: SPANS.map(withOwnContent) };

export const isModelCall = ([name]) => name.startsWith('chat');
/** Of Express, pg and redis: no session says anything of them. */
export const isUnneeded = ([name]) => /^(middleware|request handler|redis|pg)/.test(name);

const chat = chatOf('default-2.6kb');
const modelCall = ['chat gpt-4o', SpanKind.CLIENT, chat];
const toolCall = [
  'execute_tool track_parcel',
  SpanKind.INTERNAL,
  {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'track_parcel',
    'gen_ai.tool.type': 'function',
    'gen_ai.tool.call.id': 'call_{{n}}',
    'gen_ai.tool.call.arguments': '{"order":"{{n}}","carrier":"any"}',
    'gen_ai.tool.call.result': '{"status":"delivered","at":"16:42","to":"parcel shop, 14 Mill Lane","kept_until":"2026-12-04","code":"{{n}}"}',
  },
];

/** A turn of an agent: ten spans, half of them model calls with the whole conversation, as GenAI instrumentations write by default. */
export const AGENT_TURN = { root: agentWith(chat), children: [modelCall, toolCall, modelCall, toolCall, modelCall, toolCall, modelCall, toolCall, modelCall] };

/** Ten spans of a profile, as all other parts of the benchmark measure one. */
export function spansOf(fixture) {
  const [root, ...children] = Array.from({ length: 10 }, () => ['chat gpt-4o', SpanKind.CLIENT, chatOf(fixture)]);
  return { root, children };
}

function agentWith({ 'gen_ai.conversation.id': conversation, 'gen_ai.input.messages': input, 'gen_ai.output.messages': output }) {
  const root = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.provider.name': 'openai', 'gen_ai.agent.name': 'support', 'gen_ai.conversation.id': conversation, 'gen_ai.input.messages': input, 'gen_ai.output.messages': output };
  return ['invoke_agent support', SpanKind.INTERNAL, root];
}

function chatOf(fixture) {
  const { attributes } = JSON.parse(readFileSync(new URL(`fixtures/${fixture}.json`, import.meta.url), 'utf8'));
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, typeof value === 'object' && '$json' in value ? JSON.stringify(value.$json) : value]));
}

function withOwnContent([name, kind, attributes]) {
  const own = (text) => `{{n}}${text.slice(8)}`;
  const content = ['gen_ai.input.messages', 'gen_ai.output.messages'].filter((key) => key in attributes);
  return [name, kind, { ...attributes, ...Object.fromEntries(content.map((key) => [key, own(attributes[key])])) }];
}
