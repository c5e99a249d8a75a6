import { RecentMap } from '../collections/recent-map.js';
import { isContentFreeSetting } from './content-free.js';
import type { Convention, Form, Rule } from './convention.js';
import type { Shape } from './shape.js';

/** What to do with one attribute key: the rule that fits it, worked out once. */
export interface Plan {
  /** No other plan has it. */
  serial: number;
  key: string;
  /** Full name of the place: a `*` of the rule's target is filled in. */
  target: string;
  /** The target without its field: `config` of `config.model`. */
  bucket: string;
  form: Form;
  /** The lower, the more explicit. Equal only within one group. */
  rank: number;
  /** Set for `usage.*`: the field; empty for an object of them. */
  usage: string | undefined;
  /** What the rule's `.*` stood for, or the rule's own path. */
  path: string;
  id: boolean;
  hint: boolean;
  /** The key belongs to an AI family. */
  ai: boolean;
  /** The key is HoneyHive's own. */
  marks: boolean;
  /** Says nothing of a span below a root: neither a rule nor a family knows the key. */
  silent: boolean;
  /** Holds what was said, asked or answered, or may: not read where content is not captured. */
  content: boolean;
  /** When it is left out: `Left`, several together, or 0. */
  left: number;
  /** May say that the span has failed. */
  fails: boolean;
  /** Any span of a trace may decide it for the whole. */
  identity: boolean;
  /** One of `Says`, or several together. */
  says: number;
}

/** What statements are looked for in spans below a root. */
export const Says = { INPUT: 1, OUTPUT: 2, CONFIG: 4, MODEL: 8, IDENTITY: 16, WORK: 32, AGENT: 64, ERROR: 128 } as const;

/** What is left out: always, since it tells of AI work and no more; below a root; and where content is not captured. */
export const Left = { ALWAYS: 1, BELOW: 2, CONTENT: 4 } as const;

/** One key, behind those that come before it in some spans. What is looked at for each span comes first. */
export interface Step {
  readonly key: string;
  /** As its plan is, and it does not tell that this is no span at all, see `isAnnouncement`. */
  readonly silent: boolean;
  /** The keys that were seen behind it: this one and its siblings. */
  next: Step | undefined;
  readonly sibling: Step | undefined;
  readonly plan: Plan;
  /** Of spans that have this key last. */
  kind: Kind | undefined;
  /** How many more of them may be remembered. */
  room: number;
}

/** What follows from the keys of a span alone, if none of its values is blank. */
export interface Kind {
  /** What was left out, of `Left`. */
  readonly left: number;
  readonly shape: Shape;
  readonly ai: boolean;
  readonly marked: boolean;
  readonly mayFail: boolean;
}

interface RankedRule {
  rule: Rule;
  rank: number;
}

// Keys come from applications and may be without end (ids in names): so many plans are kept, and so
// many steps, with so many behind each.
const MAX_CACHED_PLANS = 4096;
const MAX_STEPS = 4096;
const MAX_SIBLINGS = 32;

const RANKS_PER_FAMILY = 1000;

const ANNOUNCES = 'logfire.span_type';

const IDENTITY: ReadonlySet<string> = new Set('session_id session_name source project conversation_id trace_inputs trace_outputs'.split(' '));

const CONTENT: ReadonlySet<string> = new Set('inputs outputs trace_inputs trace_outputs system_instructions error unknown metadata.provider_metadata'.split(' '));

let serials = 0;

/** A number for a plan of its own. */
export function nextSerial(): number {
  serials += 1;
  return serials;
}

/** The plans of a set of families. */
export class PlanBook {
  readonly #exact = new Map<string, RankedRule>();
  /** By prefix, with its trailing dot. */
  readonly #prefixes = new Map<string, RankedRule>();
  #longestPrefixLength = 0;
  readonly #namespaces: [string, Convention][] = [];
  readonly #cache = new RecentMap<Plan>(MAX_CACHED_PLANS);
  /** Before any key. */
  readonly first: Step;
  #steps = 0;

  /** @param firstRank the rank of the most explicit rule: a second book may be believed less than a first one. */
  constructor(families: readonly Convention[], firstRank: number = 0) {
    families.forEach((convention, index) => {
      for (const namespace of convention.namespaces ?? []) this.#namespaces.push([namespace, convention]);
      const groups = new Map<string, number>();
      let rank = firstRank + index * RANKS_PER_FAMILY;
      for (const [key, rule] of Object.entries(convention.attributes)) {
        const shared = rule.group === undefined ? undefined : groups.get(rule.group);
        const ranked = { rule, rank: shared ?? rank++ };
        if (rule.group !== undefined) groups.set(rule.group, ranked.rank);
        const table = key.endsWith('.*') ? this.#prefixes : this.#exact;
        const name = key.endsWith('.*') ? key.slice(0, -1) : key;
        if (!table.has(name)) table.set(name, ranked);
        if (table === this.#prefixes) this.#longestPrefixLength = Math.max(this.#longestPrefixLength, name.length);
      }
    });
    this.first = { key: '', silent: true, next: undefined, sibling: undefined, plan: this.#compile(''), kind: undefined, room: MAX_SIBLINGS };
  }

  /** The plan for a key; a key that no family knows has the target `unknown`. */
  planFor(key: string): Plan {
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const plan = this.#compile(key);
    this.#cache.set(key, plan);
    return plan;
  }

  /**
   * The step to the next key of a span, with its plan. An instrumentation writes the same keys in the
   * same order each time: to follow them takes less than half as long as to look each one up.
   */
  after(step: Step, key: string): Step {
    let next = step.next;
    while (next !== undefined && next.key !== key) next = next.sibling;
    return next ?? this.#add(step, key);
  }

  /**
   * Whether a span's attributes say nothing of it that its trace has a use for: so it is with nearly
   * all children of a web request. (A method, since the minifier would write a function that one
   * place calls in that place, to be made anew for each span.)
   *
   * @param except a key that does not count.
   */
  isSilent(attributes: Readonly<Record<string, unknown>>, except?: string): boolean {
    let step = this.first;
    for (const key in attributes) {
      // As `after` searches; a call less for each key.
      let next = step.next;
      while (next !== undefined && next.key !== key) next = next.sibling;
      step = next ?? this.#add(step, key);
      if (step.silent === false && key !== except) return false;
    }
    return true;
  }

  #add(step: Step, key: string): Step {
    // Begun anew when there are too many: what is in use is soon there again.
    if (this.#steps >= MAX_STEPS) this.#steps = forgetBehind(this.first);
    if (step.room === 0) forgetBehind(step);
    const plan = this.planFor(key);
    const next: Step = { key, silent: plan.silent && key !== ANNOUNCES, next: undefined, sibling: step.next, plan, kind: undefined, room: MAX_SIBLINGS };
    this.#steps += 1;
    step.room -= 1;
    step.next = next;
    return next;
  }

  #compile(key: string): Plan {
    const owner = this.#namespaces.find(([namespace]) => key.startsWith(namespace))?.[1];
    const ai = owner !== undefined && owner.marks !== true;
    const marks = owner?.marks === true;
    const { rule, rank, rest } = this.#ruleFor(key) ?? { rule: UNKNOWN, rank: Number.MAX_SAFE_INTEGER, rest: '' };
    const target: string = rule.to.endsWith('.*') ? rule.to.slice(0, -1) + rest : rule.to;
    const identity = IDENTITY.has(target) || target.startsWith('user_properties');
    const form = rule.as ?? 'text';
    const content = rule.content === true || CONTENT.has(target) || (target.startsWith('config.') && !isContentFreeSetting(target.slice('config.'.length)));
    return {
      serial: nextSerial(),
      key,
      target,
      bucket: target.split('.', 1)[0]!,
      form,
      rank,
      usage: target === 'usage' ? '' : target.startsWith('usage.') ? target.slice('usage.'.length) : undefined,
      path: rule.path ?? rest,
      id: rule.id === true,
      hint: rule.hint === true,
      ai,
      marks,
      silent: (target === 'unknown' || target === 'nothing') && !ai && !marks,
      content,
      left: (target === 'nothing' || target === 'failure' ? Left.ALWAYS : 0) | (target === 'unknown' ? Left.BELOW : 0) | (content ? Left.CONTENT : 0),
      fails: rule.fails === true || target === 'failure',
      identity,
      says: saysOf(target, form, identity),
    };
  }

  #ruleFor(key: string): (RankedRule & { rest: string }) | undefined {
    const exact = this.#exact.get(key);
    if (exact !== undefined) return { ...exact, rest: '' };
    for (let dot = key.lastIndexOf('.', this.#longestPrefixLength - 1); dot > 0; dot = key.lastIndexOf('.', dot - 1)) {
      const found = this.#prefixes.get(key.slice(0, dot + 1));
      if (found !== undefined && dot + 1 < key.length) return { ...found, rest: key.slice(dot + 1) };
    }
    return undefined;
  }
}

function forgetBehind(step: Step): number {
  step.next = undefined;
  step.room = MAX_SIBLINGS;
  return 0;
}

function saysOf(target: string, form: Form, identity: boolean): number {
  if (identity) return Says.IDENTITY;
  if (target === 'inputs') return form === 'transcript' ? Says.INPUT | Says.OUTPUT : Says.INPUT;
  if (target === 'outputs') return Says.OUTPUT;
  if (target === 'config.model') return Says.CONFIG | Says.MODEL;
  if (target === 'work') return Says.WORK;
  if (target === 'agent_name') return Says.AGENT;
  if (target === 'error') return Says.ERROR;
  return target.startsWith('config') ? Says.CONFIG : 0;
}

const UNKNOWN: Rule = { to: 'unknown' as Rule['to'], as: 'json' };
