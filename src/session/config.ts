import { claimedText, claimsOn, type Facts } from '../conventions/facts.js';
import { looseInstructions } from './content/content.js';
import { entriesOf, listOf, wholeBucket } from './content/fields.js';
import { getOwn, isObject, type ParseJson } from './content/json.js';
import { addMissing, nest } from './content/nest.js';
import type { Json, JsonObject } from './session.js';

/**
 * `config` of a session: model, provider, request parameters, template. The first of the given
 * facts that knows a field decides it; within one span, the most explicit attribute.
 */
export function configOf(speakers: readonly Facts[], parse: ParseJson): JsonObject {
  if (speakers.length === 1) {
    const whole = wholeBucket(claimsOn('config', speakers[0]!.claims), parse);
    if (whole !== undefined) return whole;
  }
  const config: JsonObject = {};
  for (const facts of speakers) {
    for (const [target, { parts }] of claimsOn('config', facts.claims)) {
      const field = target.slice('config.'.length);
      const fields = parts[0]!.form === 'indexed' ? { [field]: listOf(parts).map((tool) => toolIn(tool, parse)) } : nest(parts.flatMap((part) => entriesOf(field === '' ? part : { ...part, path: field }, parse)));
      addMissing(config, fields);
    }
  }
  return config;
}

/**
 * A span and those below it, as far as they speak of the same model: parameters of another one
 * would make a setting that was never used.
 */
export function sameCall(outer: Facts, below: readonly Facts[]): Facts[] {
  const model = claimedText(outer, 'config.model');
  const inner = below.map((facts) => claimedText(facts, 'config.model')).find((name) => name !== undefined);
  return model === undefined || inner === undefined || model === inner ? [outer, ...below] : [outer];
}

/** OpenInference wraps each tool's JSON schema in a text of its own. */
function toolIn(entry: Json, parse: ParseJson): Json {
  const tool = isObject(entry) ? getOwn(entry, 'tool') : undefined;
  const schema = isObject(tool) ? getOwn(tool, 'json_schema') : undefined;
  return typeof schema === 'string' ? (parse(schema) ?? schema) : entry;
}

/** System instructions of a call whose chat is unknown. */
export function addLooseInstructions(config: JsonObject, speakers: readonly Facts[], parse: ParseJson): void {
  for (const facts of speakers) {
    const instructions = looseInstructions(facts, parse);
    if (instructions === undefined) continue;
    config['system_instructions'] ??= instructions;
    return;
  }
}
