import type { Convention, Rule } from '../../src/conventions/convention.js';
import { families } from '../../src/conventions/families.js';
import { secretValueNames } from '../../src/session/redaction/secret-values.js';
import { readCapture } from './captures.js';
import { sessionsOf } from './replay.js';

/** What each family is called, and a capture of spans that it wrote. */
const SHOWN: Readonly<Record<string, { title: string; capture?: string }>> = {
  honeyhive: { title: "HoneyHive's own attributes", capture: 'synthetic-honeyhive' },
  traceloop: { title: 'OpenLLMetry (Traceloop)', capture: 'traceloop-workflow' },
  general: { title: 'Users and sessions (OpenTelemetry)' },
  gen_ai: { title: 'GenAI (OpenTelemetry), current and deprecated', capture: 'sdk3-agent' },
  openinference: { title: 'OpenInference', capture: 'oi-openai-toolcall' },
  langfuse: { title: 'Langfuse', capture: 'langfuse-trace' },
  vercel_ai: { title: 'Vercel AI SDK 4 to 7', capture: 'ai5-tools' },
  langsmith: { title: 'LangSmith', capture: 'langsmith-single-object' },
  mastra: { title: 'Mastra', capture: 'mastra-agent-generate' },
  logfire: { title: 'Logfire and pydantic-ai', capture: 'own-logfire-span' },
  transport: { title: 'HTTP, RPC, databases, messaging', capture: 'generic-http-llm' },
};

const PLACES: Readonly<Record<string, string>> = {
  inputs: '`inputs`',
  outputs: '`outputs`',
  trace_inputs: "`inputs`, unless the root's own say otherwise",
  trace_outputs: "`outputs`, unless the root's own say otherwise",
  system_instructions: 'first message of `inputs.chat_history`; without a chat `config.system_instructions`',
  session_id: '`session_id`',
  session_name: '`session_name`',
  name: '`session_name`, of the root only',
  source: '`source`',
  project: 'read, not sent',
  conversation_id: '`metadata.conversation_id`',
  agent_name: '`metadata.agent_name`; the name of a session whose root is an agent',
  tool_name: '`metadata.tools`',
  work: '`metadata.operation_name`; whether the span leads the conversation',
  error: '`metadata.error`',
  error_type: '`metadata.error_type`',
  usage: '`metadata.usage`, field by field',
  failure: '`metadata.error` or `metadata.error_type` of a span that failed, where nothing else says it',
  nothing: 'not sent, or read elsewhere',
  config: '`config`',
  metadata: '`metadata`',
  user_properties: '`user_properties`',
  metrics: '`metrics`, by an update after the start',
  feedback: '`feedback`, by an update after the start',
};

const FORMS: Readonly<Record<NonNullable<Rule['as']>, string>> = {
  text: 'text',
  json: 'value; JSON in a text is parsed',
  json_entries: 'list whose entries may be JSON texts',
  list: 'list',
  fields: 'JSON object, or one field of it',
  parameters: 'JSON object of request parameters',
  chat: 'chat messages',
  indexed: 'flattened list (`0.role`, `0.content`)',
  transcript: 'chat messages, the answer last',
  message: 'one part of the answer',
  value: 'chat, an object or text',
  call: 'arguments of a function',
  tool: 'arguments or result of a tool',
  work: 'kind of work',
  event: 'span event',
};

/** `docs/mapping.md`, out of the tables that the code itself reads. */
export function mappingDocs(): string {
  return [
    `# What goes where

This page is made from the tables in \`src/conventions\` and from spans that real libraries wrote (\`test/fixtures/captures\`), by \`npm run docs\`; a test keeps it in step.

Where several attributes say the same, the family that comes first here is believed, and within a family the row that comes first. An identifier that loses is kept in \`metadata\` under its own name. The root's own word goes before that of the outermost AI span below it; among siblings the earliest input and the latest output count, a chat or agent before a tool, retrieval, embedding or guardrail, and a title, moderation or memory call only where there is nothing else.

## Identity

| | |
|---|---|
| \`session_id\`, given as a UUID | itself, in lower case |
| \`session_id\`, any other text | UUIDv5 of it in the URL namespace (\`6ba7b811-9dad-11d1-80b4-00c04fd430c8\`); the text stays in \`metadata\` |
| none, root of a trace | UUIDv5 of the trace id in lower-case hex |
| none, root below another process | UUIDv5 of \`<trace id>-<span id>\` |
| \`sessionScope: 'conversation'\` | the conversation id in place of the trace's, in the same two ways |

## No session

With \`sessionFilter: 'work'\` these roots make none, unless there is AI work or a HoneyHive attribute in their trace: requests with OPTIONS, HEAD or TRACE; probes and scrapers by their user agent; the routes \`/health\`, \`/healthz\`, \`/livez\`, \`/readyz\`, \`/ready\`, \`/live\`, \`/ping\`, \`/metrics\`, \`/favicon.ico\`, \`/robots.txt\`, \`/_next/static/*\`, \`/_next/image\`; spans of the net, dns and fs instrumentations and pool connects; message polls that received nothing.

## Never sent

Client addresses, user agents, network peers, host names, process arguments and owners (the rows "not sent" below); media in base64, which is replaced by its type and size; and, with \`redaction: 'credentials'\`, what stands under the name of a credential or looks like one:

${secretValueNames.map((name) => `- ${name}`).join('\n')}
`,
    ...families.map(section),
  ].join('\n');
}

function section(family: Convention): string {
  const { title, capture } = SHOWN[family.name] ?? { title: family.name };
  const rows = Object.entries(family.attributes).map(([key, rule]) => `| \`${key}\` | ${placeOf(rule)} | ${formOf(rule)} |`);
  const events = Object.entries(family.events ?? {}).map(([key, { to, role }]) => `| event \`${key}\` | ${PLACES[to]} | message${role === undefined ? '' : ` of role \`${role}\``} |`);
  const example = capture === undefined ? '' : `\nFrom the capture \`${capture}\`:\n\n\`\`\`json\n${sessionOf(capture)}\n\`\`\`\n`;
  return `## ${title}\n\n| attribute | goes to | read as |\n|---|---|---|\n${[...rows, ...events].join('\n')}\n${example}`;
}

function placeOf({ to, group, hint }: Rule): string {
  const [bucket, ...field] = to.split('.');
  const place = field.length === 0 ? PLACES[bucket!]! : `\`${bucket === 'usage' ? 'metadata.usage' : bucket}.${field.join('.')}\``;
  return `${place}${hint === true ? ', if no span says otherwise' : ''}${group !== undefined && bucket === 'outputs' && group === 'answer' ? ', put together' : ''}`;
}

function formOf({ to, as, path }: Rule): string {
  if (to === 'nothing' || to === 'failure') return '';
  if (to.startsWith('usage')) return to === 'usage' ? 'object of numbers' : 'number';
  return as === 'message' ? `its ${path}` : FORMS[as ?? 'text'];
}

function sessionOf(capture: string): string {
  const { spans, expected } = readCapture(capture);
  const session = sessionsOf(spans).find(({ metadata }) => metadata?.['span_id'] === expected.rootSpanId);
  return JSON.stringify(session, null, 2);
}
