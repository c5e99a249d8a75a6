import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, compatibility, compatibilityTable } from './compatibility-table.js';

const PAGE = join(process.cwd(), 'docs', 'compatibility.md');
const START = '<!-- compatibility -->\n';
const END = '\n<!-- /compatibility -->';

const { factors, impossible, cases, beside } = compatibility;
const names = Object.keys(factors) as (keyof typeof factors)[];

/** Values of two factors that some case should have at once. */
const pairs = names.flatMap((first, index) =>
  names.slice(index + 1).flatMap((second) => factors[first].flatMap((one) => factors[second].map((other) => ({ [first]: one, [second]: other })))),
);

const has = (row: Case, values: Readonly<Record<string, string>>): boolean =>
  names.every((name, index) => values[name] === undefined || values[name] === row[index]);

const isImpossible = (pair: Readonly<Record<string, string>>): boolean =>
  impossible.some((values) => Object.entries(values).every(([name, value]) => name === 'because' || pair[name] === value));

describe('the cases of the compatibility suite', () => {
  it.each(pairs.filter((pair) => !isImpossible(pair)).map((pair) => [Object.values(pair).join(' and '), pair] as const))('have %s', (_, pair) => {
    expect(cases.filter((row) => has(row, pair))).not.toEqual([]);
  });

  it.each(pairs.filter(isImpossible).map((pair) => [Object.values(pair).join(' and '), pair] as const))('have no %s', (_, pair) => {
    expect(cases.filter((row) => has(row, pair))).toEqual([]);
  });

  it('name known values, and no case twice', () => {
    for (const row of cases) for (const [index, name] of names.entries()) expect(factors[name]).toContain(row[index]);
    const all = [...cases, ...beside].map((row) => row.join());
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('the page of what it runs on', () => {
  it('shows the cases (npm run docs writes them anew)', () => {
    const text = readFileSync(PAGE, 'utf8');
    const [start, end] = [text.indexOf(START) + START.length, text.indexOf(END)];
    if (process.env['UPDATE_DOCS']) writeFileSync(PAGE, text.slice(0, start) + compatibilityTable() + text.slice(end));
    expect(readFileSync(PAGE, 'utf8')).toContain(`${START}${compatibilityTable()}${END}`);
  });
});
