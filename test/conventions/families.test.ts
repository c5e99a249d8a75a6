import { families } from '../../src/conventions/families.js';
import { PlanBook } from '../../src/conventions/plan.js';
import { knownKeys } from './known-keys.js';

const book = new PlanBook(families);

describe('the attribute families', () => {
  it('come in the order of the design, most explicit first', () => {
    const order = ['honeyhive', 'traceloop', 'general', 'gen_ai', 'langfuse', 'vercel_ai', 'langsmith', 'mastra', 'transport'];
    const names = families.map(({ name }) => name);
    expect(names.filter((name) => order.includes(name))).toEqual(order);
    expect([names.at(0), names.at(-1)]).toEqual(['honeyhive', 'transport']);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(knownKeys.map(({ key, ...known }) => [key, known] as const))('%s is read by its own rule', (key, { rule, path, family }) => {
    const plan = book.planFor(key);
    expect(plan).toMatchObject({
      target: rule.to.replace(/\*$/, path),
      form: rule.as ?? 'text',
      path: rule.path ?? path,
      id: rule.id === true,
      hint: rule.hint === true,
    });
    // Its rank is of its family, so that no other family's rule has taken its place.
    expect(Math.floor(plan.rank / 1000)).toBe(families.indexOf(family));
  });

  it('give every rule a rank of its own, lower ones first, but for the parts of one value', () => {
    const ranks = knownKeys.map(({ key, family, rule }) => ({ rank: book.planFor(key).rank, group: rule.group && `${family.name} ${rule.group}` }));
    for (const { rank, group } of ranks) {
      const sharing = ranks.filter((other) => other.rank === rank);
      if (group === undefined) expect(sharing).toHaveLength(1);
      else expect(new Set(sharing.map((other) => other.group))).toEqual(new Set([group]));
    }
    const alone = ranks.filter(({ group }) => group === undefined).map(({ rank }) => rank);
    expect(alone).toEqual([...alone].sort((a, b) => a - b));
  });

  it('keep every identifier that loses', () => {
    const ids = ['session_id', 'conversation_id', 'user_properties.user_id'];
    const forgotten = knownKeys.filter(({ rule }) => ids.includes(rule.to) && rule.id !== true);
    expect(forgotten.map(({ key }) => key)).toEqual([]);
    // What loses is looked for among what a span says for its whole trace.
    expect(knownKeys.filter(({ rule, key }) => rule.id === true && !book.planFor(key).identity)).toEqual([]);
  });

  it('take request headers for mere hints, and nothing else', () => {
    const said = knownKeys.filter(({ rule, key }) => rule.to !== 'nothing' && (rule.hint === true) !== key.includes('.header.'));
    expect(said.map(({ key }) => key)).toEqual([]);
  });

  it('have room for more rules', () => {
    for (const family of families) expect(Object.keys(family.attributes).length).toBeLessThan(1000);
  });

  it('claim nothing that is a prefix of a target of another kind', () => {
    for (const { rule, key } of knownKeys) {
      // Numbers go to usage, and to nothing else.
      if (rule.to.startsWith('usage.')) expect([key, rule.as]).toEqual([key, undefined]);
      // A field under a wildcard needs a bucket to go to.
      if (rule.to.endsWith('.*')) expect(key).toMatch(/0\.any\.field$/);
    }
  });

  it.each([
    ['honeyhive_inputs.question', true, false],
    ['honeyhive.anything', true, false],
    ['gen_ai.anything', false, true],
    ['llm.anything', false, true],
    ['input.value', false, true],
    ['openinference.span.kind', false, true],
    ['embedding.model_name', false, true],
    ['retrieval.documents.0.document.content', false, true],
    ['session.id', false, false],
    ['user.id', false, false],
    ['http.route', false, false],
    ['metadata', false, false],
    ['agent.name', false, false],
    ['honeyhive', false, false],
    ['gen_ai', false, false],
    ['generic.input.value', false, false],
  ])('%s: mark %p, AI %p', (key, marks, ai) => expect(book.planFor(key)).toMatchObject({ marks, ai }));

  it.each([
    ['honeyhive_inputs.a.b', 'inputs', 'a.b'],
    ['honeyhive_config.a.b', 'config.a.b', 'a.b'],
    ['honeyhive.config.template.0.role', 'config.template.0.role', 'template.0.role'],
    ['gen_ai.prompt.0.content', 'inputs', '0.content'],
    ['gen_ai.prompt.name', 'config.prompt_name', ''],
    ['gen_ai.prompt', 'inputs', ''],
    ['gen_ai.request.model', 'config.model', ''],
    ['gen_ai.request.choice.count', 'config.choice.count', 'choice.count'],
    ['gen_ai.usage.audio.input_tokens', 'usage.audio.input_tokens', 'audio.input_tokens'],
    ['llm.cost.total', 'usage.cost', ''],
    ['llm.cost.prompt_details.cache_read', 'nothing', 'prompt_details.cache_read'],
    ['net.peer.ip', 'nothing', 'peer.ip'],
  ])('%s goes to %s (%j)', (key, target, path) => expect(book.planFor(key)).toMatchObject({ target, path }));

  it.each(['gen_ai.request.', 'honeyhive_inputs.', 'honeyhive_inputsx.a', 'net', '', '.', '.*', 'gen_ai.*', '__proto__', 'constructor', 'toString'])(
    '%j is known to none',
    (key) => expect(book.planFor(key)).toMatchObject({ target: 'unknown', form: 'json', id: false, hint: false }),
  );
});
