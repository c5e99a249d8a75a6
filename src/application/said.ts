import { diag } from '@opentelemetry/api';

/** What `withSession` says of a session. */
export interface SessionFields {
  /** A UUID is taken as it is; any other text is made one, always the same. Default: made of the trace's id. */
  sessionId?: string;
  sessionName?: string;
  /** `user_properties.user_id`. */
  userId?: string;
  userProperties?: Readonly<Record<string, unknown>>;
  metadata?: Readonly<Record<string, unknown>>;
}

/** What `enrichSession` adds to a session: objects of JSON values. `inputs` and `outputs` take the place of what was read from spans. */
export interface SessionEnrichment {
  inputs?: Readonly<Record<string, unknown>>;
  outputs?: Readonly<Record<string, unknown>>;
  config?: Readonly<Record<string, unknown>>;
  metadata?: Readonly<Record<string, unknown>>;
  metrics?: Readonly<Record<string, unknown>>;
  feedback?: Readonly<Record<string, unknown>>;
  userProperties?: Readonly<Record<string, unknown>>;
}

/**
 * What the application says itself, as HoneyHive's own attributes would: key -> value. So it goes
 * the same way as these, and only before them.
 *
 * @internal
 */
export type Said = ReadonlyMap<string, unknown>;

/** HoneyHive's attribute for each text. */
const TEXTS = { sessionId: 'honeyhive.session_id', sessionName: 'honeyhive.session_name', userId: 'honeyhive_user_id' } as const;

/** HoneyHive's attribute for each object; its fields follow after a dot. */
const OBJECTS = {
  inputs: 'honeyhive_inputs',
  outputs: 'honeyhive_outputs',
  config: 'honeyhive_config',
  metadata: 'honeyhive_metadata',
  metrics: 'honeyhive_metrics',
  feedback: 'honeyhive_feedback',
  userProperties: 'honeyhive_user_properties',
} as const;

/** @internal */
export const SESSION_ID: string = TEXTS.sessionId;

const WITH_SESSION: ReadonlySet<string> = new Set<keyof SessionFields>(['sessionId', 'sessionName', 'userId', 'userProperties', 'metadata']);
const ENRICH_SESSION: ReadonlySet<string> = new Set(Object.keys(OBJECTS));

/**
 * A copy of what was said: the application may change its objects later. What is no JSON is left out, and `diag` told.
 *
 * @internal
 */
export function saidWith(fields: SessionFields): Said {
  return read('withSession', fields, WITH_SESSION);
}

/**
 * As `saidWith`.
 *
 * @internal
 */
export function saidToEnrich(fields: SessionEnrichment): Said {
  return read('enrichSession', fields, ENRICH_SESSION);
}

function read(caller: string, fields: object, known: ReadonlySet<string>): Said {
  const said = new Map<string, unknown>();
  const ignored = (name: string, why: string): void => diag.warn(`HoneyHive ${caller}: ${name} is ignored, ${why}`);
  if (typeof fields !== 'object' || fields === null) {
    ignored('the argument', 'it must be an object');
    return said;
  }
  for (const [name, value] of Object.entries(fields as Record<string, unknown>)) {
    if (value === undefined || value === null) continue;
    if (!known.has(name)) ignored(name, `known are ${[...known].join(', ')}`);
    else if (Object.hasOwn(TEXTS, name)) {
      if (typeof value === 'string' && value.trim() !== '') said.set(TEXTS[name as keyof typeof TEXTS], value.trim());
      else ignored(name, 'it must be a text');
    } else if (typeof value !== 'object' || Array.isArray(value)) ignored(name, 'it must be an object');
    else {
      const prefix = OBJECTS[name as keyof typeof OBJECTS];
      for (const field of Object.keys(value)) {
        try {
          const copy = copyOf((value as Record<string, unknown>)[field]);
          if (copy !== undefined && field !== '') said.set(`${prefix}.${field}`, copy);
        } catch {
          ignored(`${name}.${field}`, 'it is no JSON value');
        }
      }
    }
  }
  return said;
}

function copyOf(value: unknown): unknown {
  if (typeof value === 'string') return value;
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
