import { book } from './book.js';
import { Facts, FactsDraft, statementBytes } from './facts.js';
import { families } from './families.js';
import { honeyhive } from './honeyhive.js';
import { Left, nextSerial, type Plan, PlanBook, Says, type Step } from './plan.js';
import { type Usage, usageIn } from './usage-details.js';

/** A span event, as far as conventions look at it. */
export interface EventLike {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Attributes by key; own keys only, since SDK 3 lets an attribute replace the prototype. */
export type AttributesLike = Readonly<Record<string, unknown>>;

const NO_EVENTS: readonly EventLike[] = [];
// Chat in events is older than any attribute that says the same.
const EVENT_RANK = 900_000;

const eventPlans: ReadonlyMap<string, Plan> = new Map(
  families.flatMap(({ events = {} }) =>
    Object.entries(events).map(([key, { to, role = '' }]): [string, Plan] => [
      key,
      { serial: nextSerial(), key, target: to, bucket: to, form: 'event', rank: EVENT_RANK, usage: undefined, path: role, id: false, hint: false, ai: true, marks: false, silent: false, content: true, left: Left.CONTENT, fails: false, identity: false, says: to === 'inputs' ? Says.INPUT : Says.OUTPUT },
    ]),
  ),
);
// Events that carry the attributes of a model call instead of the span.
const CARRIER_EVENTS: ReadonlySet<string> = new Set([
  'gen_ai.client.inference.operation.details',
  'gen_ai.content.prompt',
  'gen_ai.content.completion',
]);
const carrierBook = new PlanBook(families, EVENT_RANK + 1);

// What the application says in code goes before any attribute.
const saidBook = new PlanBook([honeyhive], -1_000_000);

/**
 * Reads a span's attributes and events.
 *
 * @param everything keep also what only a session's root may say (attributes that no family knows).
 * @param content `false`: leave out what was said, asked and answered.
 * @param said what the application has said in code, under the names of HoneyHive's attributes.
 */
export function readFacts(
  attributes: AttributesLike,
  events: readonly EventLike[] = NO_EVENTS,
  everything = false,
  content = true,
  said?: ReadonlyMap<string, unknown>,
): Facts {
  const left = leftOut(everything, content);
  if (said === undefined && !events.some(isTelling)) return readKnown(attributes, left) ?? readNew(attributes, left);
  const draft = new FactsDraft();
  readAttributes(draft, book, attributes, left);
  for (const event of events) readEvent(draft, event, content);
  if (said !== undefined) readSaid(draft, said, content);
  return draft.facts();
}

/** The facts of a span that says nothing for its trace, not even that it failed. Never changed. */
export const SILENCE: Facts = new FactsDraft().facts();

function leftOut(everything: boolean, content: boolean): number {
  return Left.ALWAYS | (everything ? 0 : Left.BELOW) | (content ? 0 : Left.CONTENT);
}

/** Attributes with keys in an order that came before. Undefined: they are to be read in full. */
function readKnown(attributes: AttributesLike, left: number): Facts | undefined {
  const everything = (left & Left.BELOW) === 0;
  let step = book.first;
  const values: unknown[] = [];
  let usage: Usage | undefined;
  let bytes = 0;
  let isSilent = !everything;
  for (const key in attributes) {
    // Nearly always the one that came first. A call less for each key.
    const { next } = step;
    step = next?.key === key ? next : book.after(step, key);
    if (step.silent && !everything) continue;
    isSilent = false;
    const { plan } = step;
    const value = attributes[key];
    if (isBlank(value)) return undefined;
    if ((plan.left & left) !== 0) continue;
    if (plan.usage === undefined) {
      values.push(value);
      bytes += statementBytes(value);
    } else {
      usage = usageIn(plan.usage, value, usage);
    }
  }
  // Nearly all children of a web request: HTTP, database and middleware spans.
  if (isSilent) return SILENCE;
  const { kind } = step;
  // Keys of a prototype come last: if this one is the object's own, all are.
  if (kind === undefined || kind.left !== left || !Object.hasOwn(attributes, step.key)) return undefined;
  const { shape, ai, marked, mayFail } = kind;
  return new Facts(shape, values.slice(), { ai, marked, mayFail, usage, bytes });
}

/** Reads attributes in full. What follows from their keys is remembered if they come again. */
function readNew(attributes: AttributesLike, left: number): Facts {
  const draft = new FactsDraft();
  const last = readAttributes(draft, book, attributes, left);
  const facts = draft.facts();
  const { shape } = facts;
  const { ai, marked, mayFail } = draft;
  if (last !== undefined && shape.isShared) last.kind = { left, shape, ai, marked, mayFail };
  return facts;
}

/** @returns the step to the last key, if no value that counts is blank and no key is a prototype's. */
function readAttributes(draft: FactsDraft, plans: PlanBook, attributes: AttributesLike, left: number): Step | undefined {
  const everything = (left & Left.BELOW) === 0;
  let step = plans.first;
  let isWhole = true;
  for (const key in attributes) {
    if (!Object.hasOwn(attributes, key)) {
      isWhole = false;
      continue;
    }
    step = plans.after(step, key);
    if (step.silent && !everything) continue;
    const { plan } = step;
    const value = attributes[key];
    if (plan.fails) draft.mayFail = true;
    if (isBlank(value)) {
      isWhole = false;
      continue;
    }
    if (plan.ai) draft.ai = true;
    if (plan.marks) draft.marked = true;
    if ((plan.left & left) === 0) draft.add(plan, value);
  }
  return isWhole ? step : undefined;
}

function isTelling({ name }: EventLike): boolean {
  return eventPlans.has(name) || CARRIER_EVENTS.has(name);
}

function readEvent(draft: FactsDraft, event: EventLike, content: boolean): void {
  const { attributes } = event;
  if (attributes === undefined) return;
  const plan = eventPlans.get(event.name);
  if (plan !== undefined) {
    draft.ai = true;
    if (content) draft.add(plan, attributes);
  } else if (CARRIER_EVENTS.has(event.name)) {
    readAttributes(draft, carrierBook, attributes, leftOut(false, content));
  }
}

function readSaid(draft: FactsDraft, said: ReadonlyMap<string, unknown>, content: boolean): void {
  for (const [key, value] of said) {
    const plan = saidBook.planFor(key);
    draft.marked = true;
    if (!isBlank(value) && !(plan.content && !content)) draft.add(plan, value);
  }
}

function isBlank(value: unknown): boolean {
  // Nearly every text starts with a visible character: no need to look for one.
  if (typeof value === 'string') return !(value.charCodeAt(0) > 0x20) && !/\S/.test(value);
  if (value === undefined || value === null) return true;
  // The SDK's arrays change their kind when its code is optimised: `value.length` would have ours thrown away and optimised once more.
  return Array.isArray(value) && Reflect.get(value, 'length') === 0;
}
