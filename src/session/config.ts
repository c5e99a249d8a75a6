import { isContentFreeSetting } from '../conventions/content-free.js';
import type { Claim } from '../conventions/claim.js';
import type { Form } from '../conventions/convention.js';
import type { Facts } from '../conventions/facts.js';
import { looseInstructions } from './content/content.js';
import { addEntries, listOf, wholeBucket } from './content/fields.js';
import { getOwn, isEmpty, isObject, type ParseJson } from './content/json.js';
import { addMissing, nest } from './content/nest.js';
import { JsonText } from './json-text.js';
import { FieldsText, perShape, planOf, printedFields, printedUnlessJson } from './printed-fields.js';
import type { Json, JsonObject } from './session.js';

/**
 * `config` of a session: model, provider, request parameters, template. The first of the given
 * facts that knows a field decides it; within one span, the most explicit attribute.
 */
export function configOf(speakers: readonly Facts[], parse: ParseJson, captureContent: boolean): JsonObject | JsonText {
  const first = speakers.find(hasConfig);
  if (first !== undefined && first === speakers.findLast(hasConfig) && captureContent) {
    const printed = printedConfig(first);
    if (printed !== undefined) return printed;
    const claims = first.claimsIn('config');
    return wholeBucket(claims, parse) ?? fieldsIn(claims, parse);
  }
  const config: JsonObject = {};
  for (const facts of speakers) addMissing(config, fieldsIn(facts.claimsIn('config'), parse));
  // What came as a whole object may hold anything, and so may an object in the place of a setting.
  if (!captureContent) for (const [name, value] of Object.entries(config)) if (!isContentFreeSetting(name) || typeof value === 'object') delete config[name];
  return config;
}

function hasConfig(facts: Facts): boolean {
  return facts.hasConfig;
}

/** As `fieldsIn`, of settings that are plain values each. */
function printedConfig(facts: Facts): FieldsText | undefined {
  const plan = planFor(facts.shape);
  const text = plan && printedFields(plan, facts);
  return text === undefined ? undefined : new FieldsText(text, plan!);
}

const planFor = perShape((shape) => {
  const claims = shape.claimsIn('config');
  const isPlain = claims.every(({ target, statements: [first] }) => target !== 'config' && !NOT_PLAIN.has(shape.plans[first!]!.form));
  return isPlain ? planOf(claims.map(({ target, statements: [first] }) => ({ name: target.slice('config.'.length), statement: first!, print: printedUnlessJson }))) : undefined;
});

const NOT_PLAIN: ReadonlySet<Form> = new Set<Form>(['indexed', 'json_entries']);

function fieldsIn(claims: readonly Claim[], parse: ParseJson): JsonObject {
  const config: JsonObject = {};
  let plain: [string, Json][] = [];
  for (const claim of claims) {
    const { form, target } = claim[0]!.plan;
    const field = target.slice('config.'.length);
    if (form === 'indexed') plain.push([field, listOf(claim).map((tool) => toolIn(tool, parse))]);
    else if (field !== '') addEntries(plain, claim[0]!, field, parse);
    else {
      // An object of many fields: those that are known by a better name of their own stay.
      addMissing(config, nest(plain));
      plain = [];
      for (const statement of claim) addEntries(plain, statement, statement.plan.path, parse);
      addMissing(config, nest(plain));
      plain = [];
    }
  }
  if (isEmpty(config)) return nest(plain);
  addMissing(config, nest(plain));
  return config;
}

/**
 * A span and those below it, as far as they speak of the same model: parameters of another one
 * would make a setting that was never used.
 */
export function sameCall(outermostFirst: readonly Facts[]): readonly Facts[] {
  if (outermostFirst.length < 2) return outermostFirst;
  const call: Facts[] = [];
  let model: string | undefined;
  for (const facts of outermostFirst) {
    const own = facts.text('config.model');
    if (own !== undefined && model !== undefined && own !== model) break;
    model ??= own;
    call.push(facts);
  }
  return call;
}

/** OpenInference wraps each tool's JSON schema in a text of its own. */
function toolIn(entry: Json, parse: ParseJson): Json {
  const tool = isObject(entry) ? getOwn(entry, 'tool') : undefined;
  const schema = isObject(tool) ? getOwn(tool, 'json_schema') : undefined;
  return typeof schema === 'string' ? (parse(schema) ?? schema) : entry;
}

/** The config of a call whose chat is unknown: with its system instructions. */
export function withLooseInstructions(config: JsonObject | JsonText, speakers: readonly Facts[], parse: ParseJson): JsonObject | JsonText {
  if (config instanceof JsonText && !(config instanceof FieldsText)) return config;
  for (const facts of speakers) {
    const instructions = looseInstructions(facts, parse);
    if (instructions === undefined) continue;
    const fields = config instanceof JsonText ? config.object : config;
    fields['system_instructions'] ??= instructions;
    return fields;
  }
  return config;
}
