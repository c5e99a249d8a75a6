import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mappingDocs } from './support/mapping-docs.js';

const FILE = join(process.cwd(), 'docs/mapping.md');

describe('docs/mapping.md', () => {
  it('says what the tables say (npm run docs writes it anew)', () => {
    if (process.env['UPDATE_DOCS']) writeFileSync(FILE, mappingDocs());
    expect(readFileSync(FILE, 'utf8')).toBe(mappingDocs());
  });
});
