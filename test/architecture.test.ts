import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const SRC = join(process.cwd(), 'src');

/**
 * The rooms of the house, and what each may import: arrows run down only. The files at the top of
 * `src` are not listed: they wire the rooms and see all of them.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  otel: [],
  collections: [],
  registration: ['otel'],
  application: ['otel', 'session'],
  conventions: ['collections'],
  span: [],
  delivery: ['collections', 'otel'],
  session: ['collections', 'conventions'],
  trace: ['collections', 'conventions', 'session', 'span'],
  // Options name the types of what they configure, and nothing else of it.
  config: ['delivery', 'otel', 'session', 'span', 'trace'],
  local: ['session'],
  cli: ['config', 'delivery', 'local', 'session'],
  testing: ['local', 'session'],
};

/** Packages, beside Node's own modules, that a room's code needs. */
const MAY_DEPEND: Readonly<Record<string, readonly string[]>> = {
  delivery: ['undici'],
  local: ['hono', '@hono/node-server', 'picocolors', 'cli-table3'],
  cli: ['commander', 'picocolors'],
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1]!);
}

const roomOf = (file: string): string => (file.includes('/') ? file.split('/')[0]! : 'top');

describe('the house', () => {
  it.each(files.filter((file) => roomOf(file) !== 'top'))('%s looks down only', (file) => {
    const room = roomOf(file);
    const allowed = MAY_IMPORT[room];
    expect(allowed).toBeDefined();
    for (const specifier of importsOf(file).filter((name) => name.startsWith('.'))) {
      const other = roomOf(relative(SRC, join(SRC, dirname(file), specifier)));
      if (other !== room) expect([file, allowed]).toEqual([file, expect.arrayContaining([other])]);
    }
  });

  it.each(files)('%s loads no package but what a service may load', (file) => {
    const allowed = ['@opentelemetry/api', ...(MAY_DEPEND[roomOf(file)] ?? [])];
    for (const specifier of importsOf(file).filter((name) => !name.startsWith('.') && !name.startsWith('node:'))) {
      const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
      expect(allowed).toContain(name);
    }
  });
});
