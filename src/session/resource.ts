import { toText } from '../conventions/claim.js';
import { toJson } from './content/json.js';
import { nest } from './content/nest.js';
import { hasSecretKey, mayHoldSecrets } from './redaction/redact.js';
import type { Json, JsonObject } from './session.js';

/** What is sent of a resource. Hosts, processes and their owners never are. */
const SENT_PREFIXES: readonly string[] = ['service.', 'deployment.', 'cloud.', 'k8s.', 'faas.', 'telemetry.sdk.', 'vcs.', 'vercel.'];

/** What is sent of a resource: nested by their own names, and printed once for all its sessions. Not to be changed. */
export interface ResourceFields {
  readonly fields: JsonObject;
  readonly names: readonly string[];
  /** JSON, as a session ends with it: behind other metadata. */
  readonly ending: string;
  /** It may hold a credential, by a name or by the look of a value. */
  readonly mayHoldSecrets: boolean;
}

// All spans of a provider share one resource, whose attributes do not change once it is known.
const read = new WeakMap<object, ResourceFields>();

export function resourceFields(resource: Readonly<Record<string, unknown>>): ResourceFields {
  let known = read.get(resource);
  if (known === undefined) {
    const fields = nest(entriesOf(resource));
    const text = JSON.stringify(fields).slice(1, -1);
    let secret: boolean | undefined;
    known = {
      fields,
      names: Object.keys(fields),
      ending: `,${text}}}`,
      // Takes long the first time, and is asked where credentials are replaced only.
      get mayHoldSecrets() {
        secret ??= hasSecretKey(fields) || mayHoldSecrets(text);
        return secret;
      },
    };
    read.set(resource, known);
  }
  return known;
}

function entriesOf(resource: Readonly<Record<string, unknown>>): [string, Json][] {
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
