import type { Json, JsonObject } from '../session/session.js';
import { isObject } from './fields.js';
import type { StoredEvent } from './stored-event.js';

/** What a person wants to see of a session, as raw text; empty where there is nothing. */
export interface SessionSummary {
  readonly name: string;
  readonly user: string;
  readonly input: string;
  readonly output: string;
  readonly duration: string;
  readonly error: string;
}

/** Reads a session for people. */
export function summarize(event: StoredEvent): SessionSummary {
  const { user_id, email, name } = event.user_properties;
  return {
    name: event.event_name,
    user: asText(user_id ?? email ?? name),
    input: inputOf(event.inputs),
    output: outputOf(event.outputs),
    duration: durationOf(event.duration),
    // The exporter has no other place for it than metadata.
    error: event.error ?? asText(event.metadata['error']),
  };
}

function inputOf(inputs: JsonObject): string {
  const history = inputs['chat_history'];
  if (Array.isArray(history)) {
    const question = history.filter(isObject).findLast((message) => message['role'] === 'user');
    if (question?.['content'] !== undefined) return asText(question['content']);
  }
  return Object.values(inputs).find((value) => typeof value === 'string') ?? asText(inputs);
}

function outputOf(outputs: JsonObject): string {
  const content = asText(outputs['content']);
  if (content !== '') return content;
  const calls = outputs['tool_calls'];
  const names = Array.isArray(calls)
    ? calls.filter(isObject).map((call) => call['name']).filter((name) => typeof name === 'string')
    : [];
  return names.length > 0 ? names.map((name) => `${name}()`).join(', ') : asText(outputs);
}

function asText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  const text = JSON.stringify(value);
  return text === '{}' || text === '[]' ? '' : text;
}

function durationOf(millis: number): string {
  if (millis < 1_000) return `${Math.round(millis)}ms`;
  if (millis < 60_000) return `${(millis / 1_000).toFixed(1)}s`;
  const seconds = Math.round(millis / 1_000);
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}
