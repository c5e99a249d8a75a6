/**
 * How a value is read, once its place is known:
 *
 * - `text`: a non-blank string (a number or boolean is printed; of an array, the first entry)
 * - `json`: as it is; a string that holds a JSON object or array is parsed
 * - `json_entries`: as `json`; in an array of strings, each entry that holds JSON is parsed too
 * - `list`: an array, or a JSON array in a string, or one text
 * - `fields`: a JSON object, spread over the bucket; with a path, one field of it
 * - `parameters`: like `fields`, without what is no parameter of a model request
 * - `chat`: chat messages
 * - `indexed`: one leaf of flattened chat messages (`0.message.role`)
 * - `transcript`: chat messages, the answer included as the last
 * - `message`: one field of a message that was given in pieces; `path` of the rule names it
 * - `value`: whatever the application handed in or got back: chat, an object, text
 * - `call`: the arguments of a function, as `{"args": [...], "kwargs": {...}}`
 * - `tool`: the arguments or the result of a tool
 * - `work`: the name of a kind of work, see `work.ts`
 * - `event`: a span event that is one chat message
 */
export type Form =
  | 'text'
  | 'json'
  | 'json_entries'
  | 'list'
  | 'fields'
  | 'parameters'
  | 'chat'
  | 'indexed'
  | 'transcript'
  | 'message'
  | 'value'
  | 'call'
  | 'tool'
  | 'work'
  | 'event';

/**
 * Where a value goes. The names of buckets are those of the payload; a name with a dot is one
 * field of a bucket, and `*` stands for the rest of the attribute's key.
 */
export type Target =
  | 'inputs'
  | 'outputs'
  /** What any span says of the whole trace: goes before what spans below the root say of themselves. */
  | 'trace_inputs'
  | 'trace_outputs'
  | 'system_instructions'
  | `config${'' | `.${string}`}`
  | `metadata${'' | `.${string}`}`
  | `user_properties${'' | `.${string}`}`
  | `metrics${'' | `.${string}`}`
  | `feedback${'' | `.${string}`}`
  /** A JSON object of numbers, or with a dot one number. */
  | `usage${'' | `.${string}`}`
  | 'session_id'
  | 'session_name'
  /** A better name for the span than its own. */
  | 'name'
  | 'source'
  | 'project'
  | 'conversation_id'
  | 'agent_name'
  | 'tool_name'
  | 'work'
  | 'error'
  | 'error_type'
  /** Part of the span's failure, which is read with its status. */
  | 'failure'
  /** Read elsewhere, or said better by another attribute: sent nowhere. */
  | 'nothing';

/** What one attribute key, or a family of keys that ends in `.*`, says. */
export interface Rule {
  to: Target;
  /** Default `text`; numbers for `usage.*`. */
  as?: Form;
  /** The field of a `message`. */
  path?: string;
  /** Rules of one group are parts of one value: none of them displaces another. */
  group?: string;
  /** Holds what was said, though its place does not tell: not read where content is not captured. */
  content?: true;
  /** May say that the span has failed, though its place does not tell. */
  fails?: true;
  /** An identifier: kept in `metadata` under its own name when a more explicit one wins. */
  id?: true;
  /** Only a hint (a request header): whatever a span below says is believed first. */
  hint?: true;
}

/** One attribute family: a table from key to what it says, most explicit rule first. */
export interface Convention {
  name: string;
  /** A span that carries an attribute under one of these prefixes does AI work. */
  namespaces?: readonly string[];
  /** The span asks by itself for a session: HoneyHive's own attributes. */
  marks?: true;
  attributes: Readonly<Record<string, Rule>>;
  /** Span events that hold one chat message each: name -> where it goes and who speaks. */
  events?: Readonly<Record<string, EventRule>>;
}

/** What a span event with a chat message says. */
export interface EventRule {
  to: 'inputs' | 'outputs';
  /** The speaker, where the event does not name one. */
  role?: string;
}
