import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram, DEFAULT_DATA_DIRECTORY, DEFAULT_PORT } from '../src/cli/program.js';
import { definitions, SWITCHES } from '../src/config/definitions.js';
import { VERSION } from '../src/version.js';

const readme = readFileSync(join(process.cwd(), 'README.md'), 'utf8');

/** Rows of the README's table of options: name -> variables and default, as written. */
const rows = new Map(
  readme
    .slice(readme.indexOf('<!-- options -->'), readme.indexOf('<!-- /options -->'))
    .split('\n')
    .flatMap((line) => /^\| `(\w+)` \|([^|]*)\|([^|]*)\|/.exec(line) ?? [])
    .reduce<string[][]>((all, cell, index) => (index % 4 === 0 ? [...all, []] : (all.at(-1)!.push(cell.trim()), all)), [])
    .map(([name, variables, fallback]) => [name!, { variables: [...variables!.matchAll(/`(\w+)`/g)].map((match) => match[1]), fallback: fallback! }]),
);

describe('the README', () => {
  it('lists all options and no other', () => {
    expect([...rows.keys()].sort()).toEqual(Object.keys(definitions).sort());
  });

  it.each(Object.entries(definitions))('says of %s which variables set it and what its default is', (name, { environment, fallback }) => {
    const row = rows.get(name)!;
    expect(row.variables).toEqual(environment);
    const said = row.fallback.replace(/`/g, '').split(', in')[0]!;
    if (typeof fallback === 'number') expect(said).toBe(fallback.toLocaleString('en-US'));
    else if (typeof fallback === 'string') expect(said).toBe(fallback);
    else if (typeof fallback === 'boolean') expect(said).toBe(String(fallback));
    else if (name !== 'flushTimeoutMillis') expect(said).toBe('none');
  });

  it('shows what npm start printed', () => {
    const shown = readme.slice(readme.indexOf('<!-- npm start -->'), readme.indexOf('<!-- /npm start -->'));
    expect(shown).toMatch(/All \d+ sessions arrived as they should/);
  });

  it('names the switches', () => {
    for (const name of SWITCHES) expect(readme).toContain(`\`${name}\``);
  });
});

describe('docs/doctor.md', () => {
  it('lists all checks and no other', () => {
    const folder = join(process.cwd(), 'src/cli/doctor');
    const code = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
    const inCode = [...code.matchAll(/(?:\bid: |\bconst id = |\bconst ID = |\bcheckDifferent\()'([a-z-]+)'/g)].map((match) => match[1]);
    const doc = readFileSync(join(process.cwd(), 'docs/doctor.md'), 'utf8');
    const inDoc = [...doc.matchAll(/^\|[^|]*\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
    expect(inDoc.sort()).toEqual([...new Set(inCode)].sort());
  });
});

describe('the command', () => {
  it('is described in the README with the options that it has', () => {
    const local = createProgram('0').commands.find((command) => command.name() === 'local')!;
    const section = readme.slice(readme.indexOf('## A HoneyHive on your machine'), readme.indexOf('### In your tests'));
    expect([...section.matchAll(/^\| `(--\w+)` \|/gm)].map((match) => match[1])).toEqual(local.options.map(({ long }) => long));
    expect(section).toContain(`| \`--port\` | ${DEFAULT_PORT} |`);
    expect(section).toContain(`| \`--data\` | \`${DEFAULT_DATA_DIRECTORY}\` |`);
  });
});

describe('the package', () => {
  it('says its version in code as in package.json', () => {
    expect(VERSION).toBe((JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as { version: string }).version);
  });
});
