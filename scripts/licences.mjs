import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the licences of all packages that esbuild took into bundles. */
export function writeLicences(file, metafiles) {
  const packages = new Set();
  for (const input of metafiles.flatMap(({ inputs }) => Object.keys(inputs))) {
    const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    if (folder !== undefined) packages.add(folder);
  }
  const sections = [...packages].sort((a, b) => (a < b ? -1 : 1)).map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const text = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${text === undefined || !existsSync(join(folder, text)) ? '' : readFileSync(join(folder, text), 'utf8').trim()}\n`;
  });
  writeFileSync(file, `The command and the local HoneyHive bundle these packages.\n\n${sections.join('\n----\n\n')}`);
}
