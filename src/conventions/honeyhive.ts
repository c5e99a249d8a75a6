import type { Convention, Rule, Target } from './convention.js';

/** A bucket in all forms that HoneyHive's SDKs and docs use: JSON or flattened, `_` or `.`. */
function bucket(name: string, to: Target): Record<string, Rule> {
  const rule: Rule = { to, as: 'fields', group: name };
  const rest: Rule = { ...rule, to: to === 'inputs' || to === 'outputs' ? to : (`${to}.*` as Target) };
  return {
    [`honeyhive_${name}`]: rule,
    [`honeyhive_${name}.*`]: rest,
    [`honeyhive.${name}`]: rule,
    [`honeyhive.${name}.*`]: rest,
  };
}

/**
 * HoneyHive's own attributes. They win over everything else.
 *
 * Source: honeyhiveai/python-sdk (span processor), honeyhiveai/typescript-sdk (`tracer.ts`),
 * honeyhiveai/semantic-conventions (registry `honeyhive.*`).
 */
export const honeyhive: Convention = {
  name: 'honeyhive',
  namespaces: ['honeyhive_', 'honeyhive.'],
  marks: true,
  attributes: {
    'honeyhive.session_id': { to: 'session_id', id: true },
    honeyhive_session_id: { to: 'session_id', id: true },
    'honeyhive.conversation_id': { to: 'conversation_id', id: true },
    'honeyhive.session_name': { to: 'session_name' },
    honeyhive_session_name: { to: 'session_name' },
    'honeyhive.source': { to: 'source' },
    honeyhive_source: { to: 'source' },
    'honeyhive.project': { to: 'project' },
    'honeyhive.project_name': { to: 'project' },
    honeyhive_project: { to: 'project' },
    honeyhive_user_id: { to: 'user_properties.user_id', id: true },
    'honeyhive.user_id': { to: 'user_properties.user_id', id: true },
    ...bucket('inputs', 'inputs'),
    ...bucket('outputs', 'outputs'),
    ...bucket('config', 'config'),
    ...bucket('metadata', 'metadata'),
    ...bucket('user_properties', 'user_properties'),
    ...bucket('metrics', 'metrics'),
    ...bucket('feedback', 'feedback'),
    honeyhive_event_type: { to: 'work', as: 'work' },
    'honeyhive.event_type': { to: 'work', as: 'work' },
    honeyhive_error: { to: 'error' },
    'honeyhive.error': { to: 'error' },
    honeyhive_error_type: { to: 'error_type' },
    'honeyhive.error_type': { to: 'error_type' },
    'honeyhive.experiment_id': { to: 'metadata.experiment_id' },
    'honeyhive.experiment_name': { to: 'metadata.experiment_name' },
    'honeyhive.experiment_variant': { to: 'metadata.experiment_variant' },
    'honeyhive.experiment_group': { to: 'metadata.experiment_group' },
    'honeyhive.experiment_metadata': { to: 'metadata.experiment_metadata', as: 'json' },
    'honeyhive.experiment_metadata.*': { to: 'metadata.experiment_metadata.*', as: 'json' },
    // Names of the span as an event of its own, and what the span's own times say better.
    honeyhive_event_name: { to: 'nothing' },
    'honeyhive.event_name': { to: 'nothing' },
    honeyhive_event_id: { to: 'nothing' },
    'honeyhive.parent_id': { to: 'nothing' },
    'honeyhive.session_auto_create': { to: 'nothing' },
    honeyhive_event_type_raw: { to: 'nothing' },
    honeyhive_duration_ms: { to: 'nothing' },
    'honeyhive.duration': { to: 'nothing' },
    'honeyhive.start_time': { to: 'nothing' },
    'honeyhive.end_time': { to: 'nothing' },
  },
};
