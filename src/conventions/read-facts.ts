import { book } from './book.js';
import { Facts, FactsDraft } from './facts.js';
import { families } from './families.js';
import { honeyhive } from './honeyhive.js';
import { Left, nextSerial, type Plan, PlanBook, Says } from './plan.js';
import { isSilent } from './silence.js';

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
      { serial: nextSerial(), key, target: to, bucket: to, form: 'event', rank: EVENT_RANK, usage: undefined, path: role, id: false, hint: false, ai: true, marks: false, silent: false, content: true, left: Left.CONTENT, identity: false, says: to === 'inputs' ? Says.INPUT : Says.OUTPUT },
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
  // Nearly all children of a web request: HTTP, database and middleware spans.
  if (!everything && said === undefined && events.length === 0 && isSilent(attributes)) return SILENCE;
  const draft = new FactsDraft();
  readAttributes(draft, book, attributes, everything, content);
  for (const event of events) readEvent(draft, event, content);
  if (said !== undefined) readSaid(draft, said, content);
  return new Facts(draft);
}

/** The facts of a span that says nothing for its trace, not even that it failed. Never changed. */
export const SILENCE: Facts = new Facts(new FactsDraft());

function readAttributes(draft: FactsDraft, plans: PlanBook, attributes: AttributesLike, everything: boolean, content: boolean): void {
  let step = plans.first;
  const left = Left.ALWAYS | (everything ? 0 : Left.BELOW) | (content ? 0 : Left.CONTENT);
  // What old libraries add to every object has no name that a family knows; to ask of each key whether it is the object's own is a tenth of what folding costs.
  const isPlain = !everything && Object.getPrototypeOf(attributes) === Object.prototype;
  for (const key in attributes) {
    if (!isPlain && !Object.hasOwn(attributes, key)) continue;
    // Nearly always the one that came first. A call less for each key.
    const { next } = step;
    step = next?.key === key ? next : plans.after(step, key);
    if (step.silent && !everything) continue;
    const { plan } = step;
    const value = attributes[key];
    if (isBlank(value)) continue;
    if (plan.ai) draft.ai = true;
    if (plan.marks) draft.marked = true;
    if ((plan.left & left) === 0) draft.add(plan, value);
  }
}

function readEvent(draft: FactsDraft, event: EventLike, content: boolean): void {
  const { attributes } = event;
  if (attributes === undefined) return;
  const plan = eventPlans.get(event.name);
  if (plan !== undefined) {
    draft.ai = true;
    if (content) draft.add(plan, attributes);
  } else if (CARRIER_EVENTS.has(event.name)) {
    readAttributes(draft, carrierBook, attributes, false, content);
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
