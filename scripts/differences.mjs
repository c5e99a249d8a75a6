import { isDeepStrictEqual } from 'node:util';

const unlessEmpty = (value) => (value === undefined || Object.keys(value).length === 0 ? undefined : value);
const questionOf = ({ chat_history: chat, ...others }) => chat?.filter(({ role }) => role !== 'system') ?? unlessEmpty(others);
const answerOf = (outputs) => outputs.content ?? unlessEmpty(outputs);

/**
 * Where an arrived session says something else than an example expects of it, in words. What the
 * example leaves out must be missing; `conversation`, `agent`, `finishReasons`, `tools` and `usage`
 * are compared only where it says them.
 */
export function differences(expected, session) {
  const { config, inputs, metadata, outputs, user_properties } = session;
  const { input_tokens, output_tokens } = metadata.usage ?? {};
  const row = (name, got, always = false) => (always || expected[name] !== undefined ? [[name, expected[name], got]] : []);
  const rows = [
    ...row('name', session.event_name, true),
    ...row('input', questionOf(inputs), true),
    ...row('output', answerOf(outputs), true),
    ...row('user', user_properties.user_id, true),
    ...row('model', config.model, true),
    ...row('error', metadata.error, true),
    ...row('conversation', metadata.conversation_id),
    ...row('agent', metadata.agent_name),
    ...row('finishReasons', metadata.finish_reasons),
    ...row('tools', metadata.tools ?? []),
    ...row('usage', { input_tokens, output_tokens }),
  ];
  return rows
    .filter(([, wanted, got]) => !isDeepStrictEqual(wanted, got))
    .map(([name, wanted, got]) => `${expected.title ?? expected.name}: ${name} is ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
}
