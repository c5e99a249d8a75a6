import { SmallMap } from '../collections/small-map.js';

/** Numbers by field of `metadata.usage`. */
export type Usage = SmallMap<number>;

/**
 * Names of token counts in objects of them, as `metadata.usage` spells them. A name that is not
 * here keeps its own.
 *
 * Sources: Langfuse `usage_details`, LangSmith `usage_metadata`, OpenAI's `usage`.
 */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['input', 'input_tokens'],
  ['output', 'output_tokens'],
  ['total', 'total_tokens'],
  ['prompt_tokens', 'input_tokens'],
  ['completion_tokens', 'output_tokens'],
  ['promptTokens', 'input_tokens'],
  ['completionTokens', 'output_tokens'],
  ['inputTokens', 'input_tokens'],
  ['outputTokens', 'output_tokens'],
  ['totalTokens', 'total_tokens'],
  ['input_cached_tokens', 'cache_read_input_tokens'],
  ['input_cache_read', 'cache_read_input_tokens'],
  ['cache_read', 'cache_read_input_tokens'],
  ['input_cache_creation', 'cache_creation_input_tokens'],
  ['cache_creation', 'cache_creation_input_tokens'],
  ['output_reasoning_tokens', 'reasoning_tokens'],
  ['output_reasoning', 'reasoning_tokens'],
  ['reasoning', 'reasoning_tokens'],
  ['total_cost', 'cost'],
]);

// Objects of numbers stand one in another: details of details are no sums.
const MAX_DEPTH = 2;
const MAX_TEXT = 4096;

/**
 * Adds what one attribute says of usage: one number for a field, or an object of numbers where
 * the field is empty. Two attributes for one field say the same thing: the larger is believed.
 */
export function usageIn(field: string, value: unknown, known: Usage | undefined): Usage | undefined {
  if (field !== '') return addNumber(field, value, known);
  let usage = known;
  for (const [name, number] of numbersIn(value, 0)) usage = addNumber(FIELDS.get(name) ?? name, number, usage);
  return usage;
}

function addNumber(field: string, value: unknown, known: Usage | undefined): Usage | undefined {
  const number = numberIn(value);
  if (number === undefined || !Number.isFinite(number) || number < 0) return known;
  const usage = known ?? new SmallMap<number>();
  if (!(number <= (usage.get(field) ?? -1))) usage.set(field, number);
  return usage;
}

/** A number, also in a text; of an object of parts (cost details), its total. */
function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && !value.trimStart().startsWith('{')) return Number(value);
  const { total } = (detailsIn(value) ?? {}) as { total?: unknown };
  return typeof total === 'number' ? total : undefined;
}

function* numbersIn(value: unknown, depth: number): Generator<[string, unknown]> {
  const details = detailsIn(value);
  if (details === undefined || depth >= MAX_DEPTH) return;
  for (const [name, entry] of Object.entries(details)) {
    if (typeof entry === 'number') yield [name, entry];
    else yield* numbersIn(entry, depth + 1);
  }
}

function detailsIn(value: unknown): object | undefined {
  const details = typeof value === 'string' && value.length <= MAX_TEXT ? parsed(value) : value;
  return typeof details === 'object' && details !== null ? details : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
