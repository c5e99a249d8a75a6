import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A package as it is installed. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Where it really is. */
  readonly folder: string;
}

/** The package that code in `folder` would get by that name, read from its package.json: nothing is loaded. */
export function findPackage(name: string, folder: string): InstalledPackage | undefined {
  for (const modules of createRequire(join(folder, 'index.js')).resolve.paths(name) ?? []) {
    const version = readManifest(join(modules, name))?.['version'];
    if (typeof version === 'string') return { name, version, folder: realpathSync(join(modules, name)) };
  }
  return undefined;
}

/** Names of the packages that a folder's own package.json asks for. */
export function dependenciesOf(folder: string): Set<string> {
  const manifest = readManifest(folder) ?? {};
  const lists = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].map((field) => Object.keys(Object(manifest[field]) as object));
  return new Set(lists.flat());
}

function readManifest(folder: string): Record<string, unknown> | undefined {
  try {
    return Object(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
