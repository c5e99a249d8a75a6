import type { Convention, Form, Rule } from './convention.js';

/** What to do with one attribute key: the rule that fits it, worked out once. */
export interface Plan {
  /** Full name of the place: a `*` of the rule's target is filled in. */
  target: string;
  form: Form;
  /** The lower, the more explicit. Equal only within one group. */
  rank: number;
  /** Set for `usage.*`: the field. */
  usage: string | undefined;
  /** What the rule's `.*` stood for. */
  path: string;
  id: boolean;
  hint: boolean;
  /** The key belongs to an AI family. */
  ai: boolean;
  /** The key is HoneyHive's own. */
  marks: boolean;
}

interface RankedRule {
  rule: Rule;
  rank: number;
  convention: Convention;
}

// Keys come from applications and may be without end (ids in names): past this many, a plan is
// worked out each time instead of kept.
const MAX_CACHED_PLANS = 4096;

const RANKS_PER_FAMILY = 1000;

/** The plans of a set of families. */
export class PlanBook {
  readonly #exact = new Map<string, RankedRule>();
  /** By prefix, with its trailing dot. */
  readonly #prefixes = new Map<string, RankedRule>();
  #longestPrefixLength = 0;
  readonly #namespaces: [string, Convention][] = [];
  readonly #cache = new Map<string, Plan>();

  constructor(families: readonly Convention[]) {
    families.forEach((convention, index) => {
      for (const namespace of convention.namespaces ?? []) this.#namespaces.push([namespace, convention]);
      const groups = new Map<string, number>();
      let rank = index * RANKS_PER_FAMILY;
      for (const [key, rule] of Object.entries(convention.attributes)) {
        const shared = rule.group === undefined ? undefined : groups.get(rule.group);
        const ranked = { rule, rank: shared ?? rank++, convention };
        if (rule.group !== undefined) groups.set(rule.group, ranked.rank);
        const table = key.endsWith('.*') ? this.#prefixes : this.#exact;
        const name = key.endsWith('.*') ? key.slice(0, -1) : key;
        if (!table.has(name)) table.set(name, ranked);
        if (table === this.#prefixes) this.#longestPrefixLength = Math.max(this.#longestPrefixLength, name.length);
      }
    });
  }

  /** The plan for a key; a key that no family knows has the target `unknown`. */
  planFor(key: string): Plan {
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const plan = this.#compile(key);
    if (this.#cache.size < MAX_CACHED_PLANS) this.#cache.set(key, plan);
    return plan;
  }

  #compile(key: string): Plan {
    const owner = this.#namespaces.find(([namespace]) => key.startsWith(namespace))?.[1];
    const plan: Plan = {
      target: 'unknown',
      form: 'json',
      rank: Number.MAX_SAFE_INTEGER,
      usage: undefined,
      path: '',
      id: false,
      hint: false,
      ai: owner !== undefined && owner.marks !== true,
      marks: owner?.marks === true,
    };
    const found = this.#exact.get(key) ?? this.#longestPrefix(key);
    if (found === undefined) return plan;
    const { rule, rank, prefix } = { prefix: '', ...found };
    const path = key.slice(prefix.length);
    plan.path = prefix === '' ? '' : path;
    plan.target = rule.to.endsWith('.*') ? rule.to.slice(0, -1) + path : rule.to;
    plan.usage = plan.target.startsWith('usage.') ? plan.target.slice('usage.'.length) : undefined;
    plan.form = rule.as ?? 'text';
    plan.rank = rank;
    plan.id = rule.id === true;
    plan.hint = rule.hint === true;
    return plan;
  }

  #longestPrefix(key: string): (RankedRule & { prefix: string }) | undefined {
    for (let dot = key.lastIndexOf('.', this.#longestPrefixLength - 1); dot > 0; dot = key.lastIndexOf('.', dot - 1)) {
      const prefix = key.slice(0, dot + 1);
      const found = this.#prefixes.get(prefix);
      if (found !== undefined && prefix.length < key.length) return { ...found, prefix };
    }
    return undefined;
  }
}
