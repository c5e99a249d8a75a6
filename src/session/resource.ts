import { toText } from '../conventions/facts.js';
import type { Json } from './session.js';
import { toJson } from './content/json.js';

/** What is sent of a resource. Hosts, processes and their owners never are. */
const SENT_PREFIXES: readonly string[] = ['service.', 'deployment.', 'cloud.', 'k8s.', 'faas.', 'telemetry.sdk.', 'vcs.', 'vercel.'];

/** Resource attributes for `metadata`, by their own names. */
export function resourceEntries(resource: Readonly<Record<string, unknown>>): [string, Json][] {
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(resource)) {
    if (!SENT_PREFIXES.some((prefix) => key.startsWith(prefix))) continue;
    const json = toJson(value);
    if (json !== undefined && json !== null && json !== '') entries.push([key, json]);
  }
  return entries;
}

/** The environment that a resource names, in its current or its old attribute. */
export function environmentOf(resource: Readonly<Record<string, unknown>>): string | undefined {
  return toText(resource['deployment.environment.name']) ?? toText(resource['deployment.environment']);
}
